"""The rows in book/results: each file is what its command makes, and its rows are of what is built today."""

import json
import shlex
from pathlib import Path

import pytest

from acda_core import convert
from acda_core.__main__ import make_parser
from acda_core.data import patterns
from acda_core.experiments import (
    ablation,
    counting,
    counting_cells,
    denoise_polyu,
    drop_in,
    equal_cost,
    frozen_alpha,
    heterogeneity,
    how_many_filters,
    leave_one_out,
    lenet,
    lenet_matched,
    resnet,
    restoration,
    restoration_rivals,
    scale_choice,
    toy,
    tuned,
)
from acda_core.experiments.heterogeneity_data import PROBLEMS
from acda_core.experiments.matching import best_rates
from acda_core.training.measure import multiply_adds, parameters

RESULTS = Path(__file__).resolve().parents[2] / "book" / "results"
STORED = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(RESULTS.glob("*.json"))}
MADE = {name: stored for name, stored in STORED.items() if "-m acda_core" in stored.get("command", "")}


def arguments_of(stored):
    words = shlex.split(stored["command"])
    words = words[words.index("acda_core") + 1 :]
    return make_parser(words).parse_args(words)


def of_networks(arguments):
    """(conv, seed) of each row, in the order of the command."""
    return [(network, seed) for seed in arguments.seed for network in arguments.network]


def of_the_toy(arguments):
    return [
        (recipe, conv, seed)
        for recipe in arguments.recipe
        for seed in arguments.seed
        for conv in toy.RECIPES[recipe].models
    ]


def check_lenet(row, arguments):
    network = lenet.make_network(row["conv"], row["classes"], row["seed"])
    assert row["model"] == lenet.NETWORKS[row["conv"]].title
    assert row["multiply_adds"] == multiply_adds(network)
    check_classes(row, arguments)
    return network


def check_resnet(row, arguments):
    network = resnet.make_network(row["conv"], row["classes"], row["seed"])
    assert row["model"] == f"narrow Ad-ResNet, {resnet.NETWORKS[row['conv']].title}"
    assert row["multiply_adds"] == multiply_adds(network)
    check_classes(row, arguments)
    return network


def check_classes(row, arguments):
    assert row["epochs"] == arguments.epochs
    assert row["images"] == arguments.images or arguments.images is None
    assert 0 < row["test_error"] < 90  # guessing errs with nine of ten


def check_counting(row, arguments):
    assert row["model"] == counting.NETWORKS[row["conv"]].title
    assert (row["data"], row["epochs"]) == (arguments.data, arguments.epochs)
    assert row["rmse"] >= row["mae"] > 0
    if row["conv"].startswith("acda"):
        assert -1 <= row["rho_low"] <= row["rho"] <= row["rho_high"] <= 1
        for place in ("small", "large"):
            assert sum(row[f"share_{scale}_{place}"] for scale in (3, 5, 7)) == pytest.approx(1, abs=1e-5)
    return counting.make_network(row["conv"], row["seed"], row["data"])


def check_restoration(row, arguments):
    assert row["model"] == restoration.NETWORKS[row["conv"]].title
    assert (row["problem"], row["steps"]) == (arguments.problem, restoration.EPOCH * arguments.epochs)
    assert row["psnr"] == pytest.approx((row["psnr_astronaut"] + row["psnr_coffee"]) / 2)
    return restoration.make_network(row["conv"], row["seed"])


def check_toy(row, arguments):
    assert row["model"] == toy.MODELS[row["conv"]].title
    assert row["steps"] == arguments.steps
    zero = patterns.toy_sample(row["seed"]).target.square().mean().item()
    assert row["zero_mse"] == pytest.approx(zero) == pytest.approx(0.0025)
    return toy.make_layer(row["conv"], row["recipe"], row["seed"])


def check_ablation(row, arguments):
    layer = ablation.make_layer(row["model"], row["seed"])
    assert row["group"] == ablation.VARIANTS[row["model"]].group
    assert row["multiply_adds"] == ablation.multiply_adds(layer)
    assert row["steps"] == arguments.steps
    return layer


