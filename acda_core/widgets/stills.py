"""Still pictures that stand on a page without JavaScript and in print."""

import base64
import struct
import zlib

import numpy as np
from numpy.typing import NDArray
from torch import Tensor


def grey(field: Tensor, low: float, high: float) -> NDArray[np.uint8]:
    """A field (h, w) as grey levels: black at `low` and below, white at `high` and above."""
    scaled = (field.detach().double() - low) / ((high - low) or 1.0)
    return (255 * scaled.clamp(0, 1)).round().numpy().astype(np.uint8)


def row_of_pictures(tiles: list[NDArray[np.uint8]], text: str) -> str:
    """An HTML image with grey pictures of one size, (h, w), side by side, and what it shows in words."""
    gap = np.full((len(tiles[0]), 4), 255, np.uint8)
    parts = [part for tile in tiles for part in (tile, gap)][:-1]
    image = base64.b64encode(png(np.concatenate(parts, 1))).decode()
    return (
        f'<img src="data:image/png;base64,{image}" width="{len(tiles) * 150}" style="image-rendering: pixelated" '
        f'alt="{text}">'
    )


def png(levels: NDArray[np.uint8]) -> bytes:
    """An 8-bit grey picture (h, w) as a PNG file."""
    height, width = levels.shape

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    lines = b"".join(b"\0" + row.tobytes() for row in levels)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines, 9)) + chunk(b"IEND", b"")
