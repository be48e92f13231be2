"""The Python faces of the widgets."""

import base64
import gzip
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
import torch
import traitlets
from hypothesis import given, settings
from hypothesis import strategies as st

import acda_core.course.widgets
from acda_core import ACDAConv2d, AtomGenerator, cost, reference
from acda_core.bases import multiscale_bases
from acda_core.course.widgets import (
    BasisExplorer,
    CostCalculator,
    Detector,
    ReceptiveField,
    ScaleMap,
    Shift,
    TrainHere,
    TwoLayers,
    random,
)
from acda_core.course.widgets.detector import stamp
from acda_core.course.widgets.link import module_text
from acda_core.course.widgets.packing import pack
from acda_core.course.widgets.shift import shifted
from acda_core.data import objects
from acda_core.data.patterns import drawing
from acda_core.experiments import bench, counting, toy
from acda_core.functional import acda_conv2d
from acda_core.nets.inspect import scale_shares
from acda_core.training.measure import saved_bytes

FOLDER = Path(acda_core.course.widgets.__file__).parent
MODULES = sorted(FOLDER.glob("*.js"))
KERNEL_SIZES = (3, 5, 7, 9)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_every_module_is_small_self_contained_and_has_a_python_face(module):
    text = module_text(module.stem)
    assert len(re.findall(r"^export\b", text, re.MULTILINE)) == 1
    assert text.endswith(f"\nexport default ${module.stem}.standard;\n")
    assert not re.search(r"^\s*import\b|\bimport\(|\bfetch\(", text, re.MULTILINE)
    assert "</script" not in text
    assert set(re.findall(r"https?://[^\s\"']+", text)) <= {"http://www.w3.org/2000/svg"}
    assert module.with_suffix(".py").exists()


@pytest.mark.parametrize("kernel_size", KERNEL_SIZES)
def test_it_starts_with_the_first_slope_of_the_largest_scale(kernel_size):
    explorer = BasisExplorer(kernel_size=kernel_size)
    np.testing.assert_allclose(explorer.atom(), multiscale_bases(kernel_size)[-5])


@settings(deadline=None, max_examples=20)
@given(st.sampled_from(KERNEL_SIZES), st.data())
def test_the_atom_is_the_weighted_sum_of_the_bases(kernel_size, data):
    count = kernel_size // 2 * 6
    alpha = data.draw(st.lists(st.floats(-3, 3), min_size=count, max_size=count))
    explorer = BasisExplorer(kernel_size=kernel_size, coefficients=alpha)
    assert explorer.coefficients == alpha
    expected = sum(weight * basis for weight, basis in zip(alpha, multiscale_bases(kernel_size), strict=True))
    np.testing.assert_allclose(explorer.atom(), expected, atol=1e-12)


def test_a_new_kernel_size_keeps_the_coefficients_that_fit():
    alpha = np.linspace(-1, 1, 12).tolist()
    explorer = BasisExplorer(kernel_size=5, coefficients=alpha)
    explorer.kernel_size = 9
    assert explorer.coefficients == alpha + [0.0] * 12
    explorer.kernel_size = 3
    assert explorer.coefficients == alpha[:6]


def test_size_and_coefficients_may_change_together_as_the_browser_sends_them():
    explorer = BasisExplorer(kernel_size=9)
    explorer.set_state({"coefficients": [0.5] * 6, "kernel_size": 3})
    assert (explorer.kernel_size, explorer.coefficients) == (3, [0.5] * 6)
    explorer.set_state({"kernel_size": 7, "coefficients": [0.25] * 18})
    assert (explorer.kernel_size, explorer.coefficients) == (7, [0.25] * 18)


def test_integers_tuples_and_numpy_numbers_are_coefficients_too():
    assert BasisExplorer(3, (1, 0, 0, 0, 0, 2)).coefficients == [1.0, 0.0, 0.0, 0.0, 0.0, 2.0]
    assert BasisExplorer(3, np.ones(6)).coefficients == [1.0] * 6


