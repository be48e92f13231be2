"""How near a restored photograph comes to the true one: PSNR and SSIM on the luma, as the field computes them.

Values are rounded to 8 bits. Y is that of ITU-R BT.601, 16 ... 235, the one of Matlab's rgb2ycbcr. A border may be
shaved.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

WINDOW, SIGMA = 11, 1.5  # of SSIM's Gaussian, in pixels
K1, K2, PEAK = 0.01, 0.03, 255.0


def luma(image: Tensor) -> Tensor:
    """Y of an image (3, h, w) in 0 ... 1, which is rounded to 8 bits first: (h, w), float64, 16 ... 235.

    Raises:
        ValueError: another shape.
    """
    if image.ndim != 3 or image.shape[0] != 3:
        raise ValueError(f"`image` must have shape (3, h, w), got {tuple(image.shape)}")
    red, green, blue = (image.double().clamp(0, 1) * 255).round() / 255
    return 16 + 65.481 * red + 128.553 * green + 24.966 * blue


def psnr(image: Tensor, truth: Tensor, shave: int = 0, where: Tensor | None = None) -> float:
    """Peak signal-to-noise ratio in decibels, 10 log10(255^2 / mean squared error of Y).

    >>> truth = torch.full((3, 20, 20), 0.5)
    >>> round(psnr(truth + 0.1, truth), 2)
    21.49

    Args:
        image, truth: 0 ... 1, (3, h, w).
        shave: pixels of the border that do not count.
        where: pixels that count, (h, w), boolean; all when None.

    Raises:
        ValueError: shapes that differ, or a border as large as the image.
    """
    first, second = _shaved(image, truth, shave)
    squared = (first - second).square()
    if where is not None:
        squared = squared[_inner(where, shave)]
    return float(10 * torch.log10(PEAK**2 / squared.mean()))


def ssim(image: Tensor, truth: Tensor, shave: int = 0) -> float:
    """Structural similarity of Y (Wang et al., 2004), the mean over all whole 11 x 11 Gaussian windows.

    >>> image = torch.rand(3, 20, 20)
    >>> round(ssim(image, image), 6)
    1.0

    Args:
        image, truth: 0 ... 1, (3, h, w), at least 11 pixels high and wide once the border is off.
        shave: pixels of the border that do not count.

    Raises:
        ValueError: shapes that differ, or a border as large as the image.
    """
    first, second = _shaved(image, truth, shave)
    offset = torch.arange(WINDOW, dtype=torch.float64) - WINDOW // 2
    wave = torch.exp(-0.5 * (offset / SIGMA) ** 2)
    wave = (wave / wave.sum()).to(first)

    def mean(field: Tensor) -> Tensor:
        return F.conv2d(F.conv2d(field[None, None], wave[None, None, :, None]), wave[None, None, None, :])[0, 0]

    first_mean, second_mean = mean(first), mean(second)
    first_variance, second_variance = mean(first**2) - first_mean**2, mean(second**2) - second_mean**2
    covariance = mean(first * second) - first_mean * second_mean
    low, high = (K1 * PEAK) ** 2, (K2 * PEAK) ** 2
    likeness = (2 * first_mean * second_mean + low) * (2 * covariance + high)
    return float(
        (likeness / ((first_mean**2 + second_mean**2 + low) * (first_variance + second_variance + high))).mean()
    )


def _shaved(image: Tensor, truth: Tensor, shave: int) -> tuple[Tensor, Tensor]:
    if image.shape != truth.shape:
        raise ValueError(f"`image` must have the shape of `truth`, {tuple(truth.shape)}, got {tuple(image.shape)}")
    if not 0 <= 2 * shave < min(image.shape[1:]):
        raise ValueError(f"`shave` must leave some of {image.shape[1]} x {image.shape[2]} pixels, got {shave}")
    return _inner(luma(image), shave), _inner(luma(truth), shave)


def _inner(field: Tensor, shave: int) -> Tensor:
    return field[shave : field.shape[0] - shave, shave : field.shape[1] - shave]
