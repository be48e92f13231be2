"""The receptive-field widget: which pixels of a photograph a filter looks at, by hand or by a trained layer."""

from collections.abc import Sequence
from typing import Any

import torch
import traitlets
from torch import Tensor

from acda_core.bases import multiscale_bases
from acda_core.course.stills import grey, row_of_pictures
from acda_core.course.widgets.base import Widget, between
from acda_core.course.widgets.link import module_text
from acda_core.course.widgets.packing import pack, pack_photograph, pack_rounded
from acda_core.experiments import toy
from acda_core.generators import AtomGenerator
from acda_core.layers import ACDAConv2d

SIDE = 96  # of the photograph, in pixels
KERNEL = 7
SCALES = (3, 5, 7)
MODES = ("weights", "trained")


class ReceptiveField(Widget):
    """The effective receptive field of a pixel, drawn over a photograph, computed in the browser.

    In one layer it is ``|K|``, the size of the weights of the pixel's filter. In two layers it is the sum of
    ``|K| |K'|`` over all ways from the pixel through a pixel of the first layer to an input pixel: sizes are added,
    signs do not cancel.

    Attributes:
        mode: "weights": K is the root mean square of filters with random coefficients, normal and independent, as
            large on each scale as `scale_weights` says, the same at every pixel. "trained": K is what the trained ACDA
            layer of the toy makes at the pixel; its second layer is the same one, applied to what the first gives.
        depth: 1 or 2 layers.
        scale_weights: of the scales 3, 5 and 7, each from 0 to 1.
        row, column: the pixel, counted from 0.

    Args:
        mode, depth, scale_weights, row, column: where the widget starts.

    Raises:
        ValueError: an argument out of range, naming it.
    """

    _kind = "receptive_field"
    _esm = module_text(_kind)

    sizes = traitlets.Dict(help="of the trained layer").tag(sync=True)
    weights = traitlets.Unicode(help="all but Phi's last weights, packed").tag(sync=True)
    large_weights = traitlets.Unicode(help="those, rounded to units of sizes['scale']").tag(sync=True)
    photograph = traitlets.Unicode(help="grey levels, packed").tag(sync=True)
    mode = traitlets.Unicode("weights").tag(sync=True)
    depth = traitlets.Int(1).tag(sync=True)
    scale_weights = traitlets.List(traitlets.Float()).tag(sync=True)
    row = traitlets.Int(40).tag(sync=True)
    column = traitlets.Int(55).tag(sync=True)

    def __init__(
        self,
        mode: str = "weights",
        depth: int = 1,
        scale_weights: Sequence[float] = (0.5, 0.3, 0.2),
        row: int = 40,
        column: int = 55,
    ) -> None:
        trained = toy.trained()["acda"]
        assert isinstance(trained, ACDAConv2d)
        self._layer, large_weights, scale = _with_one_atom(trained)
        phi = self._layer.generator
        assert isinstance(phi, AtomGenerator)
        others = *phi.conv_a.parameters(), phi.conv_b.bias, self._layer.bias
        levels = _photograph()
        super().__init__(
            sizes={
                "hidden": phi.conv_a.out_channels,
                "first": phi.kernel_sizes[0],
                "second": phi.kernel_sizes[1],
                "scale": scale,
            },
            weights=pack(tensor for tensor in others if tensor is not None),
            large_weights=large_weights,
            photograph=pack_photograph(levels.numpy() // 4),
            mode=mode,
            depth=depth,
            scale_weights=list(scale_weights),
            row=row,
            column=column,
        )
        self._picture = levels.double() / 255

    def picture(self) -> Tensor:
        """The photograph, (96, 96) in float64, from 0 to 1."""
        return self._picture

    def filters(self, layer: int = 1) -> Tensor:
        """``|K|`` at every pixel of the photograph in the first or second layer, (96, 96, 7, 7)."""
        if layer not in (1, 2):
            raise ValueError(f"`layer` must be 1 or 2, got {layer}")
        if self.mode == "weights":
            squares = torch.tensor(multiscale_bases(KERNEL)).square().unflatten(0, (len(SCALES), -1)).sum(1)
            squared_weights = torch.tensor(self.scale_weights, dtype=torch.float64).square()
            average = torch.einsum("s,suv->uv", squared_weights, squares).sqrt()
            return average.expand(SIDE, SIDE, KERNEL, KERNEL)
        seen = self._picture[None, None]
        if layer == 2:
            with torch.no_grad():
                seen = self._layer(seen)
        return toy.filters(self._layer, seen).abs()

    def field(self) -> Tensor:
        """The effective receptive field of the pixel: (7, 7) of one layer, (13, 13) of two."""
        last = self.filters(self.depth)[self.row, self.column]
        if self.depth == 1:
            return last
        first, reach = self.filters(1), KERNEL // 2
        field = torch.zeros(2 * KERNEL - 1, 2 * KERNEL - 1, dtype=torch.float64)
        for u in range(KERNEL):
            for v in range(KERNEL):
                row, column = self.row + u - reach, self.column + v - reach
                if 0 <= row < SIDE and 0 <= column < SIDE:
                    field[u : u + KERNEL, v : v + KERNEL] += last[u, v] * first[row, column]
        return field

    def radius(self) -> float:
        """Root mean square distance of the field's energy from the pixel; 0 where the field is empty."""
        field = self.field()
        offset = torch.arange(len(field), dtype=torch.float64) - len(field) // 2
        energy = field.square()
        total = float(energy.sum())
        return (float((energy * (offset[:, None] ** 2 + offset**2)).sum()) / total) ** 0.5 if total else 0.0

    def extent(self) -> int:
        """Pixels across: the side of the smallest square around the pixel that holds the whole field; 0 if empty."""
        field = self.field()
        distance = (field.nonzero() - len(field) // 2).abs()
        return 2 * int(distance.max()) + 1 if len(distance) else 0

    @traitlets.validate("mode")
    def _check_mode(self, proposal: Any) -> str:
        if proposal["value"] not in MODES:
            raise ValueError(f'`mode` must be "weights" or "trained", got {proposal["value"]!r}')
        return proposal["value"]

    @traitlets.validate("depth")
    def _check_depth(self, proposal: Any) -> int:
        if proposal["value"] not in (1, 2):
            raise ValueError(f"`depth` must be 1 or 2, got {proposal['value']}")
        return proposal["value"]

    @traitlets.validate("scale_weights")
    def _check_weights(self, proposal: Any) -> list[float]:
        weights = proposal["value"]
        if len(weights) != len(SCALES) or not all(0 <= weight <= 1 for weight in weights):
            raise ValueError(f"`scale_weights` must be three numbers from 0 to 1, got {weights}")
        return weights

    @traitlets.validate("row", "column")
    def _check_index(self, proposal: Any) -> Any:
        return between(proposal, 0, SIDE - 1)

    def _still(self) -> str:
        field = self.field()
        large = torch.zeros(SIDE, SIDE)
        enlarged = (field / (field.max() or 1)).repeat_interleave(7, 0).repeat_interleave(7, 1)
        start = (SIDE - len(enlarged)) // 2
        large[start : start + len(enlarged), start : start + len(enlarged)] = enlarged
        tiles = [grey(self._picture, 0, 1), grey(large, 0, 1)]
        words = "A photograph of a man with a camera, and the receptive field of one pixel, enlarged"
        return (
            f"{row_of_pictures(tiles, words)}"
            f"<p>A photograph, and the effective receptive field of a pixel after {self.depth} "
            f"layer{'s' * (self.depth - 1)}, seven times as large: {self.extent()} × {self.extent()} pixels, radius "
            f"{self.radius():.2f}. With JavaScript, or in a running notebook, weights and pixel can be chosen.</p>"
        )


def _photograph() -> Tensor:
    """Scikit-image's cameraman, (96, 96): means of 5 x 5 pixels, in steps of 4 of 255 grey levels."""
    import skimage

    pixels = torch.tensor(skimage.data.camera()[:480, 16:496]).double()
    return (pixels.view(SIDE, 5, SIDE, 5).mean((1, 3)) / 4).floor().mul(4).to(torch.uint8)


def _with_one_atom(layer: ACDAConv2d) -> tuple[ACDAConv2d, str, float]:
    """The same layer, of one channel, with A folded into Phi: one atom is then enough. In float64.

    Phi's last weights are rounded to whole multiples of a scale; these, packed, and the scale are returned too.
    """
    phi = layer.generator
    assert isinstance(phi, AtomGenerator)
    weight, bias = (tensor.detach().double().unflatten(0, (layer.num_atoms, -1)) for tensor in phi.conv_b.parameters())
    A = layer.A.detach().double()[0, 0]
    folded = torch.einsum("m,mkiuv->kiuv", A, weight)
    packed, scale, rounded = pack_rounded(folded)
    generator = AtomGenerator(1, 1, len(layer.psi), phi.conv_a.out_channels, phi.kernel_sizes)
    single = ACDAConv2d(1, 1, KERNEL, padding=KERNEL // 2, num_atoms=1, generator=generator).double()
    single.psi = torch.tensor(multiscale_bases(KERNEL))
    state = {
        "A": torch.ones(1, 1, 1),
        "bias": layer.get_parameter("bias"),
        "generator.conv_a.weight": phi.conv_a.weight,
        "generator.conv_a.bias": phi.get_parameter("conv_a.bias"),
        "generator.conv_b.weight": rounded,
        "generator.conv_b.bias": torch.einsum("m,mk->k", A, bias).float(),
    }
    single.load_state_dict(state, strict=False)
    return single, packed, scale
