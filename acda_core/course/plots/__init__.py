"""Figures from plain tensors and arrays, in one style for the whole book."""

from acda_core.course.plots.adapting import by_dose, by_number
from acda_core.course.plots.classification import (
    block_chain,
    error_against,
    maps_beside_pictures,
    picture_rows,
    seed_dots,
)
from acda_core.course.plots.costs import cost_rows, matrix_product, ratio_curves, stacked_bars
from acda_core.course.plots.counting import (
    count_curves,
    count_errors,
    count_maps,
    count_objects,
    count_scales,
    filter_effects,
    size_correlations,
)
from acda_core.course.plots.curves import (
    bessel_curves,
    counts,
    error_dots,
    kept_energy,
    memory_curves,
    two_routes,
)
from acda_core.course.plots.equivariance import differences, mismatch_curves, shifted_pairs
from acda_core.course.plots.images import (
    basis_grid,
    detections,
    filter_sharing,
    gram,
    layer_stages,
    mosaic,
    pictures,
    pixel_discs,
)
from acda_core.course.plots.restoration import decibel_gains, leads, photographs, weak_and_strong
from acda_core.course.plots.sliders import memory_wall, rebuilt_filters, slider_maps
from acda_core.course.plots.style import COLOURS, DIVERGING, use_book_style
from acda_core.course.plots.toy import (
    toy_best_filter,
    toy_curves,
    toy_filters,
    toy_maps,
    toy_sample,
    toy_seeds,
    toy_shares,
)

__all__ = [
    "COLOURS",
    "DIVERGING",
    "basis_grid",
    "bessel_curves",
    "block_chain",
    "by_dose",
    "by_number",
    "cost_rows",
    "count_curves",
    "count_errors",
    "count_maps",
    "count_objects",
    "count_scales",
    "counts",
    "decibel_gains",
    "detections",
    "differences",
    "error_against",
    "error_dots",
    "filter_effects",
    "filter_sharing",
    "gram",
    "kept_energy",
    "layer_stages",
    "leads",
    "maps_beside_pictures",
    "matrix_product",
    "memory_curves",
    "memory_wall",
    "mismatch_curves",
    "mosaic",
    "photographs",
    "picture_rows",
    "pictures",
    "pixel_discs",
    "ratio_curves",
    "rebuilt_filters",
    "seed_dots",
    "shifted_pairs",
    "size_correlations",
    "slider_maps",
    "stacked_bars",
    "toy_best_filter",
    "toy_curves",
    "toy_filters",
    "toy_maps",
    "toy_sample",
    "toy_seeds",
    "toy_shares",
    "two_routes",
    "use_book_style",
    "weak_and_strong",
]
