"""The two-layers widget: one pixel, computed by composing its filter and by atoms first, side by side."""

from typing import Any

import numpy as np
import torch
import traitlets
from torch import Tensor

from acda_core import cost
from acda_core.bases import multiscale_bases
from acda_core.course.widgets import random
from acda_core.course.widgets.base import Widget, between
from acda_core.course.widgets.link import module_text
from acda_core.functional import atom_conv, coefficient_conv, compose_atoms

NUM_BASES = 6
KERNEL_SIZES = (3, 5, 7)
RANGES = {  # smallest and largest
    "in_channels": (1, 256),
    "out_channels": (1, 256),
    "num_atoms": (1, 8),
    "height": (8, 48),
    "width": (8, 48),
    "seed": (0, 9999),
    "step": (0, 3),
}
PIXEL = {"row": "height", "column": "width", "channel": "out_channels"}  # what each must be smaller than
FEATURES, COEFFICIENTS, PHASES = range(3)  # streams of random numbers


class TwoLayers(Widget):
    """Both ways to the output of an adaptive convolution at one pixel, computed in the browser from synthetic numbers.

    One way composes the filters K_ij = A D_ij and applies them; the other applies the atoms and mixes what they give.
    The controls and these attributes follow each other.

    Attributes:
        in_channels, out_channels: c' and c, up to 256.
        num_atoms: m, up to 8.
        kernel_size: 3, 5 or 7.
        height, width: of the image, 8 to 48.
        row, column: the pixel, counted from 0.
        channel: the output channel that is computed, counted from 0.
        step: 0, only the pixel is chosen; 1, the first step of both ways; 2, the second; 3, they are compared.
        seed: of the numbers, up to 9999.

    Raises:
        ValueError: a number out of range, naming it.
    """

    _kind = "two_layers"
    _esm = module_text(_kind)

    in_channels = traitlets.Int(3).tag(sync=True)
    out_channels = traitlets.Int(4).tag(sync=True)
    num_atoms = traitlets.Int(2).tag(sync=True)
    kernel_size = traitlets.Int(5).tag(sync=True)
    height = traitlets.Int(16).tag(sync=True)
    width = traitlets.Int(16).tag(sync=True)
    row = traitlets.Int(6).tag(sync=True)
    column = traitlets.Int(9).tag(sync=True)
    channel = traitlets.Int(0).tag(sync=True)
    step = traitlets.Int(1).tag(sync=True)
    seed = traitlets.Int(0).tag(sync=True)

    def __init__(
        self,
        in_channels: int = 3,
        out_channels: int = 4,
        num_atoms: int = 2,
        kernel_size: int = 5,
        height: int = 16,
        width: int = 16,
        row: int = 6,
        column: int = 9,
        channel: int = 0,
        step: int = 1,
        seed: int = 0,
    ) -> None:
        super().__init__(
            in_channels=in_channels,
            out_channels=out_channels,
            num_atoms=num_atoms,
            kernel_size=kernel_size,
            height=height,
            width=width,
            row=row,
            column=column,
            channel=channel,
            step=step,
            seed=seed,
        )

    def features(self) -> Tensor:
        """Z', (c', h, w) in float64: discs, stripes, edges and squares in turn, with noise."""
        shape = self.in_channels, self.height, self.width
        a, row, column = np.indices(shape)
        disc = (2 * row - self.height + 1) ** 2 + (2 * column - self.width + 1) ** 2 < (min(shape[1:]) * 3 // 4) ** 2
        stripes, edge = (row + column + a) // 3 % 2, 3 * column > self.width + a
        squares = (row // 4 + column // 4) % 2
        drawn = np.choose(a % 4, [disc, stripes, edge, squares])
        noise = random.integer(self.seed, FEATURES, np.arange(drawn.size).reshape(shape), 61) - 30
        return torch.tensor((100 * drawn + noise) / 100)

    def coefficients(self) -> Tensor:
        """A, (c, c', m) in float64."""
        shape = self.out_channels, self.in_channels, self.num_atoms
        index = np.arange(int(np.prod(shape))).reshape(shape)
        return torch.tensor((random.integer(self.seed, COEFFICIENTS, index, 201) - 100) / 100)

    def alpha(self) -> Tensor:
        """Basis coefficients that turn slowly from pixel to pixel, (m, S m', h, w) in float64."""
        waves = self.num_atoms, NUM_BASES * (self.kernel_size // 2), 3
        draws = random.uniform(self.seed, PHASES, np.arange(int(np.prod(waves))).reshape(waves))
        phase, down, right = (part[..., None, None] for part in np.moveaxis(draws, -1, 0))
        row, column = np.indices((self.height, self.width))
        turns = phase + (down - 0.5) * row / 16 + (right - 0.5) * column / 16
        return torch.tensor(np.cos(2 * np.pi * turns) / 2)

    def atoms(self) -> Tensor:
        """D, (m, l, l, h, w) in float64."""
        return compose_atoms(self.alpha()[None], torch.tensor(multiscale_bases(self.kernel_size, NUM_BASES)))[0]

    def output(self) -> Tensor:
        """Z, (c, h, w) in float64, of the whole image."""
        Z_tilde = atom_conv(self.features()[None], self.atoms()[None], padding=self.kernel_size // 2)
        return coefficient_conv(Z_tilde, self.coefficients())[0]

    def costs(self) -> dict[str, cost.Cost]:
        """Multiply-adds and largest tensor in the middle of both ways, "filters" and "atoms", for the whole image."""
        sizes = self.in_channels, self.out_channels, self.kernel_size, self.height, self.width
        filters = cost.dense(*sizes)
        composing = cost.Cost(0, self.num_atoms * filters.multiply_adds, filters.intermediate)
        return {"filters": composing + filters, "atoms": cost.two_layers(*sizes, self.num_atoms, bias=False)}

    @traitlets.validate(*RANGES)
    def _check_range(self, proposal: Any) -> Any:
        return between(proposal, *RANGES[proposal["trait"].name])

    @traitlets.validate("kernel_size")
    def _check_kernel_size(self, proposal: Any) -> int:
        if proposal["value"] not in KERNEL_SIZES:
            raise ValueError(f"`kernel_size` must be 3, 5 or 7, got {proposal['value']}")
        return proposal["value"]

    @traitlets.validate(*PIXEL)
    def _check_pixel(self, proposal: Any) -> Any:
        return between(proposal, 0, getattr(self, PIXEL[proposal["trait"].name]) - 1)

    @traitlets.observe("height", "width", "out_channels")
    def _keep_the_pixel_inside(self, change: Any) -> None:
        for name, limit in PIXEL.items():
            setattr(self, name, min(getattr(self, name), getattr(self, limit) - 1))

    def _still(self) -> str:
        found = f"{float(self.output()[self.channel, self.row, self.column]):.6f}".replace("-", "−")
        rows = "".join(
            f'<tr><th scope="row">{name}</th><td>{cost.multiply_adds:,}</td><td>{cost.intermediate:,}</td></tr>'
            for name, cost in zip(("filters first", "atoms first"), self.costs().values(), strict=True)
        )
        return (
            f"{_diagram(self.in_channels, self.out_channels, self.num_atoms, self.kernel_size)}"
            f"<p>Output channel {self.channel + 1} at row {self.row}, column {self.column} is {found} by both ways. "
            "With JavaScript, or in a running notebook, both can be followed step by step at any pixel.</p>"
            '<table><thead><tr><th scope="col">way</th><th scope="col">multiply–adds, whole image</th>'
            f'<th scope="col">floats in the middle</th></tr></thead><tbody>{rows}</tbody></table>'
        )


def _diagram(in_channels: int, out_channels: int, num_atoms: int, size: int) -> str:
    """Both ways of one pixel as boxes with how many numbers they hold, an SVG."""
    boxes = [
        (0, 34, f"{in_channels} × {size}² pixels, {num_atoms} atoms"),
        (210, 4, f"{out_channels} × {in_channels} filters of {size}²"),
        (210, 64, f"{in_channels} × {num_atoms} atom outputs"),
        (420, 34, f"{out_channels} outputs"),
    ]
    drawn = "".join(
        f'<rect x="{x + 1}" y="{y}" width="178" height="32" rx="4" fill="none" stroke="currentColor"/>'
        f'<text x="{x + 90}" y="{y + 20}" text-anchor="middle" fill="currentColor">{text}</text>'
        for x, y, text in boxes
    )
    lines = "".join(
        f'<line x1="{x}" y1="{a}" x2="{x + 30}" y2="{b}" stroke="currentColor"/>'
        for x, a, b in ((179, 46, 22), (179, 54, 78), (389, 22, 46), (389, 78, 54))
    )
    return (
        '<svg viewBox="0 0 600 100" width="600" style="max-width: 100%" font-size="12" role="img" '
        f'aria-label="Two ways from pixels and atoms to the same outputs: over filters, or over atom outputs">'
        f"{drawn}{lines}</svg>"
    )
