"""PSNR and SSIM on the luma, against scikit-image."""

import numpy as np
import pytest
import skimage
import torch

from acda_core.experiments import image_quality


def images():
    random = torch.Generator().manual_seed(0)
    truth = torch.rand(3, 40, 50, generator=random)
    return (truth + 0.1 * torch.randn(3, 40, 50, generator=random)).clamp(0, 1), truth


def in_bytes(image):
    return (image.double().permute(1, 2, 0) * 255).round().byte().numpy()


def test_the_luma_is_that_of_scikit_image_and_spans_16_to_235():
    image, _ = images()
    np.testing.assert_allclose(image_quality.luma(image), skimage.color.rgb2ycbcr(in_bytes(image))[..., 0], atol=1e-9)
    assert image_quality.luma(torch.zeros(3, 1, 1)).item() == 16
    assert image_quality.luma(torch.ones(3, 1, 1)).item() == pytest.approx(235)


@pytest.mark.parametrize("shave", [0, 4])
def test_psnr_and_ssim_are_those_of_scikit_image(shave):
    pair = images()
    inner = slice(shave, -shave or None)
    first, second = (skimage.color.rgb2ycbcr(in_bytes(one))[inner, inner, 0] for one in pair)
    expected = skimage.metrics.peak_signal_noise_ratio(second, first, data_range=255)
    assert image_quality.psnr(*pair, shave) == pytest.approx(expected)
    settings = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
    expected = skimage.metrics.structural_similarity(second, first, data_range=255, **settings)
    assert image_quality.ssim(*pair, shave) == pytest.approx(expected)


def test_only_the_pixels_asked_for_count():
    image, truth = images()
    half = torch.zeros(40, 50, dtype=torch.bool)
    half[:, :25] = True
    assert image_quality.psnr(image, truth, where=half) == pytest.approx(
        image_quality.psnr(image[..., :25], truth[..., :25])
    )
    assert image_quality.psnr(image, truth, 3, half) == pytest.approx(
        image_quality.psnr(image[:, 3:-3, 3:25], truth[:, 3:-3, 3:25])
    )


def test_an_image_is_like_itself():
    _, truth = images()
    assert image_quality.ssim(truth, truth) == pytest.approx(1)
    assert image_quality.psnr(truth, truth) == float("inf")


def test_wrong_shapes_are_named():
    image, truth = images()
    with pytest.raises(ValueError, match=r"`image` must have the shape of `truth`, \(3, 40, 50\), got \(3, 40, 49\)"):
        image_quality.psnr(image[..., :49], truth)
    with pytest.raises(ValueError, match="`shave` must leave some of 40 x 50 pixels, got 20"):
        image_quality.ssim(image, truth, 20)
    with pytest.raises(ValueError, match=r"`image` must have shape \(3, h, w\), got \(1, 40, 50\)"):
        image_quality.luma(image[:1])