@pytest.mark.parametrize("kernel_size", [1, 4, 11, "7", None, 7.5])
def test_another_kernel_size_is_an_error_that_says_what_is_possible(kernel_size):
    with pytest.raises(ValueError, match=r"`kernel_size` must be 3, 5, 7 or 9, got " + re.escape(repr(kernel_size))):
        BasisExplorer(kernel_size=kernel_size)


@pytest.mark.parametrize("kind", [np.array, torch.tensor])
def test_an_array_or_a_tensor_of_coefficients_can_be_assigned(kind):
    widget = BasisExplorer(kernel_size=3)
    widget.coefficients = kind([0, 0.5, 0, 0, -1, 2])
    assert widget.coefficients == [0, 0.5, 0, 0, -1, 2]
    with pytest.raises(ValueError, match="must hold 6 numbers"):
        widget.coefficients = kind([0.0, 1.0])


def test_a_wrong_number_of_coefficients_is_an_error_that_says_how_many_are_needed():
    with pytest.raises(ValueError, match=r"`coefficients` must hold 12 numbers for kernel_size=5 .*, got 6"):
        BasisExplorer(kernel_size=5, coefficients=[0.0] * 6)
    explorer = BasisExplorer(kernel_size=3)
    with pytest.raises(ValueError, match=r"`coefficients` must hold 6 numbers for kernel_size=3 .*, got 7"):
        explorer.coefficients = [0.0] * 7
    assert len(explorer.coefficients) == 6


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_coefficient_that_is_not_finite_is_an_error_that_says_which(value):
    with pytest.raises(ValueError, match=rf"`coefficients` must be finite, got {value} at index 4"):
        BasisExplorer(kernel_size=3, coefficients=[0, 0, 0, 0, value, 0])


def test_coefficients_that_are_not_numbers_are_an_error():
    with pytest.raises(traitlets.TraitError, match="coefficients"):
        BasisExplorer(kernel_size=3, coefficients=["a"] * 6)


