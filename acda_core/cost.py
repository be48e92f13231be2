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
    """The whole ACDAConv2d with the paper's generator: generation, composition, and the two layers."""
    num_coefficients = (kernel_size // 2 if num_scales is None else num_scales) * num_bases
    return (
        generator(in_channels, height, width, num_atoms, num_coefficients, hidden_channels, kernel_sizes)
        + composition(kernel_size, height, width, num_atoms, num_coefficients)
        + two_layers(in_channels, out_channels, kernel_size, height, width, num_atoms, bias)
    )


def dense_acda(
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
    """The same layer as :func:`acda` with whole filters: K = A D, c c' m l^2 a pixel, and Eq. (2), c c' l^2 a pixel."""
    num_coefficients = (kernel_size // 2 if num_scales is None else num_scales) * num_bases
    filters = dense(in_channels, out_channels, kernel_size, height, width)
    own = out_channels * (in_channels * num_atoms + bias)
    return (
        generator(in_channels, height, width, num_atoms, num_coefficients, hidden_channels, kernel_sizes)
        + composition(kernel_size, height, width, num_atoms, num_coefficients)
        + Cost(own, num_atoms * filters.multiply_adds + bias * out_channels * height * width, 0)
        + filters
    )


def expected_saved_bytes(
    images: int,
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
) -> dict[str, int]:
    """What :func:`saved_bytes` finds in float32, for an input that requires grad, by formula.

    Each form keeps the input. The three forms of ACDA keep Phi's hidden features, on a margin of l_b // 2 pixels, too.
    To these "acda" adds alpha; "unfold" the atoms, patches and Z_tilde; "dense" the atoms, patches and whole filters.
    """
    num_coefficients = (kernel_size // 2 if num_scales is None else num_scales) * num_bases
    area, margin = kernel_size**2, 2 * (kernel_sizes[1] // 2)
    pixels = height * width
    x = in_channels * pixels
    hidden = hidden_channels * (height + margin) * (width + margin)
    atoms_and_patches = (num_atoms + in_channels) * area * pixels
    floats = {
        "conv": x,
        "acda": x + hidden + num_atoms * num_coefficients * pixels,
        "unfold": x + hidden + atoms_and_patches + in_channels * num_atoms * pixels,
        "dense": x + hidden + atoms_and_patches + out_channels * in_channels * area * pixels,
    }
    return {form: 4 * images * number for form, number in floats.items()}
