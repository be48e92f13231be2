"""A small file of the form of cells.npz, for tests."""

import io

import numpy as np
from PIL import Image

FORMS = {"vgg": "PNG", "mbm": "WEBP", "adi": "JPEG"}


def write_cells(folder, sides, number=7, **changes):
    """Bright squares of 5 x 5 pixels on a dark ground, with a dot in the middle of each.

    Args:
        sides: of the pictures, by the name of the set.
        number: of the pictures of each set.
        changes: arrays in the place of those that are drawn.
    """
    random, arrays = np.random.default_rng(0), {}
    for name, side in sides.items():
        files, rows = [], []
        for index in range(number):
            places = random.permutation((side // 10) ** 2)[: 20 + 5 * index]
            dots = np.stack([places // (side // 10), places % (side // 10)], 1) * 10 + 4
            pixels = np.full((side, side, 3), 20, dtype=np.uint8)
            for row, column in dots:
                pixels[row - 2 : row + 3, column - 2 : column + 3] = 220
            buffer = io.BytesIO()
            Image.fromarray(pixels).save(buffer, FORMS[name], lossless=True, quality=95)
            files.append(buffer.getvalue())
            rows += [(index, row, column) for row, column in dots]
        arrays[f"{name}_images"] = np.frombuffer(b"".join(files), np.uint8)
        arrays[f"{name}_offsets"] = np.cumsum([0, *map(len, files)])
        arrays[f"{name}_dots"] = np.array(rows, dtype=np.int16)
    np.savez(folder / "cells.npz", **{**arrays, **changes})
