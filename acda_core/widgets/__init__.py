"""Interactive pictures. Each is one JavaScript module that computes in the browser, and its Python face."""

from acda_core.widgets import lessons
from acda_core.widgets.basis_explorer import BasisExplorer
from acda_core.widgets.before_after import BeforeAfter
from acda_core.widgets.cost_calculator import CostCalculator
from acda_core.widgets.detector import Detector
from acda_core.widgets.receptive_field import ReceptiveField
from acda_core.widgets.recorded_run import RecordedRun
from acda_core.widgets.scale_map import ScaleMap
from acda_core.widgets.shift import Shift
from acda_core.widgets.train_here import TrainHere
from acda_core.widgets.training_panel import TrainingPanel
from acda_core.widgets.two_layers import TwoLayers

__all__ = [
    "BasisExplorer",
    "BeforeAfter",
    "CostCalculator",
    "Detector",
    "ReceptiveField",
    "RecordedRun",
    "ScaleMap",
    "Shift",
    "TrainHere",
    "TrainingPanel",
    "TwoLayers",
    "lessons",
]
