"""The cost calculator: parameters, multiply-adds and bytes kept for backward of any layer, in four forms."""

import math
from typing import Any

import traitlets

from acda_core import cost
from acda_core.course.widgets.base import Widget, between
from acda_core.course.widgets.basis_explorer import checked_size
from acda_core.course.widgets.link import module_text

LARGEST = {  # what the controls reach; all of it stays exact in the browser's floats
    "in_channels": 1024,
    "out_channels": 1024,
    "height": 512,
    "width": 512,
    "images": 64,
    "num_atoms": 12,
    "num_bases": 6,
    "hidden_channels": 256,
}
FORMS = {
    "conv": "nn.Conv2d",
    "dense": "ACDA, whole filters",
    "unfold": "ACDA by unfold",
    "acda": "ACDA, this course",
}


class CostCalculator(Widget):
    """What a layer costs as a convolution, as ACDA with whole filters, by unfolding, and as this package computes it.

    The numbers are computed in the browser. The controls and these attributes follow each other.

    Attributes:
        in_channels, out_channels: c' and c, up to 1024.
        kernel_size: 3, 5, 7 or 9.
        height, width: of input and output, up to 512.
        images: N, up to 64; it multiplies the bytes only.
        num_atoms, num_bases: m, up to 12, and m', up to 6.
        num_scales: S, up to kernel_size // 2; all of these scales when None is given.
        hidden_channels: d of the generator, up to 256.

    Raises:
        ValueError: a number out of range, naming it.
    """

    _kind = "cost_calculator"
    _esm = module_text(_kind)

    in_channels = traitlets.Int(256).tag(sync=True)
    out_channels = traitlets.Int(256).tag(sync=True)
    kernel_size = traitlets.Int(7).tag(sync=True)
    height = traitlets.Int(100).tag(sync=True)
    width = traitlets.Int(100).tag(sync=True)
    images = traitlets.Int(1).tag(sync=True)
    num_atoms = traitlets.Int(6).tag(sync=True)
    num_bases = traitlets.Int(6).tag(sync=True)
    num_scales = traitlets.Int(3).tag(sync=True)
    hidden_channels = traitlets.Int(64).tag(sync=True)

    def __init__(
        self,
        in_channels: int = 256,
        out_channels: int = 256,
        kernel_size: int = 7,
        height: int = 100,
        width: int = 100,
        images: int = 1,
        num_atoms: int = 6,
        num_bases: int = 6,
        num_scales: int | None = None,
        hidden_channels: int = 64,
    ) -> None:
        super().__init__(
            in_channels=in_channels,
            out_channels=out_channels,
            kernel_size=kernel_size,
            height=height,
            width=width,
            images=images,
            num_atoms=num_atoms,
            num_bases=num_bases,
            num_scales=checked_size(kernel_size) // 2 if num_scales is None else num_scales,
            hidden_channels=hidden_channels,
        )

    def shape(self) -> cost.LayerShape:
        sizes = self.in_channels, self.out_channels, self.kernel_size, self.height, self.width
        return cost.LayerShape(*sizes, self.num_atoms, self.num_bases, self.num_scales, self.hidden_channels)

    def costs(self) -> dict[str, cost.Cost]:
        """Parameters and multiply-adds of each form, for one image."""
        sizes = self.in_channels, self.out_channels, self.kernel_size, self.height, self.width
        acda = cost.acda(*sizes, self.num_atoms, self.num_bases, self.num_scales, self.hidden_channels)
        return {"conv": cost.conv(*sizes), "dense": cost.dense_acda(self.shape()), "unfold": acda, "acda": acda}

    def saved_bytes(self) -> dict[str, int]:
        """Bytes that autograd keeps for a backward pass of all images in float32."""
        return cost.expected_saved_bytes(self.images, self.shape())

    @traitlets.validate(*LARGEST)
    def _check_range(self, proposal: Any) -> Any:
        return between(proposal, 1, LARGEST[proposal["trait"].name])

    @traitlets.validate("kernel_size")
    def _check_kernel_size(self, proposal: Any) -> int:
        return checked_size(proposal["value"])

    @traitlets.validate("num_scales")
    def _check_num_scales(self, proposal: Any) -> int:
        value, most = proposal["value"], self.kernel_size // 2
        if not 1 <= value <= most:
            raise ValueError(f"`num_scales` must be from 1 to {most} for kernel_size={self.kernel_size}, got {value}")
        return value

    @traitlets.observe("kernel_size")
    def _fit_scales(self, change: Any) -> None:
        self.num_scales = min(self.num_scales, change["new"] // 2)

    def _still(self) -> str:
        costs, saved = self.costs(), self.saved_bytes()
        rows = "".join(
            f'<tr><th scope="row">{name}</th><td>{costs[form].parameters:,}</td>'
            f"<td>{costs[form].multiply_adds:,}</td><td>{saved[form]:,}</td></tr>"
            for form, name in FORMS.items()
        )
        return (
            f"<p>A layer {self.in_channels} → {self.out_channels}, {self.kernel_size} × {self.kernel_size}, on "
            f"{self.height} × {self.width} pixels. With JavaScript, or in a running notebook, all sizes can be set.</p>"
            f"{_bars(costs, saved)}"
            '<table><thead><tr><th scope="col">form</th><th scope="col">parameters</th>'
            '<th scope="col">multiply–adds, one image</th>'
            f'<th scope="col">bytes kept for backward, N = {self.images}</th></tr></thead><tbody>{rows}</tbody></table>'
        )


def _bars(costs: dict[str, cost.Cost], saved: dict[str, int]) -> str:
    """Logarithmic bars as an SVG: a column for each number, a row for each form, as long as it has digits."""
    columns = [
        [costs[form].parameters for form in FORMS],
        [costs[form].multiply_adds for form in FORMS],
        [saved[form] for form in FORMS],
    ]
    longest = [max(map(math.log10, column)) for column in columns]
    bars = "".join(
        f'<rect x="{200 * x}" y="{20 * y}" width="{180 * math.log10(value) / longest[x]:.1f}" height="14"/>'
        for x, column in enumerate(columns)
        for y, value in enumerate(column)
    )
    return (
        f'<svg viewBox="0 0 600 {20 * len(FORMS)}" width="600" style="max-width: 100%" role="img" fill="#0969a8" '
        'aria-label="The numbers of the table below as bars on a logarithmic scale from 1, in its order">'
        f"{bars}</svg>"
    )
