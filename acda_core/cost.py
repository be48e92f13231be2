"""What a layer costs: parameters, multiply-adds, bytes kept for backward, and bytes held at most.

One multiply-add is one product and one sum. Counts are for one image and an output of height x width pixels at stride
1, with the input as large as the output. A bias counts one multiply-add an output value, as in the paper's Table 6.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    """Parameters, multiply-adds, and the largest tensor of filters or features between input and output, in floats."""

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
    """nn.Conv2d: c c' l^2 + c parameters, and as many multiply-adds a pixel."""
    weights = out_channels * (in_channels * kernel_size**2 + bias)
    return Cost(weights, weights * height * width, 0)


def dense(in_channels: int, out_channels: int, kernel_size: int, height: int, width: int) -> Cost:
    """A filter K_ij for every pixel, Eq. (2): the filters are c c' l^2 h w floats; making them is not counted."""
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
    """Atom convolution and coefficient convolution, Eqs. (5) and (6): c' m l^2 + c c' m + c multiply-adds a pixel."""
    coefficients = out_channels * (in_channels * num_atoms + bias)
    pixel = in_channels * num_atoms * kernel_size**2 + coefficients
    return Cost(coefficients, pixel * height * width, in_channels * num_atoms * height * width)


def composition(kernel_size: int, height: int, width: int, num_atoms: int, num_coefficients: int) -> Cost:
    """D = alpha psi: m S m' l^2 multiply-adds a pixel, which the paper's Table 6 leaves out."""
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
    """Phi without normalisation: two convolutions, c' -> d -> m S m', counted on the h x w output grid.

    AtomGenerator also computes its first layer on a margin of l_b // 2 pixels around the image, which is not counted.
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
    """The whole layer of a :class:`LayerShape`: generation, composition, and the two layers."""
    sizes = in_channels, out_channels, kernel_size, height, width
    shape = LayerShape(*sizes, num_atoms, num_bases, num_scales, hidden_channels, kernel_sizes, bias)
    return shape.atoms() + two_layers(*sizes, num_atoms, bias)


def dense_acda(shape: LayerShape) -> Cost:
    """The same layer with whole filters: K = A D, c c' m l^2 a pixel, and Eq. (2), c c' l^2 a pixel."""
    filters = dense(shape.in_channels, shape.out_channels, shape.kernel_size, shape.height, shape.width)
    own = shape.out_channels * (shape.in_channels * shape.num_atoms + shape.bias)
    biases = shape.bias * shape.out_channels * shape.height * shape.width
    return shape.atoms() + Cost(own, shape.num_atoms * filters.multiply_adds + biases, 0) + filters


def expected_saved_bytes(images: int, shape: LayerShape) -> dict[str, int]:
    """What :func:`acda_core.training.measure.saved_bytes` finds in float32, by formula, for an input with a gradient.

    Each form keeps the input. The three forms of ACDA keep Phi's hidden features, on a margin of l_b // 2 pixels, too.
    To these "acda" adds alpha; "unfold" the atoms, patches and Z_tilde; "dense" the atoms, patches and whole filters.
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
