"""Blur and noise that vary over an image."""

import pytest
import torch
from scipy import ndimage

from acda_core.data import degradations


@pytest.fixture
def image():
    return torch.rand(3, 24, 30, dtype=torch.float64, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("sigma", [0.5, 1.0, 2.3])
def test_a_gaussian_blur_is_that_of_scipy(image, sigma):
    expected = ndimage.gaussian_filter(image.numpy(), (0, sigma, sigma), mode="nearest", truncate=4.0)
    torch.testing.assert_close(degradations.gaussian_blur(image, sigma), torch.tensor(expected), atol=1e-9, rtol=1e-7)


def test_a_varying_blur_of_one_width_is_the_blur_of_that_width(image):
    sigma = torch.full((24, 30), 1.7, dtype=torch.float64)
    torch.testing.assert_close(degradations.varying_blur(image, sigma), degradations.gaussian_blur(image, 1.7))
    assert torch.equal(degradations.varying_blur(image, 0 * sigma), image)


def test_a_varying_blur_is_local(image):
    sigma = torch.zeros(24, 30, dtype=torch.float64)
    sigma[:, 15:] = 2.0
    blurred = degradations.varying_blur(image, sigma)
    torch.testing.assert_close(blurred[..., :15], image[..., :15])
    torch.testing.assert_close(blurred[..., 15:], degradations.gaussian_blur(image, 2.0)[..., 15:])


def test_between_two_levels_a_pixel_is_interpolated(image):
    sigma = torch.full((24, 30), 0.3, dtype=torch.float64)
    sigma[0, 0] = degradations.LEVELS - 1  # the levels are then 0, 1, 2, ...
    low, high = image, degradations.gaussian_blur(image, 1.0)
    torch.testing.assert_close(degradations.varying_blur(image, sigma)[:, 5, 5], (0.7 * low + 0.3 * high)[:, 5, 5])


def test_the_variance_of_the_noise_grows_with_the_signal():
    image = torch.linspace(0, 1, 5)[None, :, None].expand(1, 5, 100_000)
    noisy = degradations.signal_dependent_noise(image, gain=0.02, floor=0.05, seed=1)
    torch.testing.assert_close((noisy - image).var(2)[0], 0.02 * image[0, :, 0] + 0.05**2, rtol=0.02, atol=0)
    assert torch.equal(noisy, degradations.signal_dependent_noise(image, 0.02, 0.05, seed=1))
    assert not torch.equal(noisy, degradations.signal_dependent_noise(image, 0.02, 0.05, seed=2))


def test_a_slow_field_stays_between_0_and_1_and_has_no_jumps():
    field = degradations.slow_field(3, 60, 80)
    assert field.shape == (60, 80)
    assert 0 <= field.min() < field.max() <= 1
    assert field.diff(dim=0).abs().max() < 3 / 59 + 1e-6  # three steps of at most 1 over 59 pixels
    assert torch.equal(field, degradations.slow_field(3, 60, 80))


def test_halving_takes_means_of_four_pixels(image):
    halved = degradations.halve(image)
    assert halved.shape == (3, 12, 15)
    torch.testing.assert_close(halved[:, 2, 3], image[:, 4:6, 6:8].mean((1, 2)))


def test_a_width_that_cannot_be_is_refused(image):
    with pytest.raises(ValueError, match=r"`sigma` must have shape \(24, 30\), got \(3, 3\)"):
        degradations.varying_blur(image, torch.ones(3, 3))
    with pytest.raises(ValueError, match="`sigma` must be at least 0, got -1"):
        degradations.varying_blur(image, -torch.ones(24, 30))
