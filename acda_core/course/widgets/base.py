"""What the widgets share: how a module is put together, and what a page without a kernel gets."""

import json
from pathlib import Path
from typing import Any

import anywidget

FOLDER = Path(__file__).parent
SHARED = "page", "random", "bases", "layer", "chart", "patterns", "train"  # in this order


def module_text(kind: str) -> str:
    """The widget's module behind the shared ones: one ES module without imports, which loads from file:// too."""
    return f"{shared_text()}\n{own_text(kind)}"


def shared_text() -> str:
    """What every widget's module begins with."""
    return "\n".join((FOLDER / "js" / f"{name}.js").read_text(encoding="utf-8") for name in SHARED)


def own_text(kind: str) -> str:
    """The rest of a widget's module."""
    return (FOLDER / f"{kind}.js").read_text(encoding="utf-8")


class Widget(anywidget.AnyWidget):
    """A picture that is computed in the browser. Its synchronised attributes are its whole state.

    A subclass sets `_kind`, the name of its module, and `_esm = module_text(_kind)`.
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
        """The widget view, and HTML for pages without a kernel."""
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        html = (
            f'<div class="acda-widget" data-widget="{self._kind}">'
            f'<script type="application/json">{json.dumps(self.state())}</script>{self._still()}</div>'
        )
        return {**data, "text/html": html}, metadata
