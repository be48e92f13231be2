"""LeNet, whose two convolutions can be replaced: Table 1 of the paper."""

from torch import Tensor, nn

from acda_core.nets.blocks import Conv


class LeNet(nn.Module):
    """LeNet-5 for colour images of 32 x 32 pixels: two 5 x 5 convolutions, three linear layers (LeCun et al., 1998).

    >>> import torch
    >>> import acda_core as acda
    >>> LeNet(acda.ACDAConv2d)(torch.randn(2, 3, 32, 32)).shape
    torch.Size([2, 10])

    With ReLUs and max-pooling in the place of the original's sigmoids and averages, as is usual today.

    Args:
        conv: makes the two convolutions.
        classes: outputs.
        width: channels of the convolutions, 6 and 16 times this, to the nearest whole number.
    """

    def __init__(self, conv: Conv = nn.Conv2d, classes: int = 10, width: float = 1):
        super().__init__()
        first, second = round(6 * width), round(16 * width)
        self.features = nn.Sequential(
            conv(3, first, 5), nn.ReLU(), nn.MaxPool2d(2), conv(first, second, 5), nn.ReLU(), nn.MaxPool2d(2)
        )
        self.classifier = nn.Sequential(
            nn.Linear(second * 5 * 5, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, classes)
        )

    def forward(self, images: Tensor) -> Tensor:
        """Images (N, 3, 32, 32) -> scores (N, classes)."""
        scores: Tensor = self.classifier(self.features(images).flatten(1))
        return scores
