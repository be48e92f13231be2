"""Training by inputs and a loss of them ends, on a processor, at the bits of a plain loop over whole batches."""

import pytest
import torch
import torch.nn.functional as F

from acda_core.data import objects, photographs
from acda_core.data.bccd import bccd_sample
from acda_core.data.cifar import LabelledImages
from acda_core.experiments import classify, counting, lenet, restoration
from acda_core.nets.rivals import DynamicConv2d
from acda_core.training.fit import one_cycle
from acda_core.training.seeds import batch_of

STEPS, SEED, BATCH = 6, 3, 4


def plain_loop(network, loss, highest):
    """Adam and a one-cycle rate, with nothing of fit: the losses."""
    optimizer, rate, losses = torch.optim.Adam(network.parameters()), one_cycle(STEPS, highest), []
    for step in range(STEPS):
        for group in optimizer.param_groups:
            group["lr"] = rate(step)
        optimizer.zero_grad()
        value = loss(step)
        value.backward()
        optimizer.step()
        losses.append(value.item())
    return losses


def assert_same_bits(network, expected):
    for name, value in network.state_dict().items():
        assert torch.equal(value, expected.state_dict()[name]), name


@pytest.mark.parametrize("name", ["acda", "dyconv"])
def test_small_images_are_classified_as_by_a_plain_loop(name):
    random = torch.Generator().manual_seed(0)
    pixels = torch.randint(256, (10, 3, 32, 32), dtype=torch.uint8, generator=random)
    data = LabelledImages(pixels, torch.randint(10, (10,), generator=random), "random")
    expected, network = (lenet.make_network(name, 10, 0) for _ in range(2))

    def loss(step):
        for layer in expected.modules():
            if isinstance(layer, DynamicConv2d):
                layer.temperature = 1 + 29 * max(0.0, 1 - 4 * step / STEPS)
        chosen = batch_of(step, BATCH, 10, SEED)
        images = classify.augmented(data.images[chosen], step, SEED)
        return F.cross_entropy(expected(classify.pixels(images)), data.labels[chosen])

    losses = plain_loop(expected, loss, classify.HIGHEST_RATE)
    assert classify.train_network(network, data, STEPS, SEED, BATCH, progress=False).losses == losses
    assert_same_bits(network, expected)
    temperatures = {layer.temperature for layer in network.modules() if isinstance(layer, DynamicConv2d)}
    assert temperatures == ({1.0} if name == "dyconv" else set())
    wrong = (network.eval()(classify.pixels(data.images)).argmax(1) != data.labels).sum().item()
    assert classify.error(network, data) == 100 * wrong / 10


def test_objects_are_counted_as_by_a_plain_loop():
    data = objects.smears(bccd_sample())
    expected, network = (counting.make_network("conv", 0, "bccd") for _ in range(2))

    def loss(step):
        chosen = batch_of(step, BATCH, len(data.counts), SEED)
        axes = [axis for turn, axis in enumerate(data.mirrors) if step >> turn & 1]
        images, densities = (part[chosen].flip(axes) for part in (data.images, data.densities))
        return F.mse_loss(expected(images), counting.SCALE * densities)

    losses = plain_loop(expected, loss, counting.HIGHEST_RATE)
    assert counting.train_network(network, data, STEPS, SEED, BATCH, progress=False).losses == losses
    assert_same_bits(network, expected)


def test_photographs_are_restored_as_by_a_plain_loop():
    random = torch.Generator().manual_seed(0)
    pairs = [
        photographs.Pair(*torch.rand(2, 3, *size, generator=random), torch.zeros(size)) for size in ((40, 36), (32, 48))
    ]
    expected, network = (restoration.make_network("dncnn", 0) for _ in range(2))

    def loss(step):
        degraded, clean = photographs.patches(pairs, BATCH, restoration.PATCH, SEED, step)
        return F.mse_loss(expected(degraded), clean)

    losses = plain_loop(expected, loss, restoration.HIGHEST_RATE)
    assert restoration.train_network(network, pairs, STEPS, SEED, BATCH, progress=False).losses == losses
    assert_same_bits(network, expected)