class Elements(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.data = {}
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.data[self.tags[-1][0]] = data


def test_the_page_gets_the_state_and_a_still_picture_of_the_atom():
    explorer = BasisExplorer(kernel_size=3, coefficients=[0.5, 0, 0, 0, 0, 0])
    data, _ = explorer._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    page = Elements(data["text/html"])
    assert page.tags[0] == ("div", {"class": "acda-widget", "data-widget": "basis_explorer"})
    assert json.loads(page.data["script"]) == explorer.state()
    squares = [attributes for tag, attributes in page.tags if tag == "rect"]
    assert len(squares) == 9
    assert squares[4]["fill"] == "#b2182b"  # the largest value, in the middle
    assert "3 × 3" in page.data["p"]


@pytest.mark.parametrize(
    "sizes", [(3, 16, 3, 12, 9, 2, 6, 6, 1, 64), (7, 5, 7, 9, 12, 1, 4, 5, 2, 10), (20, 6, 5, 8, 8, 3, 2, 3, 2, 4)]
)
def test_the_calculator_counts_what_the_layers_hold_and_what_autograd_keeps(sizes):
    calculator = CostCalculator(*sizes)
    in_channels, out_channels, size, height, width, images, m, num_bases, num_scales, hidden = sizes
    plain = in_channels, out_channels, size, 1, size // 2
    own = {"num_atoms": m, "num_bases": num_bases, "scales": (3, 5, 7)[:num_scales], "hidden_channels": hidden}
    layers = {
        "conv": torch.nn.Conv2d(*plain),
        "dense": bench.DenseACDAConv2d(*plain, **own),
        "unfold": bench.UnfoldACDAConv2d(*plain, **own),
        "acda": ACDAConv2d(*plain, **own),
    }
    x = torch.randn(images, in_channels, height, width, requires_grad=True)
    for form, layer in layers.items():
        assert calculator.costs()[form].parameters == sum(parameter.numel() for parameter in layer.parameters())
        assert calculator.saved_bytes()[form] == saved_bytes(layer, x)


def test_whole_filters_cost_their_composition_and_their_use():
    sizes = 7, 5, 3, 4, 6
    pixels, taps = 4 * 6, 7 * 5 * 3**2
    before = cost.generator(7, 4, 6, 2, 4, 8).multiply_adds + cost.composition(3, 4, 6, 2, 4).multiply_adds
    found = cost.dense_acda(cost.LayerShape(*sizes, num_atoms=2, num_bases=4, hidden_channels=8))
    assert found.multiply_adds == before + pixels * (2 * taps + taps + 5)
    assert found.intermediate == pixels * taps
    assert found.parameters == cost.acda(*sizes, num_atoms=2, num_bases=4, hidden_channels=8).parameters


def test_the_calculator_starts_at_table_6_with_every_scale():
    assert CostCalculator().state() == {
        **{"in_channels": 256, "out_channels": 256, "kernel_size": 7, "height": 100, "width": 100, "images": 1},
        **{"num_atoms": 6, "num_bases": 6, "num_scales": 3, "hidden_channels": 64},
    }
    assert [CostCalculator(kernel_size=size).num_scales for size in KERNEL_SIZES] == [1, 2, 3, 4]


def test_a_smaller_kernel_drops_the_scales_that_no_longer_fit():
    calculator = CostCalculator(kernel_size=9)
    calculator.kernel_size = 5
    assert calculator.num_scales == 2
    calculator.set_state({"num_scales": 4, "kernel_size": 9})
    assert (calculator.kernel_size, calculator.num_scales) == (9, 4)
    calculator.set_state({"kernel_size": 3, "num_scales": 1})
    assert (calculator.kernel_size, calculator.num_scales) == (3, 1)


@pytest.mark.parametrize(
    ("name", "value", "most"),
    [("in_channels", 0, 1024), ("height", 513, 512), ("images", -1, 64), ("num_atoms", 13, 12), ("num_bases", 7, 6)],
)
def test_a_size_out_of_range_is_an_error_that_names_it(name, value, most):
    with pytest.raises(ValueError, match=f"`{name}` must be from 1 to {most}, got {value}"):
        CostCalculator(**{name: value})
    calculator = CostCalculator()
    with pytest.raises(ValueError, match=f"`{name}` must be from 1 to {most}, got {value}"):
        setattr(calculator, name, value)


def test_more_scales_than_the_kernel_holds_are_an_error():
    with pytest.raises(ValueError, match="`num_scales` must be from 1 to 2 for kernel_size=5, got 3"):
        CostCalculator(kernel_size=5, num_scales=3)
    with pytest.raises(ValueError, match="`kernel_size` must be 3, 5, 7 or 9, got 4"):
        CostCalculator(kernel_size=4)


def shift_layer(**options):
    return ACDAConv2d(1, 1, 5, padding=2, num_atoms=2, hidden_channels=4, context_channels=3, **options)


@settings(deadline=None, max_examples=30)
@given(st.integers(-6, 6), st.integers(-6, 6), st.booleans())
def test_a_shift_moves_each_pixel_and_fills_what_comes_in(rows, columns, circular):
    field = torch.arange(36.0).view(6, 6)
    moved = shifted(field, rows, columns, circular, fill=-1)
    for i in range(6):
        for j in range(6):
            row, column = i - rows, j - columns
            inside = 0 <= row < 6 and 0 <= column < 6
            expected = field[row % 6, column % 6] if circular or inside else -1
            assert moved[i, j] == expected


@pytest.mark.parametrize("padding", ["zero", "circular"])
@pytest.mark.parametrize("stride", [1, 2])
def test_the_shift_widget_runs_the_layer_that_it_was_given(padding, stride):
    layer, picture = shift_layer(stride=stride), torch.randn(18, 18)
    with torch.no_grad():
        mode = "circular" if padding == "circular" else "constant"
        around = torch.nn.functional.pad(picture[None, None], [6] * 4, mode=mode)
        context = torch.cat([around, torch.zeros(1, 2, 30, 30)], 1)
        expected = layer(around, context)[0, 0, 6 // stride : 24 // stride, 6 // stride : 24 // stride]
    found = Shift(layer, picture, stride=stride, padding=padding).output(picture)
    torch.testing.assert_close(found.float(), expected)


def test_only_a_position_or_an_odd_shift_at_stride_2_makes_a_difference_where_there_is_no_border():
    layer, picture = shift_layer(), torch.randn(18, 18)

    def error(**options):
        return Shift(layer, picture, padding="circular", **options).difference().abs().max().item()

    assert error(rows=5, columns=-3) < 1e-12
    assert error(rows=4, columns=-2, stride=2) < 1e-12
    assert error(rows=5, columns=-2, stride=2) > 1e-3
    assert error(rows=4, columns=-2, position=True) > 1e-3


def test_a_widget_of_the_same_seed_starts_the_same_and_leaves_the_global_seed_alone():
    torch.manual_seed(5)
    expected = torch.randn(3)
    torch.manual_seed(5)
    first = Shift()
    assert torch.equal(torch.randn(3), expected)
    assert first.state() == Shift().state()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"rows": 25}, "`rows` must be from -24 to 24, got 25"),
        ({"columns": -25}, "`columns` must be from -24 to 24, got -25"),
        ({"stride": 3}, "`stride` must be 1 or 2, got 3"),
        ({"padding": "same"}, '`padding` must be "zero" or "circular", got \'same\''),
        ({"marked": 8}, "`marked` must be from 0 to 7, got 8"),
        ({"picture": torch.zeros(16, 17)}, "`picture` must be square with at least 16 x 16 pixels .*16, 17"),
        ({"layer": ACDAConv2d(1, 1, 5)}, "`layer` must have an AtomGenerator without norm that looks at 3 channels"),
        (
            {"layer": ACDAConv2d(1, 1, 5, generator="released", context_channels=3)},
            "`layer` must have an AtomGen.*norm",
        ),
        ({"layer": ACDAConv2d(2, 1, 5, context_channels=3)}, "`layer` must have one channel in and out, got 2 and 1"),
        ({"layer": ACDAConv2d(1, 1, 5, context_channels=3, scales=(5,))}, "`layer` must have .* six bases at each"),
    ],
)
def test_what_the_shift_widget_cannot_show_is_an_error_that_says_why(settings, message):
    with pytest.raises(ValueError, match=message):
        Shift(**settings)


