"""Pictures in folders, as ImageNet is kept: train/CLASS/*.jpg and val/CLASS/*.jpg.

Training pictures are cropped at random and half of them mirrored, as is usual for ImageNet; a crop depends on the seed,
the step and the picture alone, so that a training can be taken up at any step.
"""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from acda_core.training.atomic import BrokenFile
from acda_core.training.distributed import rank_and_size, share
from acda_core.training.seeds import batch_of, seeded

if TYPE_CHECKING:
    from PIL.Image import Image

ENDINGS = {".jpg", ".jpeg", ".png"}
SMALLEST_SHARE, FLATTEST = 0.08, 3 / 4  # of a crop: its area in the picture's, its height over its width
CENTRE = 224 / 256  # side of the central crop over the picture's shorter side
MEAN, SPREAD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet's red, green and blue
Key = tuple[int, int]  # step and picture; step -1 asks for the central crop
Box = tuple[float, float, float, float]  # left, top, right, bottom


class ImageFolder(Dataset[tuple[Tensor, int]]):
    """The pictures of one split.

    Args:
        folder: holds train/CLASS/*.jpg and val/CLASS/*.jpg.
        split: "train" or "val".
        size: height and width of the crops, pixels.
        seed: of the random crops.
        limit: how many pictures to use at most, evenly from all classes.

    Attributes:
        classes: names of the folders, sorted.
        paths, labels: of each picture.

    Raises:
        FileNotFoundError: no such folder, or a class without pictures.
        BrokenFile: a picture is cut short; it names the first ones. What begins with a dot is no class and no picture.
    """

    def __init__(self, folder: Path, split: str, size: int = 224, seed: int = 0, limit: int | None = None):
        root = folder / split
        if not root.is_dir():
            raise FileNotFoundError(f"{folder} must hold train/CLASS/*.jpg and val/CLASS/*.jpg, but has no {split}")
        self.size, self.seed = size, seed
        self.classes = sorted(path.name for path in _visible(root) if path.is_dir())
        if not self.classes:
            raise FileNotFoundError(f"{root} must hold a folder for each class, but holds none")
        self.paths: list[Path] = []
        self.labels: list[int] = []
        for label, name in enumerate(self.classes):
            found = sorted(path for path in _visible(root / name) if path.suffix.lower() in ENDINGS)
            if not found:
                raise FileNotFoundError(f"{root / name} must hold pictures ({', '.join(sorted(ENDINGS))}), has none")
            self.paths += found
            self.labels += [label] * len(found)
        chosen = torch.randperm(len(self.paths), generator=seeded(0))[:limit].sort().values.tolist()
        self.paths, self.labels = [self.paths[i] for i in chosen], [self.labels[i] for i in chosen]
        if broken := [path for path in self.paths if not _is_whole(path)]:
            named = ", ".join(map(str, broken[:5]))
            raise BrokenFile(
                f"{len(broken)} of {len(self.paths)} pictures cannot be read; mend or remove them: {named}"
            )

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, key: Key) -> tuple[Tensor, int]:
        """The picture of a key, cropped and normalised, (3, size, size), and its label."""
        from PIL import Image

        step, index = key
        with Image.open(self.paths[index]) as file:
            picture = file.convert("RGB")
        if step < 0:
            cropped = central_crop(picture, self.size)
        else:
            cropped = random_crop(picture, self.size, seeded(self.seed, step, index))
        values = torch.from_numpy(np.asarray(cropped, dtype=np.float32) / 255)
        return ((values - torch.tensor(MEAN)) / torch.tensor(SPREAD)).permute(2, 0, 1), self.labels[index]


def _visible(folder: Path) -> Iterator[Path]:
    """What others than systems and editors put there: these begin their files' names with a dot."""
    return (path for path in folder.iterdir() if not path.name.startswith("."))


def _is_whole(path: Path) -> bool:
    """Whether a picture can be read. The ends of the file are looked at first: most tell it at once."""
    with path.open("rb") as file:
        start = file.read(4)
        file.seek(-min(12, file.seek(0, 2)), 2)
        end = file.read()
    if (start.startswith(b"\xff\xd8") and end.endswith(b"\xff\xd9")) or (start == b"\x89PNG" and b"IEND" in end):
        return True
    from PIL import Image

    try:
        with Image.open(path) as picture:
            picture.load()
    except (OSError, SyntaxError, ValueError):
        return False
    return True


def random_box(width: int, height: int, random: torch.Generator) -> tuple[Box, bool]:
    """Where to cut a picture, (left, top, right, bottom) in pixels, and whether to mirror it.

    Its area is 8 to 100 % of the picture's and its height 3/4 to 4/3 of its width (Szegedy et al., 2015), unless the
    picture is too narrow for that.
    """
    area_share, shape, left, top, mirror = torch.rand(5, generator=random).tolist()
    area = width * height * (SMALLEST_SHARE + (1 - SMALLEST_SHARE) * area_share)
    ratio = FLATTEST ** (2 * shape - 1)
    w = min(width, max(1, round(math.sqrt(area * ratio))))
    h = min(height, max(1, round(math.sqrt(area / ratio))))
    x, y = round(left * (width - w)), round(top * (height - h))
    return (x, y, x + w, y + h), mirror < 0.5


def random_crop(picture: "Image", size: int, random: torch.Generator) -> "Image":
    """The part of the picture in a :func:`random_box`, resized to size x size, and mirrored half of the time."""
    box, mirror = random_box(*picture.size, random)
    return _resized(picture, size, box, mirror)


def central_crop(picture: "Image", size: int) -> "Image":
    """The central square, 7/8 of the shorter side, resized to size x size."""
    width, height = picture.size
    side = min(width, height) * CENTRE
    x, y = (width - side) / 2, (height - side) / 2
    return _resized(picture, size, (x, y, x + side, y + side), False)


def _resized(picture: "Image", size: int, box: Box, mirror: bool) -> "Image":
    from PIL import Image

    cropped = picture.resize((size, size), Image.Resampling.BILINEAR, box=box)
    return cropped.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirror else cropped


class TrainingBatches:
    """Keys of this process's share of the batches of the steps first, first + 1, ..., steps - 1."""

    def __init__(self, first: int, steps: int, batch: int, number: int, seed: int):
        self.first, self.steps, self.batch, self.number, self.seed = first, steps, batch, number, seed

    def __iter__(self) -> Iterator[list[Key]]:
        for step in range(self.first, self.steps):
            chosen = share(batch_of(step, self.batch, self.number, self.seed))
            yield [(step, index) for index in chosen.tolist()]

    def __len__(self) -> int:
        return self.steps - self.first


def training_batches(
    data: ImageFolder, first: int, steps: int, batch: int, workers: int
) -> Iterator[tuple[Tensor, Tensor]]:
    """Images and labels of the steps from `first` on, read by `workers` processes ahead of their use."""
    batches = TrainingBatches(first, steps, batch, len(data), data.seed)
    yield from DataLoader(data, batch_sampler=batches, num_workers=workers, pin_memory=torch.cuda.is_available())


def central_batches(data: ImageFolder, batch: int, workers: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Images, cropped at their centres, and labels: this process's share of all pictures."""
    rank, processes = rank_and_size()
    keys = [(-1, index) for index in range(rank, len(data), processes)]
    parts = [keys[start : start + batch] for start in range(0, len(keys), batch)]
    yield from DataLoader(data, batch_sampler=parts, num_workers=workers)
