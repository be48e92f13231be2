"""What the chapter on counting says of its three seeds holds in the stored rows."""

from statistics import mean

import pytest

from acda_core.data.bccd import CELLS
from acda_core.experiments import counting, results

ROWS = {data: results.load(f"counting_{data}")["results"] for data in ("crowds", "bccd")}
ADAPTIVE = "acda", "acda_released"


def of(data, name, what="mae"):
    return [row[what] for row in ROWS[data] if row["conv"] == name]


def ratios(data, name, rival):
    return [ours / theirs for ours, theirs in zip(of(data, name), of(data, rival), strict=True)]


def saved(data, name, rival):
    """The least and the most per cent, over the seeds, by which an error is below a rival's."""
    found = [100 * (1 - ratio) for ratio in ratios(data, name, rival)]
    return round(min(found)), round(max(found))


@pytest.mark.parametrize(("name", "told"), [("acda", (10, 13)), ("acda_released", (24, 38))])
def test_on_crowds_acdas_error_is_below_the_wide_convolutions_by_the_per_cent_told(name, told):
    assert len(of("crowds", name)) == 3
    assert saved("crowds", name, "wide") == told


def test_on_crowds_acda_is_about_a_third_below_conv_and_the_wide_one_takes_most_of_that():
    assert 1 / 3 - 0.05 < 1 - mean(ratios("crowds", "acda", "conv")) < 1 / 3 + 0.05
    conv, wide, acda = (mean(of("crowds", name)) for name in ("conv", "wide", "acda"))
    assert conv - wide > 2 * (wide - acda)
    assert max(ratios("crowds", "acda_released", "acda")) < 1


def test_on_crowds_per_pixel_filters_beat_condconv_with_every_seed():
    assert max(ratios("crowds", "acda", "condconv")) < 1


def test_on_blood_all_networks_miss_the_total_by_about_as_much_and_a_little_less_than_the_mean():
    means = [mean(of("bccd", name)) for name in counting.NETWORKS]
    assert max(means) < 1.1 * min(means)
    assert min(means) / ROWS["bccd"][0]["mean_mae"] > 0.8
    assert max(means) / ROWS["bccd"][0]["mean_mae"] < 0.9
    assert saved("bccd", "acda", "conv") == (4, 6)


@pytest.mark.parametrize("name", counting.NETWORKS)
def test_only_networks_with_acda_count_platelets_and_none_the_white_cells_better_than_the_mean(name):
    blind = {kind: ROWS["bccd"][0][f"mean_mae_{kind}"] for kind in CELLS}
    platelets = mean(of("bccd", name, "mae_Platelets")) / blind["Platelets"]
    assert (platelets < 0.7) if name in ADAPTIVE else (platelets > 0.97)
    assert mean(of("bccd", name, "mae_WBC")) > blind["WBC"]
    assert 0.8 < mean(of("bccd", name, "mae_RBC")) / blind["RBC"] < 0.9