def test_a_layer_of_another_class_is_an_error():
    with pytest.raises(TypeError, match="`layer` must be an ACDAConv2d, got Conv2d"):
        Shift(torch.nn.Conv2d(1, 1, 3))


def test_random_numbers_are_even_normal_and_new_for_each_seed_and_stream():
    index = np.arange(50_000)
    even = random.uniform(3, 1, index)
    assert (even > 0).all()
    assert (even < 1).all()
    np.testing.assert_allclose(np.histogram(even, 10, (0, 1))[0] / len(index), 0.1, atol=0.006)
    draws = [random.normal(seed, stream, index) for seed in (0, 1, 2) for stream in (0, 1)]
    np.testing.assert_allclose(np.cov(draws), np.eye(6), atol=0.03)
    np.testing.assert_allclose(np.mean(draws, 1), 0, atol=0.02)
    assert np.unique(random.integer(5, 2, index, 7)).tolist() == list(range(7))


@pytest.mark.parametrize("seed", [0, 9])
def test_the_two_layers_widget_shows_the_adaptive_convolution_of_its_numbers(seed):
    widget = TwoLayers(in_channels=2, out_channels=3, num_atoms=4, kernel_size=3, height=9, width=10, seed=seed)
    K = reference.compose_filters(widget.coefficients(), widget.atoms()[None])
    expected = reference.per_pixel_conv2d(widget.features()[None], K, padding=1)[0]
    torch.testing.assert_close(widget.output(), expected)
    assert expected.std() > 0.1


