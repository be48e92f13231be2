"""What the chapter on LeNet says of CIFAR-100 holds in the stored rows."""

from acda_core.experiments import results

STORED = results.load("lenet_cifar100")
ERRORS = {
    name: [row["test_error"] for row in STORED["results"] if row["conv"] == name]
    for name in ("conv", "norm", "acda", "condconv", "dyconv")
}


def test_on_cifar_100_five_networks_took_six_epochs_of_twenty_thousand_images_with_three_seeds():
    assert {len(errors) for errors in ERRORS.values()} == {3}
    assert {(row["classes"], row["epochs"], row["images"]) for row in STORED["results"]} == {(100, 6, 20_000)}


def test_after_so_short_a_training_every_network_errs_on_most_training_images():
    assert min(row["train_error"] for row in STORED["results"]) > 70


def test_acda_errs_more_often_than_the_normalised_lenet_with_every_seed():
    assert all(ours > theirs for ours, theirs in zip(ERRORS["acda"], ERRORS["norm"], strict=True))
