"""How much a program of each kernel takes on: one small table. Nothing is tried out at the first call.

On sm_90 it is what was fastest on an H200, or close to it, for 256 channels and 100 x 100 pixels. No entry spills
registers on sm_75, sm_80 or sm_90 at 3 x 3, 5 x 5 and 7 x 7, and none needs more shared memory than those cards give.
"""

from dataclasses import dataclass

LARGEST_PATCH = 256  # values of x under the taps of one pixel, and between them in a row
MOST_ATOMS = 64


@dataclass(frozen=True)
class Geometry:
    """What a kernel is compiled for: size of the atoms, stride, dilation, number of atoms, groups."""

    SIZE: int
    STRIDE: int
    DILATION: int
    ATOMS: int
    GROUPS: int

    def reach(self, pixels: int = 1) -> int:
        """Columns of x under the taps of so many neighbours."""
        return (pixels - 1) * self.STRIDE + (self.SIZE - 1) * self.DILATION + 1

    def is_served(self) -> bool:
        """Whether the kernels can. Large atoms with large dilations, and very many atoms, are left to plain torch."""
        return self.SIZE * self.reach() <= LARGEST_PATCH and self.ATOMS <= MOST_ATOMS


@dataclass(frozen=True)
class Arithmetic:
    """How :func:`kernels.product` multiplies on a card of a compute capability.

    "tf32" and "ieee" are products on tensor cores, but for float32 at "ieee", which is one by one; so is "wide", half
    precision computed in float32.
    """

    precision: str
    is_half: bool
    capability: tuple[int, int]

    @property
    def is_slow(self) -> bool:
        """Whether products are made one by one: then the zeros of the band cost as much as the rest."""
        return self.precision == "wide" or (self.precision == "ieee" and not self.is_half)

    @property
    def is_hopper(self) -> bool:
        """Whether the card is one of those that the table was measured on."""
        return self.capability[0] == 9 and not self.is_slow


def power_of_two(number: int, least: int = 16) -> int:
    """The next one that is at least the number, and at least what the tensor cores take."""
    return max(least, 1 << (number - 1).bit_length())


def for_atoms(geometry: Geometry, channels: int, arithmetic: Arithmetic) -> dict[str, int]:
    half, hopper = arithmetic.is_half and not arithmetic.is_slow, arithmetic.is_hopper
    band = power_of_two(geometry.ATOMS, 16 if arithmetic.is_slow else 64 if hopper else 32)
    columns = power_of_two(geometry.reach())
    return {
        "PIXELS": max(1, min(band // geometry.ATOMS, (columns - geometry.reach()) // geometry.STRIDE + 1)),
        "BAND": band,
        "REACH": columns,
        "CHANNELS": min(64 if arithmetic.is_slow else 128, power_of_two(channels)),
        "num_warps": 4 if arithmetic.is_slow else 2 if hopper and not half else 8,  # TF32 is slow with four there
        "num_stages": 3 if hopper else 2,
    }


def for_grad_x(geometry: Geometry, channels: int, arithmetic: Arithmetic) -> dict[str, int]:
    half = arithmetic.is_half and not arithmetic.is_slow
    if arithmetic.is_hopper:
        lines, most = (4, 128 if geometry.SIZE > 3 else 256) if half else (8, 256)
    else:
        large = half and geometry.SIZE > 3
        lines, most = 4 if large else 2, 64 if large or arithmetic.is_slow else 128
    return {
        "LINES": lines,
        "WIDTH": 32 // lines if arithmetic.is_hopper else 16,  # more than 32 rows of TF32 are slow there
        "TERMS": 32 if half or arithmetic.is_slow else 16,
        "CHANNELS": min(most, power_of_two(channels)),
        "num_warps": 4 if arithmetic.is_hopper or arithmetic.is_slow else 8,
        "num_stages": 2,
    }


def for_grad_D(geometry: Geometry, channels: int, arithmetic: Arithmetic) -> dict[str, int]:
    band = power_of_two(geometry.ATOMS, 16 if arithmetic.is_slow else 64)
    largest = power_of_two(
        geometry.SIZE * geometry.reach(), 128 if geometry.SIZE > 5 and not arithmetic.is_slow else 64
    )
    fits = [p for p in range(1, band // geometry.ATOMS + 1) if geometry.SIZE * geometry.reach(p) <= largest]
    return {
        "PIXELS": fits[-1],
        "BAND": power_of_two(fits[-1] * geometry.ATOMS),
        "REACH": geometry.reach(fits[-1]),
        "PATCH": power_of_two(geometry.SIZE * geometry.reach(fits[-1])),
        "CHANNELS": min(64 if arithmetic.is_half and not arithmetic.is_slow else 32, power_of_two(channels)),
        "num_warps": 4 if arithmetic.is_hopper or arithmetic.is_slow else 8,
        "num_stages": 3 if arithmetic.is_hopper and not arithmetic.is_half else 2,
    }


def for_mix(inner: int, outer: int, arithmetic: Arithmetic) -> dict[str, int]:
    return {
        "PIXELS": 64,
        "INNER": min(32 if arithmetic.is_half and not arithmetic.is_slow else 16, power_of_two(inner)),
        "OUTER": min(64, power_of_two(outer)),
        "num_warps": 4,
        "num_stages": 2,
    }