def test_the_two_layers_widget_keeps_its_pixel_inside_smaller_sizes():
    widget = TwoLayers(row=15, column=15, channel=3)
    widget.height, widget.width, widget.out_channels = 8, 10, 2
    assert (widget.row, widget.column, widget.channel) == (7, 9, 1)
    widget.set_state({"row": 20, "height": 30})
    assert (widget.row, widget.height) == (20, 30)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"in_channels": 257}, "`in_channels` must be from 1 to 256, got 257"),
        ({"height": 7}, "`height` must be from 8 to 48, got 7"),
        ({"step": 4}, "`step` must be from 0 to 3, got 4"),
        ({"kernel_size": 9}, "`kernel_size` must be 3, 5 or 7, got 9"),
        ({"row": 16}, "`row` must be from 0 to 15, got 16"),
        ({"channel": -1}, "`channel` must be from 0 to 3, got -1"),
    ],
)
def test_what_the_two_layers_widget_cannot_show_is_an_error_that_names_it(settings, message):
    with pytest.raises(ValueError, match=message):
        TwoLayers(**settings)


@settings(deadline=None, max_examples=25)
@given(st.integers(16, 20), st.integers(0, 2**31), st.sampled_from([0.0, 0.1, 0.9, 1.0]))
def test_the_detector_keeps_any_drawing_as_runs(size, seed, share):
    drawn = torch.rand(size, size, generator=torch.Generator().manual_seed(seed)) < share
    widget = Detector(drawn)
    assert torch.equal(widget.drawn(), drawn.double())
    assert all(length > 0 for length in widget.runs[1:])
    widget.draw(~drawn)
    assert torch.equal(widget.drawn(), (~drawn).double())


def test_the_detector_answers_as_the_trained_layers_do_but_for_weights_rounded_to_eight_bits():
    widget = Detector(seed=3, noise=0.3)
    image = widget.image()[None, None].float()
    trained = toy.trained()
    weight = trained["acda"].generator.conv_b.weight.detach().double()
    step = weight.abs().max() / 127
    assert (widget._acda().generator.conv_b.weight - weight).abs().max() <= step / 2
    answers = widget.answers()
    torch.testing.assert_close(answers["conv"].float(), trained["conv"](image)[0, 0].detach(), atol=1e-6, rtol=0)
    torch.testing.assert_close(answers["acda"].float(), trained["acda"](image)[0, 0].detach(), atol=0.01, rtol=0)
    shares = scale_shares(trained["acda"], image)[0]
    torch.testing.assert_close(widget.scale_shares().float(), shares, atol=0.05, rtol=0)


@pytest.mark.parametrize(("kind", "side"), [("square", 3), ("diamond", 5), ("target", 7)])
def test_a_stamp_of_the_trained_size_is_the_pattern_of_the_data(kind, side):
    assert torch.equal(stamp(kind, side), drawing(kind))


@pytest.mark.parametrize(("kind", "side"), [("plus", 3), ("square", 4), ("look", 3)])
def test_a_stamp_that_is_none_is_an_error(kind, side):
    with pytest.raises(ValueError, match=f"`kind` and `side` must be a pattern and one of .*, got '{kind}' and {side}"):
        stamp(kind, side)


def detector_layers(conv=None, acda=None):
    return {
        "conv": conv or torch.nn.Conv2d(1, 1, 5, padding=2),
        "acda": acda or ACDAConv2d(1, 1, 5, padding=2, num_atoms=2, hidden_channels=4),
    }


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"drawn": torch.zeros(16, 17)}, "`drawn` must be square with 16 to 64 pixels a side, got shape .*16, 17"),
        ({"drawn": torch.zeros(65, 65)}, "`drawn` must be square with 16 to 64"),
        ({"noise": 0.6}, "`noise` must be from 0 to 0.5, got 0.6"),
        ({"seed": 10000}, "`seed` must be from 0 to 9999, got 10000"),
        ({"row": 64}, "`row` must be from 0 to 63, got 64"),
        ({"tool": "pen"}, "`tool` must be one of look, .*, got 'pen'"),
        ({"side": 4}, "`side` must be one of 3, 5, 7, 9, 11, got 4"),
        ({"layers": {"conv": torch.nn.Conv2d(1, 1, 5)}}, '`layers` must have "conv" and "acda", got conv'),
        ({"layers": detector_layers(conv=torch.nn.Conv2d(1, 1, 5))}, "`layers` must have stride 1 and padding"),
        ({"layers": detector_layers(conv=torch.nn.Conv2d(1, 1, 7, padding=3))}, "`layers` must .* kernels of one size"),
        ({"layers": detector_layers(acda=ACDAConv2d(1, 1, 5, padding=2, scales=(5,)))}, "`layers` must .* six bases"),
    ],
)
def test_what_the_detector_cannot_show_is_an_error_that_says_why(settings, message):
    with pytest.raises(ValueError, match=message):
        Detector(**settings)