def check_drop_in(row, arguments):
    one = drop_in.NETWORKS[row["net"]]
    assert (row["model"], row["task"], row["optimizer"]) == (one.title, one.task, one.optimizer)
    assert row["rate"] == one.rate or arguments.rates
    assert row["steps"] == arguments.steps
    network = drop_in.make_network(row["net"], row["conv"], row["seed"])
    if row["diverged_at"] is None:
        assert row["largest_loss"] >= row["final_loss"] > 0
        assert (row["variance_share"] is None) == (row["conv"] == "conv")
    return network


def of_equal_cost(arguments):
    best = {} if arguments.rates else best_rates(arguments.tuned or RESULTS / "equal_cost_rates.json")
    return [
        (name, width, rate, seed)
        for seed in arguments.seed
        for width in arguments.width
        for name in arguments.network
        for rate in (tuned.RATES if arguments.rates else [best[name]])
    ]


def check_equal_cost(row, arguments):
    network = equal_cost.make_network(row["conv"], row["width"], row["seed"])
    assert row["model"] == equal_cost.NETWORKS[row["conv"]].title
    assert row["multiply_adds"] == multiply_adds(network)
    assert row["split"] == ("validation" if arguments.rates else "test")
    assert row["epochs"] == arguments.epochs
    assert 0 < row["validation_error"] <= 90
    return network


def of_lenet_matched(arguments):
    own = arguments.tuned or RESULTS / f"{lenet_matched.STORED[arguments.data]}.json"
    best = {} if arguments.rates else {width: best_rates(own, width) for width in arguments.width}
    return [
        (name, m, width, rate, seed)
        for seed in arguments.seed
        for width in arguments.width
        for name, m in lenet_matched.kinds(arguments.network, arguments.atoms)
        for rate in (tuned.RATES if arguments.rates else [best[width][name]])
    ]


def check_lenet_matched(row, arguments):
    network = lenet_matched.make_network(row["conv"], row["width"], row["seed"], row["m"], row["classes"])
    assert row["model"] == lenet_matched.title(row["conv"], row["m"])
    assert f"cifar{row['classes']}" == arguments.data
    assert row["multiply_adds"] == multiply_adds(network)
    assert row["split"] == ("validation" if arguments.rates else "test")
    assert row["epochs"] == arguments.epochs
    assert 0 < row["validation_error"] < 99
    return network


def of_frozen_alpha(arguments):
    return [(net, seed) for seed in arguments.seed for net in arguments.network]


def check_frozen_alpha(row, arguments):
    for number in (1, 2):
        assert 0 <= row[f"constant_{number}"] + row[f"image_{number}"] <= 1
        assert 1 <= row[f"rank_{number}"] <= row[f"dimensions_{number}"]
    return source_of(row)


def check_how_many_filters(row, arguments):
    for number in (1, 2):
        assert row[f"kept_{number}_rank_0"] < row[f"kept_{number}_rank_32"] <= 1
        assert row[f"kept_{number}_values_2"] < row[f"kept_{number}_values_64"] < 1
    return source_of(row)


def source_of(row):
    """The network of a row of frozen_alpha or how_many_filters."""
    source = frozen_alpha.SOURCES[row["net"]]
    assert (row["model"], row["measure"]) == (source.title, source.measure)
    lenets = {"lenet": "acda", "lenet_plain": "square_16"}
    if row["net"] in lenets:
        return lenet.make_network(lenets[row["net"]], 10, row["seed"])
    return counting.make_network("acda", row["seed"], row["net"])


def of_heterogeneity(arguments):
    own = RESULTS / f"heterogeneity_rates_{arguments.problem}.json"
    best = {} if arguments.rates else best_rates(arguments.tuned or own)
    return [
        (name, float(h), rate, seed)
        for seed in arguments.seed
        for h in arguments.h
        for name in arguments.network
        for rate in (heterogeneity.RATES if arguments.rates else [best[name]])
    ]


