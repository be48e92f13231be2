"""The layers of the chapter on equivariance do what it says of them."""

import torch
from torch import nn

from acda_core.nets.position import PerImage, PerPlace, shift


def test_a_shift_moves_down_and_right():
    x = torch.randn(1, 2, 5, 6)
    moved = shift(x, 2, 1, fill=7.0)
    assert torch.equal(moved[..., 2:, 1:], x[..., :-2, :-1])
    assert (moved[..., :2, :] == 7).all()
    assert (moved[..., :1] == 7).all()


def test_the_layer_with_a_filter_for_each_place_applies_its_own_filter_at_each_pixel():
    layer = PerPlace(3, 5, 6)
    x = torch.randn(1, 1, 5, 6)
    padded = nn.functional.pad(x, [1] * 4)[0, 0]
    expected = [
        [(padded[i : i + 3, j : j + 3].flatten() * layer.K[:, i, j]).sum().item() for j in range(6)] for i in range(5)
    ]
    torch.testing.assert_close(layer(x)[0, 0], torch.tensor(expected))


def test_the_layer_with_a_filter_for_each_image_sees_the_image_only_through_its_mean():
    layer = PerImage(3, 2)
    x = torch.randn(1, 1, 6, 6)
    with torch.no_grad():
        turned = layer(x.roll((2, 3), (2, 3)), "circular")
        torch.testing.assert_close(turned, layer(x, "circular").roll((2, 3), (2, 3)))
        far = x.clone()
        far[..., 5, 5] += 3
        assert (layer(far) - layer(x))[..., :3, :3].abs().max() > 1e-4
        far[..., 4, 0] -= 3  # the mean is what it was
        torch.testing.assert_close(layer(far)[..., :3, 2:4], layer(x)[..., :3, 2:4])