def test_layers_of_other_classes_and_drawings_of_another_size_are_errors():
    with pytest.raises(TypeError, match=r"`layers` must hold a Conv2d, .*, got Conv2d and Linear"):
        Detector(layers={"conv": torch.nn.Conv2d(1, 1, 5), "acda": torch.nn.Linear(2, 2)})
    widget = Detector(torch.zeros(16, 16))
    with pytest.raises(ValueError, match=r"`drawn` must have the shape of the map, \(16, 16\), got \(17, 16\)"):
        widget.draw(torch.zeros(17, 16))
    with pytest.raises(ValueError, match="`runs` must be lengths that add up to at most 256"):
        widget.runs = [200, 57]


@pytest.mark.parametrize(
    "widget",
    [BasisExplorer(), CostCalculator(), Detector(), ReceptiveField(), ScaleMap(), Shift(), TrainHere(), TwoLayers()],
    ids=lambda one: one._kind,
)
def test_module_and_state_together_stay_small_enough_for_a_page(widget):
    html = widget._repr_mimebundle_()[0]["text/html"]
    assert len(gzip.compress((module_text(widget._kind) + html).encode())) < 100_000


def test_the_training_starts_on_a_map_like_the_data_with_weights_spread_like_the_package_s():
    widget = TrainHere(hidden_channels=64)
    assert len(widget.places) == widget.target().sum() == 9
    assert sorted(side for *_, side in widget.places) == [3] * 3 + [5] * 3 + [7] * 3
    torch.manual_seed(0)
    fresh = ACDAConv2d(1, 1, 7, padding=3, generator=AtomGenerator(1, 6, 18, 64, (3, 3)))
    drawn = dict(widget.layers()["acda"].named_parameters())
    for name, parameter in fresh.named_parameters():
        assert drawn[name].shape == parameter.shape
        if parameter.numel() > 100:
            assert drawn[name].std().item() == pytest.approx(parameter.std().item(), rel=0.15)
            assert abs(drawn[name].mean().item()) < 0.2 * parameter.std().item()
    conv = widget.layers()["conv"]
    assert 0.8 / 7 < conv.weight.abs().max() < 1 / 7


def test_sixty_steps_of_training_find_the_patterns_and_leave_the_first_weights_as_they_were():
    widget = TrainHere(hidden_channels=16)
    losses, layers = widget.train(60, torch.float32)
    assert losses["acda"][-1] < 0.1 * losses["acda"][0]
    answer = layers["acda"](widget.image()[None, None].float())[0, 0]
    assert ((answer > 0.5) == (widget.target() > 0.5)).all()
    assert torch.equal(widget.layers()["acda"].A, TrainHere(hidden_channels=16).layers()["acda"].A)


