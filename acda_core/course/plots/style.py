"""One style for every figure of the book."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import numpy as np
from cycler import cycler
from numpy.typing import ArrayLike, NDArray

# Okabe and Ito's colours: told apart by colour-blind readers too.
COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"]
DIVERGING = "RdBu_r"  # zero is white


def use_book_style() -> None:
    """Set matplotlib and plotly to the style of this book."""
    mpl.rcParams.update(
        {
            "axes.prop_cycle": cycler(color=COLOURS),
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.titlesize": "medium",
            "figure.constrained_layout.use": True,
            "figure.dpi": 100,
            "figure.facecolor": "white",
            "figure.figsize": (7.0, 3.2),
            "font.size": 12.0,
            "image.cmap": DIVERGING,
            "legend.frameon": False,
            "svg.hashsalt": "acda",
        }
    )
    _draw_crisp_in_notebooks()
    _style_plotly()


def _draw_crisp_in_notebooks() -> None:
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is not None and "IPKernelApp" in shell.config:
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        set_matplotlib_formats("svg")


def _style_plotly() -> None:
    import plotly.io as pio

    pio.templates["acda"] = {
        "layout": {"colorway": COLOURS, "font": {"size": 13}, "margin": {"l": 55, "r": 20, "t": 50, "b": 50}}
    }
    pio.templates.default = "plotly_white+acda"


def as_array(value: ArrayLike | Any) -> NDArray[np.float64]:
    """As numpy, also when it is a tensor that autograd follows."""
    return np.asarray(value.detach() if hasattr(value, "detach") else value, dtype=np.float64)
