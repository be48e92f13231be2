"""The figures of the book show what they are given."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from acda_core.course import plots


@pytest.fixture(autouse=True)
def figures_are_closed():
    yield
    plt.close("all")


def titles(figure):
    return [ax.get_title() for ax in figure.axes if ax.get_title()]


def test_pictures_share_one_scale_and_carry_their_titles():
    figure = plots.pictures({"one": torch.zeros(3, 4), "two": torch.ones(3, 4)}, label="brightness", columns=2)
    assert titles(figure) == ["one", "two"]
    assert {ax.images[0].get_clim() for ax in figure.axes if ax.images} == {(0.0, 1.0)}


def test_signed_pictures_have_zero_in_the_middle_of_the_scale():
    figure = plots.pictures({"filter": torch.tensor([[-1.0, 3.0]])}, label="weight", zero_white=True)
    assert figure.axes[0].images[0].get_clim() == (-3.0, 3.0)


def test_detections_mark_every_true_centre_once_as_found_or_missed():
    truth = torch.zeros(6, 6)
    truth[1, 2] = truth[4, 5] = 1
    found = torch.zeros(6, 6, dtype=torch.bool)
    found[1, 2] = found[0, 0] = True  # [0, 0] is no centre
    figure = plots.detections({"detector": torch.rand(6, 6)}, [found], truth)
    circles, crosses = figure.axes[0].collections[:2]
    assert circles.get_offsets().tolist() == [[2, 1]]
    assert crosses.get_offsets().tolist() == [[5, 4]]


def test_filter_sharing_gives_all_pixels_one_colour_or_each_its_own():
    shared, per_image, per_pixel = (
        np.concatenate([figure_row[column].collections[0].get_array().ravel() for figure_row in rows])
        for rows in [np.reshape(plots.filter_sharing(size=4).axes, (2, 3))]
        for column in range(3)
    )
    assert [len(set(values)) for values in (shared, per_image, per_pixel)] == [1, 2, 32]


def test_the_memory_wall_draws_the_bytes_of_float32_filters():
    figure = plots.memory_wall(channels=(10, 100))
    filters = figure.frames[1].data[0]  # l = 3
    sides = np.asarray(filters.x, dtype=float)
    assert np.allclose(np.asarray(filters.y, dtype=float) * 1e9, 4 * 100 * 100 * 3 * 3 * sides**2)
    assert [step.label for step in figure.layout.sliders[0].steps] == ["10", "100"]


def test_a_mosaic_holds_every_filter_at_its_place_scaled_to_one():
    filters = np.random.default_rng(0).normal(size=(5, 3, 3))
    tiles = plots.mosaic(filters, columns=3)
    assert tiles.shape == (7, 11)
    assert np.allclose(tiles[4:7, 4:7], filters[4] / np.abs(filters[4]).max())
    assert np.isnan(tiles[3]).all()
    assert np.isnan(tiles[4:7, 8:]).all()


def test_a_bank_of_two_atoms_is_rebuilt_from_two():
    left, atoms = np.random.default_rng(1).normal(size=(8, 2)), np.random.default_rng(2).normal(size=(2, 9))
    bank = (left @ atoms).reshape(8, 3, 3)
    figure = plots.rebuilt_filters(bank, most=3, columns=4)
    shown = [np.asarray(frame.data[0].z, dtype=float) for frame in figure.frames]
    whole = plots.mosaic(bank, columns=4)[::-1]
    assert not np.allclose(shown[0], whole, equal_nan=True)
    assert np.allclose(shown[1], whole, equal_nan=True)


def test_kept_energy_is_drawn_in_percent():
    line = plots.kept_energy({"bank": [0.5, 1.0]}).axes[0].lines[0]
    assert line.get_ydata().tolist() == [50, 100]
    assert line.get_xdata().tolist() == [1, 2]


def test_counts_write_the_number_on_every_bar():
    ax = plots.counts(["a", "b"], {"first": [1, 20], "second": [300, 4]}, ylabel="numbers").axes[0]
    assert [text.get_text() for text in ax.texts] == ["1", "20", "300", "4"]
    assert ax.get_yscale() == "log"


def test_a_basis_grid_draws_every_picture_with_zero_white():
    small, large = np.random.default_rng(0).normal(size=(2, 3, 3)), np.random.default_rng(1).normal(size=(3, 5, 5))
    figure = plots.basis_grid([small, large], ["small", "large"], ["a", "b", "c"])
    shown = [ax.images[0] for ax in figure.axes if ax.images]
    for image, picture in zip(shown, [*small, *large], strict=True):
        assert np.allclose(image.get_array(), picture)
        assert image.get_clim() == (-np.abs(picture).max(), np.abs(picture).max())


def test_pictures_of_a_basis_grid_together_share_one_scale():
    figure = plots.basis_grid([np.ones((1, 3, 3)), np.full((1, 3, 3), -4.0)], together=True)
    assert {ax.images[0].get_clim() for ax in figure.axes if ax.images} == {(-4.0, 4.0)}


def test_bessel_curves_are_marked_at_all_their_roots():
    curves = plots.bessel_curves(orders=(0, 3), largest=12).axes[0].lines[:4]
    for curve, markers in (curves[:2], curves[2:]):
        changes = np.count_nonzero(np.diff(np.sign(curve.get_ydata()[1:])))
        assert len(markers.get_xdata()) == changes
        assert np.allclose(np.interp(markers.get_xdata(), curve.get_xdata(), curve.get_ydata()), 0, atol=1e-3)


def test_pixel_discs_tell_inside_from_outside():
    figure = plots.pixel_discs((3, 5, 7))
    numbers = [[len(line.get_xdata()) for line in ax.lines] for ax in figure.axes]
    assert numbers == [[9, 0], [21, 4], [37, 12]]


def test_gram_is_one_on_the_diagonal_whatever_the_norms():
    bases = np.random.default_rng(0).normal(size=(4, 3, 3)) * np.array([1, 2, 3, 4])[:, None, None]
    ax = plots.gram(bases, group=2).axes[0]
    assert np.allclose(np.diag(ax.images[0].get_array()), 1)
    assert len(ax.lines) == 2  # between the groups, across and down


def test_two_routes_name_both_sizes():
    words = " ".join(text.get_text() for text in plots.two_routes("3.6 GB", "24 MB").axes[0].texts)
    assert "3.6 GB" in words
    assert "24 MB" in words


def test_error_dots_show_every_error_and_each_rounding_unit():
    errors = {"float64": {"Z": [1e-16, 0.0], "x": [2e-16]}, "float32": {"Z": [1e-7, 2e-7], "x": [3e-7]}}
    ax = plots.error_dots(errors, {"float64": 2e-16, "float32": 1e-7}).axes[0]
    drawn = sorted(value for line in ax.lines if line.get_linestyle() == "None" for value in line.get_ydata())
    assert drawn == [1e-18, 1e-16, 2e-16, 1e-7, 2e-7, 3e-7]
    assert [line.get_ydata()[0] for line in ax.lines if line.get_linestyle() == ":"] == [2e-16, 1e-7]


def test_memory_curves_draw_arithmetic_as_lines_and_measurements_as_markers():
    ax = plots.memory_curves([4, 8], {"a": [1e6, 4e6], "b": [1e7, 4e7]}, {"a": ([4], [1.1e6])}).axes[0]
    assert [list(line.get_ydata()) for line in ax.lines] == [[1e6, 4e6], [1.1e6], [1e7, 4e7]]


def test_stacked_bars_begin_where_the_piece_before_ends_and_carry_their_whole():
    ax = plots.stacked_bars(["a", "b"], {"x": [1.0, 2.0], "y": [3.0, 1000.0]}, "floats").axes[0]
    assert [(bar.get_x(), bar.get_width()) for bar in ax.patches] == [(0, 1), (0, 2), (1, 3), (2, 1000)]
    assert [text.get_text() for text in ax.texts] == ["4", "1,002"]


def test_ratio_curves_have_a_line_at_one_and_only_ticks_that_are_near_the_data():
    ax = plots.ratio_curves([8, 16], {"x": [4.0, 2.0], "y": [1.5, 0.9]}, "channels", "ratio").axes[0]
    line, *curves = ax.lines
    assert set(line.get_ydata()) == {1}
    assert [list(curve.get_ydata()) for curve in curves] == [[4.0, 2.0], [1.5, 0.9]]
    assert list(ax.get_yticks()) == [1, 2, 5]


def test_cost_rows_stand_below_the_name_of_their_group_with_their_notes_and_leave_out_what_is_not_known():
    groups = {"one": {"a": {"x": 0.5, "y": 2.0}}, "two": {"b": {"x": 4.0, "y": None}, "c": {"x": 8.0}}}
    ax = plots.cost_rows(groups, "ms", ("memory", ["1.0", "2.0", "3.0"]), line=1).axes[0]
    names = [tick.get_text() for tick in ax.get_yticklabels()]
    assert names == ["one", "a", "two", "b", "c"]
    x, y, line = ax.lines
    assert x.get_xydata().tolist() == [[0.5, 1], [4, 3], [8, 4]]
    assert y.get_xydata().tolist() == [[2, 1]]
    assert set(line.get_xdata()) == {1}
    notes = {names[int(words.get_position()[1])]: words.get_text() for words in ax.texts}
    assert notes == {"one": "memory", "a": "1.0", "b": "2.0", "c": "3.0"}
    assert ax.get_xscale() == "log"
    assert [tick.get_text() for tick in ax.get_xticklabels() if tick.get_position()[0] in (1, 2, 5)] == ["1", "2", "5"]


def test_cost_rows_without_notes_have_nothing_at_the_right():
    assert list(plots.cost_rows({"one": {"a": {"x": 0.5}, "b": {"x": 4.0}}}, "ms").axes[0].texts) == []


def test_a_matrix_product_draws_its_three_matrices_and_leaves_exact_zeros_grey():
    left, right = np.array([[1.0, 0.0], [2.0, -3.0], [0.0, 4.0]]), np.ones((2, 5))
    figure = plots.matrix_product(left, right, left @ right, ["r", "k", "c"], ["A", "B", "AB"])
    assert [(ax.get_title(), ax.get_ylabel(), ax.get_xlabel()) for ax in figure.axes] == [
        ("A", "r", "k"),
        ("B", "k", "c"),
        ("AB", "r", "c"),
    ]
    shown = [ax.images[-1].get_array() for ax in figure.axes]
    assert [image.shape for image in shown] == [(3, 2), (2, 5), (3, 5)]
    assert np.array_equal(np.ma.getmaskarray(shown[0]), left == 0)


def test_the_stages_of_a_layer_show_the_filters_of_the_marked_pixels():
    K = torch.rand(3, 3, 4, 5, requires_grad=True)
    maps = torch.rand(3, 4, 5, requires_grad=True)
    figure = plots.layer_stages(maps[0], maps[1], K, maps[2], {"a": (0, 1), "b": (2, 3), "c": (3, 4)})
    filters = [ax for ax in figure.axes if ax.get_title().startswith("filter of pixel")]
    assert [ax.get_title()[-1] for ax in filters] == ["a", "b", "c"]
    np.testing.assert_allclose(filters[1].images[0].get_array(), K[..., 2, 3].detach(), rtol=1e-6)


def test_a_slider_of_maps_has_one_step_a_map_and_each_shows_it():
    maps = [torch.full((2, 2), 0.5), torch.tensor([[0.0, 4.0], [2.0, 1.0]])]
    figure = plots.slider_maps(maps, ["0% so far", "100% at last"], "Two maps")
    assert [step.args[0][0] for step in figure.layout.sliders[0].steps] == [frame.name for frame in figure.frames]
    assert np.array_equal(figure.frames[1].data[0].z, [[0.0, 1.0], [0.5, 0.25]])
    assert figure.frames[1].layout.annotations[0].text == "100% at last"
    assert figure.layout.title.text == "Two maps"
