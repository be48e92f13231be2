"""Interactive pictures. Each is one JavaScript module that computes in the browser, and its Python face."""

from acda_core.course import lessons
from acda_core.course.widgets.basis_explorer import BasisExplorer
from acda_core.course.widgets.before_after import BeforeAfter
from acda_core.course.widgets.cost_calculator import CostCalculator
from acda_core.course.widgets.detector import Detector
from acda_core.course.widgets.dose_response import DoseResponse
from acda_core.course.widgets.hero import Hero
from acda_core.course.widgets.operators import Operators
from acda_core.course.widgets.receptive_field import ReceptiveField
from acda_core.course.widgets.recorded_run import RecordedRun
from acda_core.course.widgets.scale_map import ScaleMap
from acda_core.course.widgets.shift import Shift
from acda_core.course.widgets.train_here import TrainHere
from acda_core.course.widgets.training_panel import TrainingPanel
from acda_core.course.widgets.two_layers import TwoLayers

__all__ = [
    "BasisExplorer",
    "BeforeAfter",
    "CostCalculator",
    "Detector",
    "DoseResponse",
    "Hero",
    "Operators",
    "ReceptiveField",
    "RecordedRun",
    "ScaleMap",
    "Shift",
    "TrainHere",
    "TrainingPanel",
    "TwoLayers",
    "lessons",
]
