"""The loops that everything else is held against, against torch and against numbers worked out by hand."""

import pytest
import torch
import torch.nn.functional as F
from samples import assert_same

from acda_core import reference


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (1, 1), (2, 1), (2, 0), (3, 4)])
@pytest.mark.parametrize("kernel", [(3, 3), (1, 1), (2, 3)])
def test_one_filter_for_all_pixels_is_torchs_convolution(kernel, stride, padding):
    x = torch.randn(2, 3, 6, 5, dtype=torch.float64)
    K = torch.randn(4, 3, *kernel, dtype=torch.float64)
    assert_same(reference.conv2d(x, K, stride, padding), F.conv2d(x, K, stride=stride, padding=padding))


def test_it_correlates_by_hand():
    x = torch.arange(9.0).reshape(1, 1, 3, 3)
    K = torch.tensor([[0.0, 1, 0], [0, 0, 10], [100, 0, 0]]).reshape(1, 1, 3, 3)
    assert reference.conv2d(x, K).item() == 1 * 1 + 10 * 5 + 100 * 6


def test_every_pixel_uses_its_own_filter():
    x = torch.randn(1, 2, 4, 4, dtype=torch.float64)
    K = torch.randn(1, 3, 2, 3, 3, 4, 4, dtype=torch.float64)
    Z = reference.per_pixel_conv2d(x, K, padding=1)
    for i in range(4):
        for j in range(4):
            assert_same(Z[..., i, j], F.conv2d(x, K[0, ..., i, j], padding=1)[..., i, j])


def test_every_image_uses_its_own_filters():
    x = torch.randn(2, 1, 3, 3, dtype=torch.float64)
    K = torch.randn(2, 1, 1, 3, 3, 3, 3, dtype=torch.float64)
    together = reference.per_pixel_conv2d(x, K, padding=1)
    singly = [reference.per_pixel_conv2d(x[n : n + 1], K[n : n + 1], padding=1) for n in range(2)]
    assert_same(together, torch.cat(singly))


def test_filters_are_sums_of_atoms():
    A, D = torch.randn(4, 3, 2, dtype=torch.float64), torch.randn(2, 2, 3, 3, 5, 4, dtype=torch.float64)
    assert_same(reference.compose_filters(A, D), torch.einsum("oim,nmuvhw->noiuvhw", A, D))
