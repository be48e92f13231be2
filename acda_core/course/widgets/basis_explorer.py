"""The basis explorer: mix Fourier-Bessel functions into an atom with sliders and see what the atom does."""

import functools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets
from numpy.typing import NDArray

from acda_core.bases import multiscale_bases
from acda_core.course.widgets.base import Widget
from acda_core.course.widgets.link import module_text
from acda_core.course.widgets.packing import pack_photograph

NUM_BASES = 6
KERNEL_SIZES = (3, 5, 7, 9)


class _Numbers(traitlets.List):  # type: ignore[type-arg]  # no List[float] in the traitlets of Colab
    """A list of floats that also takes an array or a tensor."""

    def validate(self, obj: Any, value: Any) -> Any:
        return super().validate(obj, value.tolist() if hasattr(value, "tolist") else value)


class BasisExplorer(Widget):
    """Sliders for the coefficients alpha of one atom D = sum of alpha_k psi_k, for kernels of 3 x 3 to 9 x 9.

    The picture is computed in the browser. The sliders and these two attributes follow each other.

    Attributes:
        kernel_size: 3, 5, 7 or 9. Coefficients of scales that still fit are kept, those of new scales are 0.
        coefficients: S * 6 floats, scale-major, small scales first, as in :func:`acda_core.multiscale_bases`;
            an array or a tensor can be assigned too.

    Args:
        kernel_size: of the atom.
        coefficients: where the sliders start; by default the first slope, (1,1) cos, of the largest scale.

    Raises:
        ValueError: another kernel size, a wrong number of coefficients, or one that is not finite.
    """

    _kind = "basis_explorer"
    _esm = module_text(_kind)

    photograph = traitlets.Unicode(help="grey levels, packed").tag(sync=True)
    kernel_size = traitlets.Int(7).tag(sync=True)
    coefficients = _Numbers(traitlets.Float()).tag(sync=True)

    def __init__(self, kernel_size: int = 7, coefficients: Sequence[float] | None = None) -> None:
        if coefficients is None:
            coefficients = [0.0] * _num_coefficients(checked_size(kernel_size))
            coefficients[1 - NUM_BASES] = 1.0
        super().__init__(photograph=_photograph(), kernel_size=kernel_size, coefficients=list(coefficients))

    def atom(self) -> NDArray[np.float64]:
        """The atom that the widget shows, (kernel_size, kernel_size)."""
        return np.einsum("k,kuv->uv", np.array(self.coefficients), multiscale_bases(self.kernel_size, NUM_BASES))

    @traitlets.validate("kernel_size")
    def _check_kernel_size(self, proposal: Any) -> int:
        return checked_size(proposal["value"])

    @traitlets.validate("coefficients")
    def _check_coefficients(self, proposal: Any) -> list[float]:
        values: list[float] = proposal["value"]
        expected = _num_coefficients(self.kernel_size)
        if len(values) != expected:
            raise ValueError(
                f"`coefficients` must hold {expected} numbers for kernel_size={self.kernel_size} "
                f"({NUM_BASES} for each of {expected // NUM_BASES} scales), got {len(values)}"
            )
        for index, value in enumerate(values):
            if not math.isfinite(value):
                raise ValueError(f"`coefficients` must be finite, got {value} at index {index}")
        return values

    @traitlets.observe("kernel_size")
    def _fit_coefficients(self, change: Any) -> None:
        expected = _num_coefficients(change["new"])
        self.coefficients = (self.coefficients + [0.0] * expected)[:expected]

    def _still(self) -> str:
        size = self.kernel_size
        return (
            f"{_picture(self.atom())}"
            f"<p>A {size} × {size} atom mixed from Fourier–Bessel functions: red pixels are positive, blue ones "
            "negative. With JavaScript, or in a running notebook, sliders change it.</p>"
        )


@functools.cache
def _photograph() -> str:
    """Chelsea the cat by Stéfan van der Walt, CC0, from scikit-image: means of 2 x 2 pixels in three colours.

    136 x 136, grey in 64 levels over the full range; the outer 4 pixels are the margin that a 9 x 9 atom reaches into.
    """
    import skimage

    grey = skimage.data.chelsea()[28:300, 94:366].reshape(136, 2, 136, 2, 3).mean((1, 3, 4))
    return pack_photograph((63 * (grey - grey.min()) / np.ptp(grey)).round().astype(np.uint8))


def checked_size(kernel_size: int) -> int:
    if kernel_size not in KERNEL_SIZES:
        raise ValueError(f"`kernel_size` must be 3, 5, 7 or 9, got {kernel_size!r}")
    return kernel_size


def _num_coefficients(kernel_size: int) -> int:
    return kernel_size // 2 * NUM_BASES


def _picture(atom: NDArray[np.float64]) -> str:
    """The atom as an SVG: white is zero, red positive, blue negative."""
    size = len(atom)
    limit = np.abs(atom).max() or 1.0
    squares = "".join(
        f'<rect x="{column}" y="{row}" width="1" height="1" fill="{_colour(atom[row, column] / limit)}"/>'
        for row in range(size)
        for column in range(size)
    )
    return (
        f'<svg viewBox="0 0 {size} {size}" width="160" height="160" role="img" shape-rendering="crispEdges" '
        f'aria-label="The atom as {size} × {size} coloured pixels">{squares}</svg>'
    )


def _colour(value: float) -> str:
    end = (178, 24, 43) if value > 0 else (33, 102, 172)
    return "#" + "".join(f"{round(247 + (channel - 247) * abs(value)):02x}" for channel in end)
