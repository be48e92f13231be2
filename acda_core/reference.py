"""Eqs. (1), (2) and K = A D of the paper as loops: slow, obvious, and sharing nothing with the rest of the package.

The tests and the book hold everything else against these. They correlate, as torch does: the paper's Eqs. (1) and (2),
read literally, flip the kernel.
"""

import torch
from torch import Tensor


def conv2d(x: Tensor, K: Tensor, stride: int = 1, padding: int = 0, dilation: int = 1) -> Tensor:
    """Eq. (1): one filter for all pixels. x (N, c', H, W), K (c, c' / groups, l, l) -> Z (N, c, h, w).

    >>> conv2d(torch.ones(1, 1, 3, 3), torch.ones(1, 1, 3, 3), padding=1)[0, 0].int().tolist()
    [[4, 6, 4], [6, 9, 6], [4, 6, 4]]
    """
    N, _, H, W = x.shape
    l_rows, l_columns = (dilation * (size - 1) + 1 for size in K.shape[2:])
    h, w = (H + 2 * padding - l_rows) // stride + 1, (W + 2 * padding - l_columns) // stride + 1
    everywhere = K[None, ..., None, None].expand(N, *K.shape, h, w)
    return per_pixel_conv2d(x, everywhere, stride, padding, dilation)


def per_pixel_conv2d(x: Tensor, K: Tensor, stride: int = 1, padding: int = 0, dilation: int = 1) -> Tensor:
    """Eq. (2): every pixel its own filter. x (N, c', H, W), K (N, c, c' / g, l, l, h, w) -> Z (N, c, h, w).

    Z[n, o, i, j] = sum over c', u, v of K[n, o, c', u, v, i, j] x[n, c', i s + u d - p, j s + v d - p], with stride s,
    padding p, dilation d, and x zero outside the image. Where K has fewer input channels than x, the channels of x
    and Z fall into that many groups g, in order, and each output looks at the inputs of its own group.

    >>> K = torch.tensor([[1.0, 2.0], [3.0, 4.0]]).expand(1, 1, 1, 1, 1, 2, 2)  # a number for each pixel
    >>> per_pixel_conv2d(torch.ones(1, 1, 2, 2), K)[0, 0].int().tolist()
    [[1, 2], [3, 4]]
    """
    N, c, seen, l_rows, l_columns, h, w = K.shape
    channels, H, W = x.shape[1:]
    groups = channels // seen
    pixels = []
    for i in range(h):
        for j in range(w):
            value = x.new_zeros(N, c)
            for u in range(l_rows):
                for v in range(l_columns):
                    row, column = i * stride + u * dilation - padding, j * stride + v * dilation - padding
                    if 0 <= row < H and 0 <= column < W:
                        at = x[:, :, row, column].reshape(N, groups, seen).repeat_interleave(c // groups, 1)
                        value = value + (K[:, :, :, u, v, i, j] * at).sum(2)
            pixels.append(value)
    return torch.stack(pixels, dim=-1).reshape(N, c, h, w)


def compose_filters(A: Tensor, D: Tensor) -> Tensor:
    """K_ij = A D_ij. A (c, c' / groups, m), D (N, m, l, l, h, w) -> K (N, c, c' / groups, l, l, h, w).

    >>> compose_filters(torch.ones(4, 3, 2), torch.ones(1, 2, 3, 3, 5, 6)).shape
    torch.Size([1, 4, 3, 3, 3, 5, 6])
    """
    c, in_channels, m = A.shape
    rows = []
    for o in range(c):
        for i in range(in_channels):
            K_oi = D.new_zeros(D.shape[0], *D.shape[2:])
            for b in range(m):
                K_oi = K_oi + A[o, i, b] * D[:, b]
            rows.append(K_oi)
    return torch.stack(rows, dim=1).reshape(D.shape[0], c, in_channels, *D.shape[2:])
