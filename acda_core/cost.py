"""What a layer costs: parameters, multiply-adds, bytes kept for backward, and bytes held at most.

One multiply-add is one product and one sum. Counts are for one image and an output of height x width pixels at stride
1, with the input as large as the output. A bias counts one multiply-add an output value, as in the paper's Table 6.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Cost:
    """Parameters, multiply-adds, and the largest tensor of filters or features between input and output, in floats.

    Two parts of a layer add up; of the two tensors the larger one counts.

    >>> Cost(10, 200, 30) + Cost(1, 2, 3)
    Cost(parameters=11, multiply_adds=202, intermediate=30)
    """

    parameters: int
    multiply_adds: int
    intermediate: int

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            self.parameters + other.parameters,
            self.multiply_adds + other.multiply_adds,
            max(self.intermediate, other.intermediate),
        )


@dataclass(frozen=True)
class LayerShape:
    """An ACDAConv2d with the paper's generator, and the output that it is counted on.

    The layer's default, "normalised", counts as the paper's with hidden_channels=16.

    >>> LayerShape(256, 256, kernel_size=5, height=100, width=100).num_coefficients
    12

    Attributes:
        in_channels, out_channels, kernel_size: c', c and l.
        height, width: of the output, pixels.
        num_atoms, num_bases: m and m'.
        num_scales: S; one for each odd size from 3 to l when None.
        hidden_channels, kernel_sizes: d and (l_a, l_b) of the generator.
        bias: whether there is one.
    """

    in_channels: int
    out_channels: int
    kernel_size: int
    height: int
    width: int
    num_atoms: int = 6
    num_bases: int = 6
    num_scales: int | None = None
    hidden_channels: int = 64
    kernel_sizes: tuple[int, int] = (1, 3)
    bias: bool = True

    @property
    def num_coefficients(self) -> int:
        """S m', of each atom."""
        return (self.kernel_size // 2 if self.num_scales is None else self.num_scales) * self.num_bases

    def atoms(self) -> Cost:
        """Generation and composition of the atoms of every pixel."""
        grid, sizes = (self.height, self.width), (self.num_atoms, self.num_coefficients)
        return generator(self.in_channels, *grid, *sizes, self.hidden_channels, self.kernel_sizes) + composition(
            self.kernel_size, *grid, *sizes
        )


def conv(in_channels: int, out_channels: int, kernel_size: int, height: int, width: int, bias: bool = True) -> Cost:
    """nn.Conv2d, Eq. (1): c c' l^2 + c parameters, and as many multiply-adds a pixel.

    >>> import acda_core as acda
    >>> acda.cost.conv(256, 256, kernel_size=3, height=100, width=100).multiply_adds  # Table 6 of the paper
    5900800000
    """
    weights = out_channels * (in_channels * kernel_size**2 + bias)
    return Cost(weights, weights * height * width, 0)


def dense(in_channels: int, out_channels: int, kernel_size: int, height: int, width: int) -> Cost:
    """A filter K_ij for every pixel, Eq. (2): the filters are c c' l^2 h w floats; making them is not counted.

    >>> import acda_core as acda
    >>> acda.cost.dense(100, 100, kernel_size=3, height=100, width=100).intermediate * 4 / 1e9  # GB in float32
    3.6
    """
    filters = out_channels * in_channels * kernel_size**2 * height * width
    return Cost(0, filters, filters)


def two_layers(
    in_channels: int,
    out_channels: int,
    kernel_size: int,
    height: int,
    width: int,
    num_atoms: int = 6,
    bias: bool = True,
) -> Cost:
    """Atom convolution and coefficient convolution, Eqs. (5) and (6): c' m l^2 + c c' m + c multiply-adds a pixel.

    >>> import acda_core as acda
    >>> acda.cost.two_layers(256, 256, kernel_size=3, height=100, width=100).multiply_adds
    4072960000
    """
    coefficients = out_channels * (in_channels * num_atoms + bias)
    pixel = in_channels * num_atoms * kernel_size**2 + coefficients
    return Cost(coefficients, pixel * height * width, in_channels * num_atoms * height * width)


def composition(kernel_size: int, height: int, width: int, num_atoms: int, num_coefficients: int) -> Cost:
    """D = alpha psi, Eq. (4): m S m' l^2 multiply-adds a pixel, which the paper's Table 6 leaves out.

    >>> composition(kernel_size=7, height=1, width=1, num_atoms=6, num_coefficients=18).multiply_adds
    5292
    """
    pixel = num_atoms * num_coefficients * kernel_size**2
    return Cost(0, pixel * height * width, num_atoms * kernel_size**2 * height * width)


def generator(
    in_channels: int,
    height: int,
    width: int,
    num_atoms: int,
    num_coefficients: int,
    hidden_channels: int = 64,
    kernel_sizes: tuple[int, int] = (1, 3),
) -> Cost:
    """Phi: two convolutions, c' -> d -> m S m', counted on the h x w output grid.

    What the "normalised" form does beside them, some 3 d operations a pixel for the length and 3 m S m' for tanh and
    the sum, has no weights and is not counted, nor is a batch normalisation. AtomGenerator also computes its first
    layer on a margin of l_b // 2 pixels around the image, which is not counted.

    >>> generator(256, 100, 100, num_atoms=6, num_coefficients=12).parameters
    57992
    """
    l_a, l_b = kernel_sizes
    first = conv(in_channels, hidden_channels, l_a, height, width)
    second = conv(hidden_channels, num_atoms * num_coefficients, l_b, height, width)
    return first + second


def acda(
    in_channels: int,
    out_channels: int,
    kernel_size: int,
    height: int,
    width: int,
    num_atoms: int = 6,
    num_bases: int = 6,
    num_scales: int | None = None,
    hidden_channels: int = 64,
    kernel_sizes: tuple[int, int] = (1, 3),
    bias: bool = True,
) -> Cost:
    """The whole layer of a :class:`LayerShape`: generation, composition, and the two layers.

    >>> import acda_core as acda
    >>> layer = acda.ACDAConv2d(16, 32, kernel_size=5, padding=2)
    >>> counted = acda.cost.acda(16, 32, kernel_size=5, height=28, width=28, hidden_channels=16)
    >>> counted.parameters == sum(parameter.numel() for parameter in layer.parameters())
    True
    """
    sizes = in_channels, out_channels, kernel_size, height, width
    shape = LayerShape(*sizes, num_atoms, num_bases, num_scales, hidden_channels, kernel_sizes, bias)
    return shape.atoms() + two_layers(*sizes, num_atoms, bias)


def dense_acda(shape: LayerShape) -> Cost:
    """The same layer with whole filters: K = A D, c c' m l^2 a pixel, and Eq. (2), c c' l^2 a pixel.

    >>> shape = LayerShape(100, 100, kernel_size=3, height=100, width=100)
    >>> round(dense_acda(shape).multiply_adds / acda(100, 100, 3, 100, 100).multiply_adds, 1)
    7.1
    """
    filters = dense(shape.in_channels, shape.out_channels, shape.kernel_size, shape.height, shape.width)
    own = shape.out_channels * (shape.in_channels * shape.num_atoms + shape.bias)
    biases = shape.bias * shape.out_channels * shape.height * shape.width
    return shape.atoms() + Cost(own, shape.num_atoms * filters.multiply_adds + biases, 0) + filters


def of_traced_call(inputs: Sequence[Any], outputs: Sequence[Any]) -> int:
    """Multiply-adds of a call of torch.ops.acda.acda_conv in a graph of torch.jit: what fvcore does not know by itself.

    To tell it: ``FlopCountAnalysis(net, x).set_op_handle("acda::acda_conv", acda.cost.of_traced_call)``. PyTorch's own
    FlopCounterMode needs no help.

    >>> import warnings
    >>> import torch
    >>> import acda_core as acda
    >>> layer, x = acda.ACDAConv2d(16, 32, kernel_size=3, padding=1), torch.randn(1, 16, 28, 28)
    >>> with warnings.catch_warnings(action="ignore"):
    ...     graph, *_ = torch.jit._get_trace_graph(layer, x)  # as fvcore does
    >>> (call,) = graph.findAllNodes("acda::acda_conv")
    >>> exact = two_layers(16, 32, 3, 28, 28, bias=False) + composition(3, 28, 28, num_atoms=6, num_coefficients=6)
    >>> of_traced_call(list(call.inputs()), list(call.outputs())) == exact.multiply_adds
    True
    """
    x, alpha, psi, A = (one.type().sizes() for one in inputs[:4])
    images, atoms, bases, height, width = alpha
    pixel = atoms * psi[-1] ** 2 * (bases + x[1]) + A[0] * A[1] * A[2]
    return int(images * height * width * pixel)


def expected_saved_bytes(images: int, shape: LayerShape) -> dict[str, int]:
    """What :func:`acda_core.training.measure.saved_bytes` finds in float32, by formula, for an input with a gradient.

    With the paper's generator; the "normalised" one keeps its hidden features and coefficients twice.

    Each form keeps the input. The three forms of ACDA keep Phi's hidden features, on a margin of l_b // 2 pixels, too.
    To these "acda" adds alpha; "unfold" the atoms, patches and Z_tilde; "dense" the atoms, patches and whole filters.

    >>> expected_saved_bytes(1, LayerShape(64, 64, kernel_size=3, height=32, width=32))["acda"]
    705536
    """
    area, margin = shape.kernel_size**2, 2 * (shape.kernel_sizes[1] // 2)
    pixels = shape.height * shape.width
    x = shape.in_channels * pixels
    hidden = shape.hidden_channels * (shape.height + margin) * (shape.width + margin)
    atoms_and_patches = (shape.num_atoms + shape.in_channels) * area * pixels
    floats = {
        "conv": x,
        "acda": x + hidden + shape.num_atoms * shape.num_coefficients * pixels,
        "unfold": x + hidden + atoms_and_patches + x * shape.num_atoms,
        "dense": x + hidden + atoms_and_patches + shape.out_channels * x * area,
    }
    return {form: 4 * images * number for form, number in floats.items()}