def check_heterogeneity(row, arguments):
    network = heterogeneity.make_network(row["conv"], row["problem"], row["seed"])
    task = PROBLEMS[row["problem"]]
    assert (row["model"], row["problem"]) == (heterogeneity.LAYERS[row["conv"]].title, arguments.problem)
    assert row["steps"] == arguments.steps
    assert row["split"] == ("validation" if arguments.rates else "test")
    assert (task.measure in row) is not arguments.rates
    assert row["multiply_adds"] == multiply_adds(network, task.shape)
    assert row["width"] == heterogeneity.own_width(row["conv"], row["problem"])
    return network


def of_leave_one_out(arguments):
    tried = []
    if arguments.tuned is not None:
        stored = arguments.tuned or RESULTS / f"{leave_one_out.TUNED}.json"
        tried = json.loads(stored.read_text(encoding="utf-8"))["results"]

    def rates(name, fold, steps):
        if arguments.rates:
            return leave_one_out.RATES
        found = leave_one_out.tuned_rate(tried, name, fold, steps, arguments.problem) if tried else None
        return [found or restoration.HIGHEST_RATE]

    return [
        (fold, steps, name, rate, seed)
        for fold in arguments.fold
        for seed in arguments.seed
        for steps in arguments.steps
        for name in arguments.network
        for rate in rates(name, fold, steps)
    ]


def check_leave_one_out(row, arguments):
    network = restoration_rivals.make_network(row["conv"], leave_one_out.seed_of(row["fold"], row["seed"]))
    assert (row["model"], row["problem"]) == (restoration_rivals.NETWORKS[row["conv"]].title, arguments.problem)
    assert row["split"] == ("validation" if arguments.rates else "test")
    assert (row["photograph"] != row["fold"]) is ("validation_error" in row) is arguments.rates
    assert row["multiply_adds"] == restoration_rivals.cost(network)
    return network


def of_denoise_polyu(arguments):
    return [(fold, name, seed) for seed in arguments.seed for fold in arguments.fold for name in arguments.network]


def check_denoise_polyu(row, arguments):
    network = restoration_rivals.make_network(row["conv"], row["seed"])
    assert (row["model"], row["steps"]) == (denoise_polyu.NETWORKS[row["conv"]].title, arguments.steps)
    assert row["multiply_adds"] == restoration_rivals.cost(network)
    assert len(row["gains"]) == len(row["heterogeneities"]) == row["photographs"]
    assert sum(row["gains"]) / row["photographs"] == pytest.approx(row["psnr"] - row["psnr_noisy"], abs=1e-3)
    return network


def of_counting_cells(arguments):
    rates = counting_cells.rates_of(arguments)
    return [
        (name, data, rate, seed)
        for seed in arguments.seed
        for data in arguments.data
        for name in arguments.network
        for rate in rates(name, data)
    ]


def check_counting_cells(row, arguments):
    network = counting_cells.make_network(row["conv"], row["seed"])
    assert row["model"] == counting_cells.NETWORKS[row["conv"]].title
    assert row["steps"] == arguments.steps
    assert row["split"] == ("validation" if arguments.rates else "test")
    assert row["multiply_adds"] == counting_cells.cost(network)
    assert arguments.rates or row["train_images"] == (arguments.train or counting_cells.TRAIN[row["data"]])
    return network


def check_scale_choice(row, arguments):
    network = scale_choice.make_network(row["conv"], row["seed"])
    assert (row["model"], row["steps"]) == (scale_choice.NETWORKS[row["conv"]].title, arguments.steps)
    assert row["multiply_adds"] == multiply_adds(network, scale_choice.SHAPE)
    return network


def of_drop_in(arguments):
    return [
        (net, form, rate, seed)
        for seed in arguments.seed
        for net in arguments.net
        for form in arguments.form
        for rate in (
            drop_in.RATES[drop_in.NETWORKS[net].optimizer] if arguments.rates else [drop_in.NETWORKS[net].rate]
        )
    ]


