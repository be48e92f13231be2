"""What the chapter on ablations says of a map held out holds in the stored rows."""

import statistics

from acda_core.experiments import ablation, results


def test_on_a_new_map_delta_bases_lose_most_and_no_variant_loses_more_than_a_third():
    shares = {name: [] for name in ablation.VARIANTS}
    for row in results.load("ablation")["results"]:
        shares[row["model"]].append(row["held_out_mse"] / row["mse"])
    medians = {name: statistics.median(values) for name, values in shares.items()}
    assert max(medians, key=medians.get) == "ψ delta"
    assert medians["ψ delta"] < 4 / 3
