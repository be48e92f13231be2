"""The widget of the chapter on what came after: one pixel's filters under seven operators."""

from typing import Any

import torch
import traitlets
from torch import Tensor

from acda_core.course.stills import grey, row_of_pictures
from acda_core.course.widgets import seven_operators as seven
from acda_core.course.widgets.base import one_of
from acda_core.course.widgets.link import module_text
from acda_core.course.widgets.two_pixels import TwoPixels, enlarged, state_of
from acda_core.experiments import hero


class Operators(TwoPixels):
    """The filters of a pixel that is dragged over a photograph, beside those of a second pixel, under seven operators.

    Each has two channels, so that four filters tell what they share. What is drawn is computed in the browser, by the
    rules and from the trained layers of ``acda_core.course.widgets.seven_operators``. The controls and these attributes
    follow each other.

    Attributes:
        operator: a name of OPERATORS there.
        row, column: the pixel, counted from 0.
        pinned_row, pinned_column: the other one.
        dark: whether the right third of the photograph is darkened.

    Args:
        operator, row, column, pinned_row, pinned_column, dark: where the widget starts.

    Raises:
        ValueError: an argument out of range, naming it.
    """

    _kind = "operators"
    _esm = module_text(_kind)

    operator = traitlets.Unicode().tag(sync=True)
    dark = traitlets.Bool().tag(sync=True)

    def __init__(
        self,
        operator: str = "convolution",
        row: int = 12,
        column: int = 33,
        pinned_row: int = 32,
        pinned_column: int = 45,
        dark: bool = False,
    ) -> None:
        state, _ = state_of(hero.trained())
        super().__init__(
            **state,
            operator=operator,
            row=row,
            column=column,
            pinned_row=pinned_row,
            pinned_column=pinned_column,
            dark=dark,
        )

    def image(self) -> Tensor:
        """What the operators look at, (h + 6, w + 6), from 0 to 1 in float64."""
        return seven.darkened(seven.picture()) if self.dark else seven.picture()

    def filters(self) -> Tensor:
        """Of the pixel and of the pinned one, for each of two channels, (2, 2, 7, 7)."""
        make, image = seven.OPERATORS[self.operator].filters, self.image()
        here, pinned = (self.row, self.column), (self.pinned_row, self.pinned_column)
        return torch.stack([make(image, *here), make(image, *pinned)])

    @traitlets.validate("operator")
    def _check_operator(self, proposal: Any) -> Any:
        return one_of(proposal, seven.OPERATORS)

    def _still(self) -> str:
        filters = self.filters()[:, 0]
        squares = [enlarged(K, self.sizes["height"], filters.abs().max()) for K in filters]
        title = seven.OPERATORS[self.operator].title
        words = f"A noisy photograph of a cup, and the first filters of two of its pixels under {title}"
        return (
            f"{row_of_pictures([grey(one, 0, 1) for one in (self._part(self.image()), *squares)], words)}"
            f"<p>A photograph of a cup with synthetic noise, and the filters that {title} gives to its pixels in row "
            f"{self.row}, column {self.column} and in row {self.pinned_row}, column {self.pinned_column}: white is "
            "positive, middle grey is zero. With JavaScript, or in a running notebook, the operator can be changed and "
            "the pixel dragged.</p>"
        )