COMMANDS = {  # the fields that tell rows apart, the rows that a command asks for, and what is checked of each
    lenet.run: (("conv", "seed"), of_networks, check_lenet),
    resnet.run: (("conv", "seed"), of_networks, check_resnet),
    counting.run: (("conv", "seed"), of_networks, check_counting),
    restoration.run: (("conv", "seed"), of_networks, check_restoration),
    equal_cost.run: (("conv", "width", "rate", "seed"), of_equal_cost, check_equal_cost),
    lenet_matched.run: (("conv", "m", "width", "rate", "seed"), of_lenet_matched, check_lenet_matched),
    frozen_alpha.run: (("net", "seed"), of_frozen_alpha, check_frozen_alpha),
    how_many_filters.run: (("net", "seed"), of_frozen_alpha, check_how_many_filters),
    heterogeneity.run: (("conv", "h", "rate", "seed"), of_heterogeneity, check_heterogeneity),
    leave_one_out.run: (("fold", "steps", "conv", "rate", "seed"), of_leave_one_out, check_leave_one_out),
    denoise_polyu.run: (("fold", "conv", "seed"), of_denoise_polyu, check_denoise_polyu),
    counting_cells.run: (("conv", "data", "rate", "seed"), of_counting_cells, check_counting_cells),
    scale_choice.run: (("conv", "seed"), of_networks, check_scale_choice),
    drop_in.run: (("net", "conv", "rate", "seed"), of_drop_in, check_drop_in),
    toy.run: (("recipe", "conv", "seed"), of_the_toy, check_toy),
    ablation.run: (
        ("model", "seed"),
        lambda arguments: [(name, seed) for seed in arguments.seed for name in arguments.variant],
        check_ablation,
    ),
}
TRAINED = [name for name in MADE if arguments_of(MADE[name]).run in COMMANDS]


@pytest.mark.parametrize("name", MADE)
def test_a_stored_command_is_one_that_the_package_takes_today(name):
    stored = MADE[name]
    assert set(stored) == {"command", "data", "date", "versions", "machine", "results"}
    assert callable(arguments_of(stored).run)


@pytest.mark.parametrize("name", TRAINED)
def test_a_file_holds_the_rows_that_its_command_asks_for(name):
    arguments = arguments_of(MADE[name])
    keys, asked, _ = COMMANDS[arguments.run]
    rows = MADE[name]["results"]
    assert sorted(tuple(row[key] for key in keys) for row in rows) == sorted(asked(arguments))
    kinds = {frozenset(row) for row in rows if row["conv"] == rows[0]["conv"]}
    assert len(kinds) == 1


@pytest.mark.parametrize("name", TRAINED)
def test_a_stored_row_is_of_the_network_that_is_built_today(name):
    arguments = arguments_of(MADE[name])
    check = COMMANDS[arguments.run][2]
    for row in MADE[name]["results"]:
        assert row["parameters"] == parameters(check(row, arguments))


@pytest.mark.parametrize("data", counting.KINDS)
def test_all_stored_counts_are_compared_with_the_same_mean(data):
    rows = STORED[f"counting_{data}"]["results"]
    assert len({(row["mean_mae"], row["mean_rmse"]) for row in rows}) == 1


def test_each_variant_is_stored_with_three_seeds():
    asked = arguments_of(STORED["ablation"])
    assert (asked.variant, asked.seed) == (list(ablation.VARIANTS), [0, 1, 2])


def test_the_first_steps_of_a_stored_ablation_can_be_made_again():
    (stored,) = [row for row in STORED["ablation"]["results"] if (row["model"], row["seed"]) == ("l = 3", 1)]
    again = ablation.run_one("l = 3", 1, 51)
    assert set(again) == set(stored)
    assert again["early_mse"] == pytest.approx(stored["early_mse"], rel=1e-3)


def test_a_stored_projection_loses_nothing_of_3_x_3_filters_and_its_first_rows_can_be_made_again():
    rows = STORED["projection"]["results"]
    for row in rows:
        assert row["error"] == 0 or "3 x 3" not in row["shape"]
        assert row["error"] <= row["error_6_atoms"] <= row["error_given_bases"]
        assert row["difference_all"] < 1e-5
    stack = toy.trained()["stack"]
    again = convert(stack, init="project", num_atoms=6, stems=True).replaced
    found = {row["layer"]: row["error_6_atoms"] for row in rows if row["model"] == "toy, two layers"}
    assert found == pytest.approx({name: change.error for name, change in again.items()}, abs=1e-5)
