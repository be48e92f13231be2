"""Random arguments of the two-layer form, and what the paper's definition makes of them."""

import io
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image

import acda_core as acda
from acda_core import reference
from acda_core.data.cifar import JPEG_COPY

NAMES = "x", "alpha", "psi", "A", "bias"

GEOMETRIES = {
    "the usual layer": {},
    "an odd height and stride 2": {"height": 7, "width": 6, "stride": 2},
    "odd sizes, 5 x 5 and stride 2": {"kernel_size": 5, "height": 9, "width": 7, "stride": 2, "padding": 2},
    "stride 3 without padding": {"height": 8, "width": 11, "stride": 3, "padding": 0},
    "a stride beyond the kernel": {"height": 9, "width": 10, "stride": 4, "padding": 1},
    "a padding beyond the kernel": {"height": 2, "width": 3, "stride": 2, "padding": 4},
    "an image as large as the kernel": {"kernel_size": 5, "height": 5, "width": 5, "padding": 0},
    "an image smaller than the kernel": {"kernel_size": 7, "height": 2, "width": 3, "padding": 3},
    "one pixel": {"height": 1, "width": 1},
    "a kernel of one pixel": {"kernel_size": 1, "height": 3, "width": 4, "padding": 0},
    "a wide row": {"height": 2, "width": 19},
    "a tall column": {"height": 19, "width": 1},
    "one channel and one atom": {"in_channels": 1, "out_channels": 1, "num_atoms": 1},
    "more atoms than registers": {"num_atoms": 13, "height": 3, "width": 5},
    "more channels than a strip": {"in_channels": 35, "num_atoms": 1, "height": 3, "width": 4},
    "dilation 2": {"dilation": 2, "padding": 2},
    "dilation 3 and stride 2": {"dilation": 3, "stride": 2, "padding": 3, "height": 7, "width": 8},
    "5 x 5, dilation 2 and stride 3": {"kernel_size": 5, "dilation": 2, "stride": 3, "height": 10, "width": 12},
    "two groups": {"in_channels": 4, "groups": 2},
    "a depthwise layer": {"groups": 3, "out_channels": 6, "stride": 2},
}


def arguments(
    images=2,
    in_channels=3,
    out_channels=4,
    num_atoms=2,
    num_bases=5,
    kernel_size=3,
    height=6,
    width=5,
    stride=1,
    padding=1,
    dilation=1,
    groups=1,
    dtype=torch.float64,
    requires_grad=False,
):
    """(x, alpha, psi, A, bias), (stride, padding, dilation, groups)."""
    h, w = ((size + 2 * padding - dilation * (kernel_size - 1) - 1) // stride + 1 for size in (height, width))
    shapes = [
        (images, in_channels, height, width),
        (images, num_atoms, num_bases, h, w),
        (num_bases, kernel_size, kernel_size),
        (out_channels, in_channels // groups, num_atoms),
        (out_channels,),
    ]
    generator = torch.Generator().manual_seed(0)
    tensors = [torch.randn(shape, generator=generator, dtype=torch.float64).to(dtype) for shape in shapes]
    return [t.requires_grad_(requires_grad) for t in tensors], (stride, padding, dilation, groups)


def atoms(alpha, psi):
    """D = alpha psi, one basis after the other."""
    n, m, _, h, w = alpha.shape
    D = alpha.new_zeros(n, m, *psi.shape[1:], h, w)
    for k in range(psi.shape[0]):
        D = D + alpha[:, :, k, None, None] * psi[k, :, :, None, None]
    return D


def definition(tensors, stride, padding, dilation, groups):
    """Eq. (2) with K = A D; the groups show in the shape of A."""
    x, alpha, psi, A, bias = tensors
    K = reference.compose_filters(A, atoms(alpha, psi))
    assert x.shape[1] == A.shape[1] * groups
    return reference.per_pixel_conv2d(x, K, stride, padding, dilation) + bias[:, None, None]


def in_steps(x, alpha, psi, A, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """acda_conv2d by its three parts."""
    Z_tilde = acda.atom_conv(x, acda.compose_atoms(alpha, psi), stride, padding, dilation)
    return acda.coefficient_conv(Z_tilde, A, bias, groups)


def gradients(output, tensors):
    """Of a fixed random combination of the output's values, with weights that every dtype can hold."""
    weights = (16 * torch.randn(output.shape, generator=torch.Generator().manual_seed(1))).round() / 16
    weights = weights.to(output.device, output.dtype)
    return torch.autograd.grad(output, tensors, weights, allow_unused=True, materialize_grads=True)


def assert_same(yours, expected, tolerance=1e-10):
    torch.testing.assert_close(yours, expected, rtol=tolerance, atol=tolerance)


TOLERANCES = {  # relative and absolute
    torch.float64: (1e-10, 1e-10),
    torch.float32: (1e-5, 1e-4),
    torch.bfloat16: (1.01 * 2**-8, 1e-4),  # one rounding
    torch.float16: (1.01 * 2**-11, 1e-4),
}


@dataclass(frozen=True)
class Back:
    """A back end of the kernels: the device whose tensors it takes, the dtype, and whether they are the card's.

    Those multiply matrices in which several pixels stand together, so that a NaN in x reaches all of them, and round
    half precision on the way as three steps would: D, Z_tilde and their gradients.
    """

    device: str
    dtype: torch.dtype
    on_card: bool = False

    @property
    def mark(self):
        """A value that is seen wherever it goes, and nowhere else."""
        return 64.0 if self.on_card else torch.nan

    def arguments(self, **geometry):
        """As :func:`arguments`, and the same tensors exactly, in float64 on the processor."""
        tensors, sizes = arguments(**geometry, dtype=self.dtype)
        needed = geometry.get("requires_grad", False)
        exact = [t.detach().double().requires_grad_(needed) for t in tensors]
        return [t.detach().to(self.device).requires_grad_(needed) for t in tensors], exact, sizes

    def close(self, yours, expected, roundings=1):
        """What was computed is what exact numbers give, rounded so many times."""
        if isinstance(yours, torch.Tensor):
            yours, expected = [yours], [expected]
        relative, absolute = TOLERANCES[self.dtype]
        if self.on_card and self.dtype in (torch.float16, torch.bfloat16):
            roundings = max(roundings, 8)
        for got, wanted in zip(yours, expected, strict=True):
            assert (got.dtype, got.device.type) == (self.dtype, self.device)
            got, wanted = (one.detach().double().cpu() for one in (got, wanted))
            if roundings > 1 and wanted.numel():  # on the way, of numbers as large as the largest one
                absolute = roundings * relative * wanted.abs().max().item()
            torch.testing.assert_close(got, wanted, rtol=relative, atol=absolute, equal_nan=True)


def write_jpeg_copy(folder, train=4, test=2, classes=10, **changes):
    """A small file of the form of cifar10_jpeg.npz: images of one colour each, the labels in turns."""
    random = np.random.default_rng(0)
    arrays = {}
    for split, count in (("train", train), ("test", test)):
        files = []
        for _ in range(count):
            buffer = io.BytesIO()
            flat = np.full((32, 32, 3), random.integers(0, 256, 3), dtype=np.uint8)
            Image.fromarray(flat).save(buffer, "JPEG", quality=95)
            files.append(buffer.getvalue())
        arrays[f"{split}_jpeg"] = np.frombuffer(b"".join(files), dtype=np.uint8)
        arrays[f"{split}_offsets"] = np.cumsum([0, *map(len, files)])
        arrays[f"{split}_labels"] = (np.arange(count) % classes).astype(np.uint8)
    np.savez(folder / JPEG_COPY[classes], **{**arrays, **changes})
