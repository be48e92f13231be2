"""Still pictures that stand on a page without JavaScript and in print."""

import base64
import struct
import zlib
from html import escape

import numpy as np
from numpy.typing import NDArray
from torch import Tensor


def grey(field: Tensor, low: float, high: float) -> NDArray[np.uint8]:
    """A field (h, w) as grey levels: black at `low` and below, white at `high` and above."""
    scaled = (field.detach().double() - low) / ((high - low) or 1.0)
    return (255 * scaled.clamp(0, 1)).round().numpy().astype(np.uint8)


def row_of_pictures(tiles: list[NDArray[np.uint8]], text: str) -> str:
    """An HTML image with grey pictures of one size, (h, w), side by side in 16 greys, and what it shows in words."""
    gap = np.full((len(tiles[0]), 4), 255, np.uint8)
    parts = [part for tile in tiles for part in (tile, gap)][:-1]
    image = base64.b64encode(png(np.concatenate(parts, 1), bits=4)).decode()
    return (
        f'<img src="data:image/png;base64,{image}" width="{len(tiles) * 150}" style="image-rendering: pixelated" '
        f'alt="{escape(text)}">'
    )


def png(levels: NDArray[np.uint8], bits: int = 8) -> bytes:
    """A grey picture (h, w), 0 black and 255 white, as a PNG file with 8 bits a pixel, or with 4: 16 greys."""
    height, width = levels.shape

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    rows = levels
    if bits == 4:
        halves = np.pad(np.round(levels / 17).astype(np.uint8), ((0, 0), (0, width % 2)))
        rows = 16 * halves[:, ::2] + halves[:, 1::2]
    lines = b"".join(b"\0" + row.tobytes() for row in rows)
    head = struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines, 9)) + chunk(b"IEND", b"")
