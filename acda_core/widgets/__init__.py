"""Interactive pictures. Each is one JavaScript module that computes in the browser, and its Python face."""

from acda_core.widgets.basis_explorer import BasisExplorer

__all__ = ["BasisExplorer"]