def test_trained_weights_are_dropped_when_the_layer_changes():
    widget = TrainHere(num_atoms=1, num_bases=1, scales=[3], hidden_channels=8)
    numbers = sum(p.numel() for layer in widget.layers().values() for p in layer.parameters())
    widget.set_state({"weights": pack([torch.arange(numbers)]), "steps": 7})
    conv, acda = widget.layers().values()
    assert conv.weight.flatten().tolist() == list(range(49))
    assert acda.bias.item() == numbers - 1
    widget.noise = 0.3
    assert widget.steps == 7
    widget.num_atoms = 2
    assert (widget.steps, widget.weights) == (0, "")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"places": [[1, 20, 5]]}, r"`places` must hold patterns that lie on the map of 40 x 40, got \[1, 20, 5\]"),
        ({"places": [[20, 20, 4]]}, r"`places` must be lists \[row, column, 3, 5 or 7\], got"),
        ({"noise": -0.1}, "`noise` must be from 0 to 0.5, got -0.1"),
        ({"seed": -1}, "`seed` must be from 0 to 9999, got -1"),
        ({"scales": []}, r"`scales` must be some of 3, 5 and 7, ascending, got \[\]"),
        ({"scales": [7, 3]}, "`scales` must be some of"),
        ({"rate": 0.02}, "`rate` must be one of 0.001, .*, got 0.02"),
        ({"hidden_channels": 10}, "`hidden_channels` must be one of 8, 16, 32, 64, got 10"),
        ({"tool": "look"}, "`tool` must be one of square, diamond, target, erase, got 'look'"),
    ],
)
def test_what_the_training_widget_cannot_do_is_an_error_that_names_it(settings, message):
    with pytest.raises(ValueError, match=message):
        TrainHere(**settings)
    with pytest.raises(ValueError, match="`steps` must be at least 1, got 0"):
        TrainHere().train(0)


@pytest.mark.parametrize(
    ("depth", "weights", "extent"),
    [
        *((1, (1, 0, 0), 3), (1, (0.1, 0.1, 0), 5), (1, (0, 0, 0.1), 7)),
        *((2, (1, 0, 0), 5), (2, (0, 1, 0), 9), (2, (0, 0, 1), 13), (2, (0, 0, 0), 0)),
    ],
)
def test_the_field_spans_what_gradients_through_random_layers_reach(depth, weights, extent):
    widget = ReceptiveField(depth=depth, scale_weights=weights)
    assert widget.extent() == extent
    x = h = torch.zeros(1, 1, 15, 15, requires_grad=True)
    psi = torch.tensor(multiscale_bases(7), dtype=torch.float32)
    for _ in range(depth):
        alpha = torch.randn(1, 6, 18, 1, 1) * torch.tensor(weights).repeat_interleave(6)[:, None, None]
        h = acda_conv2d(h, alpha.expand(-1, -1, -1, 15, 15).contiguous(), psi, torch.randn(1, 1, 6), padding=3)
    h[0, 0, 7, 7].backward()
    margin = 7 - (3 if depth == 1 else 6)
    seen = x.grad[0, 0, margin : 15 - margin, margin : 15 - margin] != 0
    assert torch.equal(seen, widget.field() != 0)


@pytest.mark.parametrize("weights", [(1, 0, 0), (0, 0, 1), (0.5, 0.3, 0.2)])
def test_the_average_filter_is_the_root_mean_square_of_random_filters(weights):
    widget = ReceptiveField(scale_weights=weights)
    alpha = torch.randn(40_000, 18, dtype=torch.double) * torch.tensor(weights).repeat_interleave(6)
    drawn = torch.einsum("nk,kuv->nuv", alpha, torch.tensor(multiscale_bases(7)))
    torch.testing.assert_close(widget.field(), drawn.square().mean(0).sqrt(), rtol=0.03, atol=0)


def test_a_trained_field_is_that_of_the_toy_bounds_the_gradient_and_is_it_where_no_signs_cancel():
    layer = toy.trained()["acda"].double()
    layer.psi = torch.tensor(multiscale_bases(7))
    widget = ReceptiveField("trained", row=30, column=50)
    picture = widget.picture()[None, None]
    for number, seen in ((1, picture), (2, layer(picture).detach())):  # but for weights rounded to eight bits
        torch.testing.assert_close(widget.filters(number), toy.filters(layer, seen).abs(), rtol=0, atol=2e-3)
    layer = widget._layer

    def through(x, context):  # the filters are held as they are
        return acda_conv2d(x, layer.coefficients(context).detach(), layer.psi, layer.A, layer.bias, padding=3)

    x = picture.clone().requires_grad_()
    first = through(x, picture)
    through(first, first.detach())[0, 0, 30, 50].backward()
    gradient = x.grad[0, 0, 24:37, 44:57].abs()
    widget.depth = 2
    assert (gradient <= widget.field() + 1e-12).all()
    assert gradient.sum() > 0.2 * widget.field().sum()
    corner = widget.field()[0, 0], widget.field()[-1, -1]  # one way alone leads there
    torch.testing.assert_close(corner, (gradient[0, 0], gradient[-1, -1]))


