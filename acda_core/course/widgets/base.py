"""What the widgets share: their state, and what a page without a kernel gets of it."""

import json
from collections.abc import Collection
from typing import Any

import anywidget


class Widget(anywidget.AnyWidget):
    """A picture that is computed in the browser. Its synchronised attributes are its whole state.

    A subclass sets `_kind`, the name of its module, and `_esm = module_text(_kind)`, and has a `_still`.
    """

    _kind = ""

    def state(self) -> dict[str, Any]:
        """The values that browser and Python share."""
        common = anywidget.AnyWidget.class_trait_names(sync=True)
        return {name: getattr(self, name) for name in self.keys if not name.startswith("_") and name not in common}

    def _still(self) -> str:
        """HTML of a still picture and a sentence, for a page without JavaScript and for print."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The widget view, and HTML for pages without a kernel.

        Raises:
            ValueError: a value that is not finite: it has no place in JSON.
        """
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        html = (
            f'<div class="acda-widget" data-widget="{self._kind}">'
            f'<script type="application/json">{_for_a_script(self.state())}</script>{self._still()}</div>'
        )
        return {**data, "text/html": html}, metadata


def between(proposal: Any, low: float, high: float) -> Any:
    """The value that a validator of traitlets got, if it is a number from `low` to `high`."""
    name, value = proposal["trait"].name, proposal["value"]
    if not low <= value <= high:
        raise ValueError(f"`{name}` must be from {low} to {high}, got {value}")
    return value


def one_of(proposal: Any, choices: Collection[Any]) -> Any:
    """The value that a validator of traitlets got, if it is one of these."""
    name, value = proposal["trait"].name, proposal["value"]
    if value not in choices:
        raise ValueError(f"`{name}` must be one of {', '.join(map(str, choices))}, got {value!r}")
    return value


def _for_a_script(state: dict[str, Any]) -> str:
    """JSON in ASCII and without "<", which might end the script that it stands in."""
    for name, value in state.items():
        try:
            json.dumps(value, allow_nan=False)
        except ValueError as error:
            raise ValueError(f"`{name}` must be finite to be drawn, got NaN or infinity in it") from error
    return json.dumps(state).replace("<", "\\u003c")
