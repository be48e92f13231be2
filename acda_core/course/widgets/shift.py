"""The shift widget: move a picture and see filters and output move along, and where they do not."""

from typing import Any

import torch
import traitlets
from torch import Tensor, nn

from acda_core.bases import multiscale_bases
from acda_core.course.stills import grey, row_of_pictures
from acda_core.course.widgets.base import Widget, between
from acda_core.course.widgets.link import module_text
from acda_core.course.widgets.packing import pack
from acda_core.generators import AtomGenerator
from acda_core.layers import ACDAConv2d
from acda_core.training.seeds import fixed

NUM_BASES = 6
NUM_MARKS = 8  # pixels that can be marked, the strongest answers of the layer
PADDINGS = ("zero", "circular")


class Shift(Widget):
    """A picture that the reader drags, and what one ACDA layer makes of it, computed in the browser.

    The controls and these attributes follow each other.

    Attributes:
        rows, columns: the shift, downwards and to the right, at most half the picture.
        stride: 1 or 2.
        padding: "zero" or "circular": what the layer sees beyond the border, and what a shift brings in there.
        position: whether Phi is told row and column of each pixel, from -1 to 1; else it gets zeros in their place.
        marked: which of the strongest answers, 0 to 7, has its filter shown.

    Args:
        layer: one channel in and out, all scales of six bases, an AtomGenerator without norm and squash that looks at
            three channels (picture, row, column). A small fresh one from seed 0 when None.
        picture: (h, w), square, at least 16 pixels; synthetic discs on noise when None.
        rows, columns, stride, padding, position, marked: where the widget starts.

    Raises:
        TypeError, ValueError: an argument out of range, naming it.
    """

    _kind = "shift"
    _esm = module_text(_kind)

    sizes = traitlets.Dict(help="of the layer and the picture").tag(sync=True)
    weights = traitlets.Unicode(help="parameters and picture, packed").tag(sync=True)
    rows = traitlets.Int(0).tag(sync=True)
    columns = traitlets.Int(0).tag(sync=True)
    stride = traitlets.Int(1).tag(sync=True)
    padding = traitlets.Unicode("zero").tag(sync=True)
    position = traitlets.Bool(False).tag(sync=True)
    marked = traitlets.Int(0).tag(sync=True)

    def __init__(
        self,
        layer: ACDAConv2d | None = None,
        picture: Tensor | None = None,
        rows: int = 5,
        columns: int = 8,
        stride: int = 1,
        padding: str = "zero",
        position: bool = False,
        marked: int = 0,
    ) -> None:
        layer = _fresh_layer() if layer is None else layer
        picture = _discs() if picture is None else picture
        phi = _checked_generator(layer)
        if picture.ndim != 2 or picture.shape[0] != picture.shape[1] or len(picture) < 16:
            raise ValueError(
                f"`picture` must be square with at least 16 x 16 pixels (h, w), got shape {tuple(picture.shape)}"
            )
        self._layer, self._picture = layer, picture.detach().float().cpu()
        bias = layer.A.new_zeros(1) if layer.bias is None else layer.bias
        parameters = [*phi.conv_a.parameters(), *phi.conv_b.parameters(), layer.A, bias]
        sizes = {
            "picture": len(picture),
            "kernel": layer.geometry.kernel_size,
            "atoms": layer.num_atoms,
            "hidden": phi.conv_a.out_channels,
            "first": phi.kernel_sizes[0],
            "second": phi.kernel_sizes[1],
        }
        super().__init__(
            sizes=sizes,
            weights=pack([*parameters, self._picture]),
            rows=rows,
            columns=columns,
            stride=stride,
            padding=padding,
            position=position,
            marked=marked,
        )

    def shifted_picture(self) -> Tensor:
        """The picture after the shift, (h, w); zeros, or its other side, come in."""
        return shifted(self._picture, self.rows, self.columns, self.padding == "circular")

    def output(self, picture: Tensor) -> Tensor:
        """What the layer makes of a picture (h, w) at the widget's settings, in float64: (h / stride, w / stride)."""
        layer = _in_double(self._layer, self.stride)
        ramp = torch.linspace(-1, 1, len(picture), dtype=torch.float64) * self.position
        place = torch.stack(torch.meshgrid(ramp, ramp, indexing="ij"))
        context = torch.cat([picture.double()[None], place])[None]
        margin = 16 if self.padding == "circular" else 0
        context = nn.functional.pad(context, [margin] * 4, mode="circular") if margin else context
        with torch.no_grad():
            whole = layer(context[:, :1], context)[0, 0]
        crop = margin // self.stride
        end = crop + -(-len(picture) // self.stride)
        return whole[crop:end, crop:end]

    def difference(self) -> Tensor:
        """Output of the shifted picture minus the shifted output; NaN where the shifted output knows nothing."""
        rows, columns = (int(shift / self.stride) for shift in (self.rows, self.columns))
        before = shifted(self.output(self._picture), rows, columns, self.padding == "circular", torch.nan)
        return self.output(self.shifted_picture()) - before

    @traitlets.validate("rows", "columns")
    def _check_shift(self, proposal: Any) -> Any:
        most = self.sizes["picture"] // 2
        return between(proposal, -most, most)

    @traitlets.validate("stride")
    def _check_stride(self, proposal: Any) -> int:
        if proposal["value"] not in (1, 2):
            raise ValueError(f"`stride` must be 1 or 2, got {proposal['value']}")
        return proposal["value"]

    @traitlets.validate("padding")
    def _check_padding(self, proposal: Any) -> str:
        if proposal["value"] not in PADDINGS:
            raise ValueError(f'`padding` must be "zero" or "circular", got {proposal["value"]!r}')
        return proposal["value"]

    @traitlets.validate("marked")
    def _check_marked(self, proposal: Any) -> Any:
        return between(proposal, 0, NUM_MARKS - 1)

    def _still(self) -> str:
        moved = self.shifted_picture()
        before, after = self.output(self._picture), self.output(moved)
        limits = float(before.min()), float(before.max())
        error = self.difference().abs().nan_to_num()
        pictures = [
            grey(moved, float(self._picture.min()), float(self._picture.max())),
            *(grey(one, *limits) for one in (before, after)),
            grey(error, 0, max(float(error.max()), 0.01 * (limits[1] - limits[0]))),
        ]
        size = len(moved)
        tiles = [one.repeat(self.stride, 0).repeat(self.stride, 1)[:size, :size] for one in pictures]
        words = "Four grey pictures: the shifted input, the output before and after the shift, and the difference"
        return (
            f"{row_of_pictures(tiles, words)}"
            f"<p>A picture shifted {self.rows} pixels down and {self.columns} to the right; the layer’s output before "
            "and after the shift; what differs from the shifted output (black: nothing). With JavaScript, or in a "
            "running notebook, the picture can be dragged.</p>"
        )


def shifted(field: Tensor, rows: int, columns: int, circular: bool, fill: float = 0.0) -> Tensor:
    """T_t of a field (..., h, w): moved down and to the right, with `fill` or the other side coming in."""
    moved = field.roll((rows, columns), (-2, -1))
    if not circular:
        for axis, shift in ((-2, rows), (-1, columns)):
            size = field.shape[axis]
            start = 0 if shift > 0 else size + shift
            moved.narrow(axis, start, abs(shift)).fill_(fill)
    return moved


def _checked_generator(layer: ACDAConv2d) -> AtomGenerator:
    if not isinstance(layer, ACDAConv2d):
        raise TypeError(f"`layer` must be an ACDAConv2d, got {type(layer).__name__}")
    phi = layer.generator
    if not isinstance(phi, AtomGenerator) or not isinstance(phi.norm_a, nn.Identity) or phi.in_channels != 3:
        raise ValueError(
            "`layer` must have an AtomGenerator without norm that looks at 3 channels (context_channels=3)"
        )
    if not isinstance(phi.squash, nn.Identity):
        raise ValueError("`layer` must have an AtomGenerator without squash")
    if (layer.in_channels, layer.out_channels) != (1, 1):
        raise ValueError(f"`layer` must have one channel in and out, got {layer.in_channels} and {layer.out_channels}")
    if len(layer.psi) != NUM_BASES * (layer.geometry.kernel_size // 2) or layer.geometry.kernel_size > 9:
        raise ValueError("`layer` must have a kernel of at most 9 x 9 and six bases at each of its scales 3, 5, ..., l")
    return phi


def _in_double(layer: ACDAConv2d, stride: int) -> ACDAConv2d:
    """The same parameters at another stride."""
    phi = _checked_generator(layer)
    m, k = layer.num_atoms, len(layer.psi)
    generator = AtomGenerator(3, m, k, phi.conv_a.out_channels, phi.kernel_sizes, stride=stride)
    size, bias = layer.geometry.kernel_size, layer.bias is not None
    other = ACDAConv2d(
        *(1, 1, size, stride, size // 2), bias=bias, num_atoms=m, num_bases=NUM_BASES, generator=generator
    )
    other.load_state_dict(layer.state_dict())
    other = other.double()
    other.psi = torch.tensor(multiscale_bases(size, NUM_BASES))
    return other


def _fresh_layer() -> ACDAConv2d:
    with fixed(0):
        layer = ACDAConv2d(1, 1, 7, padding=3, num_atoms=4, hidden_channels=8, generator="paper", context_channels=3)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.copy_(_rounded(parameter))
    return layer


def _discs(size: int = 48) -> Tensor:
    """Three discs on a noisy ground (synthetic)."""
    random = torch.Generator().manual_seed(0)
    rows, columns = torch.arange(size)[:, None], torch.arange(size)
    picture = 0.15 * torch.randn(size, size, generator=random)
    for row, column, radius in ((12, 12, 2), (30, 16, 4), (20, 33, 7)):
        picture += ((rows - row) ** 2 + (columns - column) ** 2 < radius**2).float()
    return _rounded(picture)


def _rounded(values: Tensor) -> Tensor:
    """Whole multiples of 1/128: most of their bytes are zero, and the page is smaller."""
    return (128 * values).round() / 128