def test_a_radius_lies_between_those_of_the_scales():
    small, large = (ReceptiveField(scale_weights=weights).radius() for weights in ((1, 0, 0), (0, 0, 1)))
    assert 0.5 < small < ReceptiveField(scale_weights=(0.5, 0, 0.5)).radius() < large < 3
    assert ReceptiveField(scale_weights=(0, 0, 0)).radius() == 0


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"mode": "both"}, '`mode` must be "weights" or "trained", got \'both\''),
        ({"depth": 3}, "`depth` must be 1 or 2, got 3"),
        ({"scale_weights": [1, 0]}, r"`scale_weights` must be three numbers from 0 to 1, got \[1.0, 0.0\]"),
        ({"scale_weights": [1, 0, 1.1]}, "`scale_weights` must be three numbers"),
        ({"column": 96}, "`column` must be from 0 to 95, got 96"),
    ],
)
def test_what_the_receptive_field_widget_cannot_show_is_an_error_that_names_it(settings, message):
    with pytest.raises(ValueError, match=message):
        ReceptiveField(**settings)
    with pytest.raises(ValueError, match="`layer` must be 1 or 2, got 3"):
        ReceptiveField().filters(3)


def test_the_scale_map_shows_the_shares_of_the_stored_networks_at_pixels_and_at_objects():
    crowds = objects.crowds(counting.TEST_SEED, 5)
    network = counting.trained("crowds")
    shares = counting.network_shares(network, crowds.images)
    largest = counting.largest_shares(network, crowds)
    for picture, place in ((0, 4), (1, 2)):
        widget = ScaleMap(picture)
        torch.testing.assert_close(widget.shares(), shares[place], atol=1e-5, rtol=0)
        torch.testing.assert_close(widget.shares().sum(0), torch.ones(24, 32))
        sizes, found = widget.objects()
        torch.testing.assert_close(found, largest[place], atol=1e-5, rtol=0)
        assert torch.equal(sizes, crowds.sizes[place])


def test_the_bytes_of_the_scale_map_span_both_pictures_of_a_network():
    pictures = ScaleMap().pictures
    for pair in (pictures[:2], pictures[2:]):
        assert pair[0]["ranges"] == pair[1]["ranges"]
        levels = np.concatenate(
            [np.frombuffer(base64.b64decode(one["shares"]), "u1").reshape(3, -1) for one in pair], 1
        )
        assert levels.min(1).tolist() == [0, 0, 0]
        assert levels.max(1).tolist() == [255, 255, 255]


def test_the_scale_map_keeps_its_pixel_inside_a_smaller_picture():
    widget = ScaleMap(0, row=23, column=31)
    widget.picture = 3
    assert (widget.row, widget.column) == (14, 19)
    widget.set_state({"row": 20, "picture": 1})
    assert (widget.picture, widget.row) == (1, 20)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"picture": 4}, "`picture` must be from 0 to 3, got 4"),
        ({"picture": -1}, "`picture` must be from 0 to 3, got -1"),
        ({"drawn": "9"}, "`drawn` must be one of picture, 3, 5, 7, got '9'"),
        ({"row": 24}, "`row` must be from 0 to 23, got 24"),
        ({"row": -1}, "`row` must be from 0 to 23, got -1"),
        ({"picture": 2, "column": 20}, "`column` must be from 0 to 19, got 20"),
    ],
)
def test_what_the_scale_map_cannot_show_is_an_error_that_names_it(settings, message):
    with pytest.raises(ValueError, match=message):
        ScaleMap(**settings)
