"""The network that counts: a density map by two large convolutions."""

from torch import Tensor, nn

from acda_core.nets.blocks import Conv


class CountingNet(nn.Module):
    """A density map at a quarter of the resolution: two striding 3 x 3 convolutions, then a 7 x 7 and a 5 x 5 one.

    >>> import torch
    >>> import acda_core as acda
    >>> CountingNet(acda.ACDAConv2d)(torch.randn(1, 1, 64, 96)).shape
    torch.Size([1, 1, 16, 24])

    Args:
        conv: makes the two large convolutions.
        in_channels: 1 for grey pictures, 3 for colour.
        classes: kinds of objects, a density each.
        width: channels of the large convolutions.
    """

    def __init__(self, conv: Conv = nn.Conv2d, in_channels: int = 1, classes: int = 1, width: int = 24):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(in_channels, width // 2, 3, 2, 1), nn.ReLU(), nn.Conv2d(width // 2, width, 3, 2, 1), nn.ReLU()
        )
        self.body = nn.Sequential(
            conv(width, width, 7, padding=3), nn.ReLU(), conv(width, width, 5, padding=2), nn.ReLU()
        )
        self.head = nn.Conv2d(width, classes, 1)

    def forward(self, images: Tensor) -> Tensor:
        """Images (N, in_channels, H, W), H and W multiples of 4 -> densities (N, classes, H / 4, W / 4)."""
        densities: Tensor = self.head(self.body(self.stem(images)))
        return densities
