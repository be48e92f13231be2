"""Synthetic degradations that vary over an image: blur, and noise that depends on the signal."""

import torch
import torch.nn.functional as F
from torch import Tensor

from acda_core.training.seeds import begun

LEVELS = 6  # blurred copies between which the varying blur interpolates


def slow_field(seed: int, height: int, width: int, knots: int = 4) -> Tensor:
    """A field from 0 to 1 that varies slowly, (height, width): random numbers on a coarse grid, interpolated.

    Args:
        seed: of the numbers.
        height, width: of the field.
        knots: rows and columns of the grid, at least 2.
    """
    random = begun(seed)
    coarse = torch.rand(1, 1, knots, knots, generator=random)
    return F.interpolate(coarse, (height, width), mode="bilinear", align_corners=True)[0, 0]


def gaussian_blur(image: Tensor, sigma: float) -> Tensor:
    """Convolve an image (c, h, w) with a Gaussian of standard deviation sigma pixels; its border is repeated.

    >>> image = torch.zeros(1, 9, 9)
    >>> image[0, 4, 4] = 1
    >>> blurred = gaussian_blur(image, sigma=1.0)
    >>> blurred.shape, bool(blurred[0, 4, 4] < 0.2)
    (torch.Size([1, 9, 9]), True)
    """
    if sigma < 1e-6:
        return image
    radius = max(1, int(4 * sigma + 0.5))
    offset = torch.arange(-radius, radius + 1, dtype=image.dtype, device=image.device)
    wave = torch.exp(-0.5 * (offset / sigma) ** 2)
    wave = wave / wave.sum()
    padded = F.pad(image[:, None], [radius] * 4, mode="replicate")
    return F.conv2d(F.conv2d(padded, wave[None, None, :, None]), wave[None, None, None, :])[:, 0]


def varying_blur(image: Tensor, sigma: Tensor) -> Tensor:
    """Blur each pixel by a Gaussian of its own width.

    Between LEVELS copies of the image, blurred by equal steps from 0 to the largest sigma, each pixel is interpolated.

    Args:
        image: (c, h, w).
        sigma: standard deviation at each pixel, (h, w), at least 0.

    Raises:
        ValueError: a sigma of another shape, or a negative one.
    """
    if sigma.shape != image.shape[1:]:
        raise ValueError(f"`sigma` must have shape {tuple(image.shape[1:])}, got {tuple(sigma.shape)}")
    if sigma.min() < 0:
        raise ValueError(f"`sigma` must be at least 0, got {sigma.min().item():.3g}")
    highest = sigma.max().item()
    if highest == 0:
        return image
    copies = torch.stack([gaussian_blur(image, highest * level / (LEVELS - 1)) for level in range(LEVELS)])
    place = (sigma / highest * (LEVELS - 1)).clamp(0, LEVELS - 1)
    below = place.floor().long().clamp_max(LEVELS - 2)
    share = place - below
    low, high = (copies.gather(0, (below + up).expand(1, *image.shape))[0] for up in (0, 1))
    return low + share * (high - low)


def signal_dependent_noise(image: Tensor, gain: Tensor | float, floor: float, seed: int) -> Tensor:
    """Add normal noise of variance gain * image + floor^2, as a camera's sensor does.

    Args:
        image: 0 ... 1, (c, h, w).
        gain: how fast the variance grows with the signal, a number or one for each pixel (h, w).
        floor: standard deviation where there is no light.
        seed: of the noise.
    """
    random = begun(seed)
    noise = torch.randn(image.shape, generator=random).to(image)
    return image + noise * (gain * image.clamp_min(0) + floor**2).sqrt()


def halve(image: Tensor) -> Tensor:
    """The mean of every 2 x 2 pixels, (c, h, w) -> (c, h // 2, w // 2)."""
    return F.avg_pool2d(image, 2)
