"""What the training panel can train: two models side by side, on small versions of the course's experiments.

A lesson is decided by its settings: the same ones give the same losses, and no global seed is touched.
"""

from acda_core.course.lessons.base import Lesson
from acda_core.course.lessons.counting import COUNTING_CHOICES, COUNTING_START, CountingLesson
from acda_core.course.lessons.patterns import (
    ABLATION_CHOICES,
    ABLATION_START,
    TOY_CHOICES,
    TOY_START,
    AblationLesson,
    ToyLesson,
)
from acda_core.course.lessons.restoration import RESTORATION_CHOICES, RESTORATION_START, RestorationLesson
from acda_core.course.lessons.textures import TEXTURE_CHOICES, TEXTURE_START, TextureLesson

__all__ = [
    "ABLATION_CHOICES",
    "ABLATION_START",
    "COUNTING_CHOICES",
    "COUNTING_START",
    "RESTORATION_CHOICES",
    "RESTORATION_START",
    "TEXTURE_CHOICES",
    "TEXTURE_START",
    "TOY_CHOICES",
    "TOY_START",
    "AblationLesson",
    "CountingLesson",
    "Lesson",
    "RestorationLesson",
    "TextureLesson",
    "ToyLesson",
]
