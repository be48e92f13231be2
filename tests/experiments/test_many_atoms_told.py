"""What the chapter on ablations says of atoms in LeNet holds in the stored rows."""

import statistics

from acda_core.experiments import results
from acda_core.experiments.matching import best_rates

ROWS = results.load("lenet_matched")["results"]
ERRORS = {}
for row in ROWS:
    ERRORS.setdefault((row["conv"], row["m"]), []).append(row["test_error"])


def gain(m):
    return statistics.mean(ERRORS["constant", m]) - statistics.mean(ERRORS["acda", m])


def test_one_adaptive_atom_gains_nothing_and_the_gain_grows_with_their_number():
    assert gain(1) < 0
    assert [round(gain(m), 1) for m in (3, 6, 12)] == [2.8, 3.9, 5.1]


def test_more_adaptive_atoms_err_less_with_every_seed_and_more_constant_ones_on_average():
    for few, more in ((1, 3), (3, 6), (6, 12)):
        assert all(a > b for a, b in zip(ERRORS["acda", few], ERRORS["acda", more], strict=True))
    means = [statistics.mean(ERRORS["constant", m]) for m in (1, 3, 6, 12)]
    assert means == sorted(means, reverse=True)


def test_with_three_atoms_or_more_adapting_gains_with_every_seed():
    for m in (3, 6, 12):
        assert all(a < b for a, b in zip(ERRORS["acda", m], ERRORS["constant", m], strict=True))


def test_six_atoms_cost_18_times_lenets_multiply_adds_and_all_are_far_from_the_papers_error():
    cost = {(row["conv"], row["m"]): row["multiply_adds"] for row in ROWS}
    assert round(cost["acda", 6] / cost["plain", None]) == 18
    assert min(ERRORS["plain", None]) > 40


def test_each_kind_has_the_rate_that_did_best_on_the_validation_split():
    assert {row["split"] for row in results.load("lenet_matched_rates")["results"]} == {"validation"}
    best = best_rates(results.find("lenet_matched_rates"))
    assert all(row["rate"] == best[row["conv"]] for row in ROWS)
