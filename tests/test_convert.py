"""acda.convert: what it replaces, what it keeps and why, and what a converted network starts as."""

import copy
import itertools
import statistics
from functools import partial

import pytest
import torch
from torch import nn
from torch.nn.utils import prune
from torch.utils.flop_counter import FlopCounterMode

import acda_core as acda


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
        )
        self.shortcut = nn.Conv2d(channels, channels, 1)

    def forward(self, x):
        return torch.relu(self.body(x) + self.shortcut(x))


class Scaled(nn.Conv2d):
    pass


def plain_network():
    return nn.Sequential(
        nn.Conv2d(5, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 8, 3, 2), nn.ReLU(), nn.Flatten(1)
    )


def residual_network():
    return nn.Sequential(
        nn.Conv2d(5, 8, 7, 2, 3), Residual(8), Residual(8), nn.AdaptiveAvgPool2d(1), nn.Conv2d(8, 5, 1)
    )


def varied_network():
    return nn.Sequential(
        nn.Conv2d(5, 8, 3, padding="same"),
        nn.Conv2d(8, 8, 3, padding=1, groups=8),
        nn.Conv2d(8, 8, 5, padding=4, dilation=2, groups=2),
        nn.Conv2d(8, 8, (3, 1), padding=(1, 0)),
        nn.Conv2d(8, 8, 2, padding=1),
        nn.Conv2d(8, 8, 3, padding=1, padding_mode="reflect"),
        nn.Conv2d(8, 8, 3, stride=(1, 2)),
        nn.Conv2d(8, 8, 3, padding=(0, 1)),
        nn.Conv2d(8, 8, 3, padding=2, dilation=(1, 2)),
        nn.ConvTranspose2d(8, 8, 3),
        nn.Conv2d(8, 8, 3, padding="valid"),
        nn.Conv2d(8, 4, 3),
        nn.Conv2d(4, 4, 3),
        Scaled(4, 4, 3, padding=1),
    )


NETWORKS = {
    plain_network: (["0", "3"], {}),
    residual_network: (
        ["0", "1.body.0", "1.body.3", "2.body.0", "2.body.3"],
        {"1.shortcut": "kernel 1 x 1", "2.shortcut": "kernel 1 x 1", "4": "kernel 1 x 1"},
    ),
    varied_network: (
        ["0", "1", "2", "5", "7", "10", "11"],
        {
            "3": "kernel 3 x 1",
            "4": "kernel 2 x 2",
            "6": "stride (1, 2)",
            "8": "dilation (1, 2)",
            "9": "a ConvTranspose2d",
            "12": "a stem: 4 input channels",
            "13": "a Scaled",
        },
    ),
}
IMAGES = torch.randn(2, 5, 20, 22)


@pytest.mark.parametrize(("generator", "init"), [("paper", "follow"), ("released", "project")])
@pytest.mark.parametrize("make", NETWORKS, ids=lambda make: make.__name__)
def test_a_converted_network_maps_to_the_same_shapes_and_says_what_it_did(make, generator, init):
    model = make()
    done = acda.convert(model, generator=generator, init=init)
    replaced, kept = NETWORKS[make]
    assert (list(done.replaced), done.kept) == (replaced, kept)
    assert done.model(IMAGES).shape == model(IMAGES).shape
    for name, conv in model.named_modules():
        layer = done.model.get_submodule(name)
        assert type(layer) is (acda.ACDAConv2d if name in replaced else type(conv))
        if name in replaced:
            for same in ("in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "groups"):
                assert getattr(layer, same) == getattr(conv, same)
            assert (layer.padding_mode, layer.bias is None) == (conv.padding_mode, conv.bias is None)
    done.model(IMAGES).sum().backward()
    assert all(parameter.grad is not None for parameter in done.model.parameters())


def test_conversion_leaves_the_model_alone_and_shares_nothing_with_it():
    model = plain_network()
    done = acda.convert(model, where=lambda name, conv: name == "3")
    assert [type(module) for module in model if isinstance(module, nn.Conv2d)] == [nn.Conv2d, nn.Conv2d]
    mine = {parameter.data_ptr() for parameter in model.parameters()}
    assert not mine & {parameter.data_ptr() for parameter in done.model.parameters()}
    assert torch.equal(done.model[0].weight, model[0].weight)


def test_where_chooses_by_name_and_by_convolution_stems_too():
    model = residual_network()
    done = acda.convert(model, where=lambda name, conv: "body" in name and conv.out_channels == 8)
    assert list(done.replaced) == ["1.body.0", "1.body.3", "2.body.0", "2.body.3"]
    assert done.kept["0"] == "not chosen by `where`"
    assert not acda.convert(model, where=lambda *_: False).replaced
    assert list(acda.convert(varied_network(), where=lambda name, conv: name == "12").replaced) == ["12"]
    assert "12" in acda.convert(varied_network(), stems=True).replaced


def test_a_single_convolution_is_a_network_too_and_no_stem():
    done = acda.convert(nn.Conv2d(3, 4, 3, padding=1))
    assert isinstance(done.model, acda.ACDAConv2d)
    assert list(done.replaced) == [""]


def test_to_convert_twice_is_to_convert_once():
    once = acda.convert(residual_network(), generator="released")
    twice = acda.convert(once.model)
    assert (twice.replaced, twice.kept) == ({}, once.kept)
    assert str(twice.model) == str(once.model)
    alone = nn.Sequential(acda.AtomGenerator(8, 2, 3, kernel_sizes=(3, 3)))
    assert acda.convert(alone).replaced == {}


def test_options_are_those_of_the_layer():
    done = acda.convert(residual_network(), num_atoms=2, num_bases=3, hidden_channels=7, save="memory")
    layer = done.model[1].body[0]
    assert (layer.A.shape, layer.psi.shape, layer.save) == ((8, 8, 2), (3, 3, 3), "memory")
    assert layer.generator.conv_a.out_channels == 7
    psi = torch.randn(4, 3, 3, dtype=torch.float64)
    done = acda.convert(residual_network(), bases=psi)
    assert torch.equal(done.model[1].body[0].psi, psi.float())
    assert done.kept["0"] == "`bases` are 3 x 3"
    done = acda.convert(residual_network(), bases=partial(acda.multiscale_bases, num_bases=2), init="project")
    assert [done.model[0].psi.shape[0], done.model[1].body[0].psi.shape[0]] == [6, 2]


# ------------------------------------------------------------------------------------ what goes with a convolution


def test_a_convolution_in_several_places_becomes_one_layer_in_all_of_them():
    model = nn.Module()
    model.first = nn.Conv2d(5, 5, 3)
    model.second = model.first
    model.below = nn.Sequential(model.first, nn.ReLU(), model.first)
    done = acda.convert(model)
    places = [done.model.first, done.model.second, done.model.below[0], done.model.below[2]]
    assert list(done.replaced) == ["first"]
    assert isinstance(places[0], acda.ACDAConv2d)
    assert all(place is places[0] for place in places)


@pytest.mark.parametrize("init", ["follow", "project"])
def test_conversion_keeps_dtype_device_and_mode_of_each_layer(init):
    model = plain_network().double()
    model[3].eval()
    first, second = (acda.convert(model, generator="released", init=init).model[place] for place in (0, 3))
    assert {t.dtype for t in (*first.parameters(), first.psi)} == {torch.float64}
    assert all(module.training for module in first.modules())
    assert not any(module.training for module in second.modules())


def test_a_model_on_the_meta_device_is_converted_there():
    done = acda.convert(plain_network().to("meta"))
    assert {t.device.type for t in (*done.model.parameters(), *done.model.buffers())} == {"meta"}
    with pytest.raises(ValueError, match='`init` must be "follow" on the meta device'):
        acda.convert(done.model.append(nn.Conv2d(5, 5, 3, device="meta")), init="project")


@pytest.mark.parametrize("init", ["follow", "project"])
def test_what_is_frozen_stays_frozen(init):
    model = plain_network()
    model[0].requires_grad_(False)
    model[3].bias.requires_grad_(False)
    first, second = (acda.convert(model, init=init).model[place] for place in (0, 3))
    assert not any(parameter.requires_grad for parameter in first.parameters())
    assert [name for name, parameter in second.named_parameters() if not parameter.requires_grad] == ["bias"]


def test_forward_and_backward_hooks_go_on_being_called():
    calls = []
    model = nn.Sequential(nn.Conv2d(5, 6, 3))
    model[0].register_forward_pre_hook(lambda module, given: calls.append("before"))
    model[0].register_forward_pre_hook(lambda module, given, named: calls.append("named"), with_kwargs=True)
    model[0].register_forward_hook(lambda module, given, output: 2 * output)
    model[0].register_full_backward_hook(lambda module, grad_in, grad_out: calls.append("backward"))
    done = acda.convert(model, init="project", example=IMAGES)
    assert list(done.replaced) == ["0"]
    assert calls == ["before", "named"]  # of the model, when it sees the example
    calls.clear()
    output = done.model(IMAGES.clone().requires_grad_())
    torch.testing.assert_close(output, model(IMAGES), rtol=1e-4, atol=1e-4)
    output.sum().backward()
    assert calls[:2] + calls[-1:] == ["before", "named", "backward"]


# --------------------------------------------------------------------------------------------------- what is kept


def shared_weight():
    model = nn.Sequential(nn.Conv2d(5, 5, 3, padding=1), nn.Conv2d(5, 5, 3, padding=2, dilation=2))
    model[1].weight = model[0].weight
    return model


def with_a_plain_list():
    model = nn.Sequential(nn.Conv2d(5, 5, 3))
    model.layers = [nn.Sequential(nn.Conv2d(5, 5, 3)), {"known": model[0]}]
    return model


def with_a_mask():
    conv = nn.Conv2d(5, 5, 3)
    prune.l1_unstructured(conv, "weight", amount=2)
    return conv


def with_a_forward():
    conv = nn.Conv2d(5, 5, 3)
    conv.forward = torch.relu
    return conv


def with_state_hooks():
    conv = nn.Conv2d(5, 5, 3)
    conv.register_load_state_dict_post_hook(lambda module, keys: None)
    return conv


KEPT = {
    "weight norm of the old style": (lambda: nn.utils.weight_norm(nn.Conv2d(5, 5, 3)), "holds weight_g, weight_v"),
    "spectral norm of the old style": (lambda: nn.utils.spectral_norm(nn.Conv2d(5, 5, 3)), "holds weight_orig, "),
    "weight norm": (lambda: nn.utils.parametrizations.weight_norm(nn.Conv2d(5, 5, 3)), "parametrised by WeightNorm"),
    "spectral norm": (
        lambda: nn.utils.parametrizations.spectral_norm(nn.Conv2d(5, 5, 3)),
        "parametrised by SpectralNorm",
    ),
    "pruned": (with_a_mask, "holds weight_mask, weight_orig"),
    "complex": (lambda: nn.Conv2d(5, 5, 3, dtype=torch.complex64), "weights of dtype torch.complex64"),
    "another forward": (with_a_forward, "a forward of its own"),
    "state hooks": (with_state_hooks, "hooks on its state"),
    "1-d": (lambda: nn.Conv1d(5, 5, 3), "a Conv1d"),
    "3-d": (lambda: nn.Conv3d(5, 5, 3), "a Conv3d"),
    "transposed": (lambda: nn.ConvTranspose3d(5, 5, 3), "a ConvTranspose3d"),
    "another library's": (lambda: type("Conv2d", (nn.Conv2d,), {})(5, 5, 3), "a test_convert.Conv2d"),
    "lazy": (lambda: nn.LazyConv2d(5, 3), "a LazyConv2d"),
}


@pytest.mark.filterwarnings("ignore:.*weight_norm.*:FutureWarning", "ignore:.*spectral_norm.*:FutureWarning")
@pytest.mark.parametrize(("make", "reason"), KEPT.values(), ids=KEPT)
def test_what_a_layer_could_not_take_over_keeps_the_convolution(make, reason):
    model = nn.Sequential(make())
    if type(model[0]) is nn.Conv2d and model[0].forward != torch.relu:
        model(torch.randn(1, 5, 4, 4, dtype=model[0].bias.dtype))  # old norms leave a computed weight behind
    done = acda.convert(model)
    assert (list(done.replaced), list(done.kept)) == ([], ["0"])
    assert done.kept["0"].startswith(reason)
    state = done.model.state_dict()
    assert list(state) == list(model.state_dict())
    if type(model[0]) is not nn.LazyConv2d:
        assert all(torch.equal(state[name], tensor) for name, tensor in model.state_dict().items())


@pytest.mark.filterwarnings("ignore:.*weight_norm.*:FutureWarning")
def test_a_network_with_an_old_weight_norm_computes_as_before():
    model = nn.Sequential(nn.utils.weight_norm(nn.Conv2d(5, 5, 3)), nn.Conv2d(5, 5, 3))
    model(IMAGES).sum().backward()
    done = acda.convert(model, init="project")
    assert list(done.replaced) == ["1"]
    torch.testing.assert_close(done.model(IMAGES), model(IMAGES), rtol=1e-5, atol=1e-5)
    done.model(IMAGES).sum().backward()
    assert done.model[0].weight_g.grad is not None


def test_convolutions_that_share_a_weight_are_kept_and_still_share_it():
    done = acda.convert(shared_weight())
    assert done.kept == {"0": "shares a parameter with 1", "1": "shares a parameter with 0"}
    assert done.model[0].weight is done.model[1].weight


def test_a_weight_that_the_model_holds_too_keeps_its_convolution():
    model = nn.Sequential(nn.Conv2d(5, 5, 3), nn.Conv2d(5, 5, 3))
    model.register_parameter("first", model[0].weight)
    model.decayed = [model[1].weight]
    assert acda.convert(model).kept == {
        "0": "shares a parameter with the model itself",
        "1": "also held outside the modules, as decayed[0]",
    }


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_scripted_and_traced_convolutions_are_named_and_kept():
    part = nn.Sequential(nn.Conv2d(5, 5, 3), nn.ReLU()).eval()
    model = nn.Sequential(nn.Conv2d(5, 5, 3), torch.jit.script(part), torch.jit.trace(part, IMAGES))
    done = acda.convert(model)
    assert list(done.replaced) == ["0"]
    assert done.kept == {"1.0": "a Conv2d of torch.jit", "2.0": "a Conv2d of torch.jit"}


def test_convolutions_in_plain_lists_are_named_and_kept():
    done = acda.convert(with_a_plain_list())
    assert done.kept == {
        "0": "also held outside the modules, as layers[1]['known']",
        "layers[0].0": "not registered as a module",
    }
    assert done.model.layers[1]["known"] is done.model[0]


def test_a_model_that_cannot_be_copied_is_refused_in_a_line():
    model = plain_network()
    model.lines = (line for line in "ab")
    with pytest.raises(ValueError, match=r"^`model` must be one that copy.deepcopy copies, got TypeError: .*generator"):
        acda.convert(model)


# --------------------------------------------------------------------------------------- from trained weights


def trained(kernel_size=3, in_channels=6, out_channels=8, **options):
    """A convolution with filters of unequal strength, as trained ones have."""
    conv = nn.Conv2d(in_channels, out_channels, kernel_size, padding=kernel_size // 2, **options)
    with torch.no_grad():
        conv.weight *= torch.linspace(0.1, 2, kernel_size**2).view(kernel_size, -1)
    return conv


def lost(weight, num_atoms):
    """Eckart and Young: the share of the filters' norm beyond the largest singular values."""
    values = torch.linalg.svdvals(weight.detach().double().flatten(2).flatten(0, 1))
    return (values[num_atoms:].square().sum() / values.square().sum()).sqrt().item()


def constant_filters(layer, images):
    """A times the atoms of each pixel, the same at all: (c, c' / groups, l, l)."""
    D = acda.compose_atoms(layer.coefficients(images), layer.psi)
    assert (D - D[:1, ..., :1, :1]).abs().max() < 1e-6
    return torch.einsum("oim,muv->oiuv", layer.A, D[0, ..., 0, 0])


GENERATORS = {
    "normalised": "normalised",
    "paper": "paper",
    "released": "released",
    "hidden norm": partial(acda.AtomGenerator, norm="hidden"),
    "tanh alone": partial(acda.AtomGenerator, squash="tanh", kernel_sizes=(3, 1)),
}
EACH_GENERATOR = pytest.mark.parametrize("generator", GENERATORS.values(), ids=GENERATORS)


@EACH_GENERATOR
@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
def test_a_projected_network_of_3_x_3_computes_what_the_trained_one_does(generator, training):
    model = nn.Sequential(
        trained(),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        trained(3, 8, 8, stride=2, groups=4, bias=False),
        trained(3, 8, 8, groups=8, padding_mode="reflect"),
    ).train(training)
    images = torch.randn(3, 6, 9, 8)
    done = acda.convert(model, init="project", generator=generator)
    assert list(done.replaced) == ["0", "3", "4"]
    assert all(change.error < 1e-6 for change in done.replaced.values())
    torch.testing.assert_close(done.model(images), model(images), rtol=1e-5, atol=1e-5)


@EACH_GENERATOR
def test_it_goes_on_training_and_begins_to_adapt(generator):
    layer = acda.ACDAConv2d.from_conv(trained(), generator=generator, num_atoms=6)
    images, targets = torch.randn(4, 6, 9, 8), torch.randn(4, 8, 9, 8)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.02)
    losses = []
    for _ in range(20):
        loss = (layer(images) - targets).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0]
    assert layer.coefficients(images).var((0, 3, 4)).sum() > 1e-8


@pytest.mark.parametrize("kernel_size", [3, 5, 7])
@pytest.mark.parametrize("num_atoms", [6, 30])
@pytest.mark.parametrize("bases", ["complete", "own"])
def test_what_a_projection_loses_is_what_the_singular_values_say(kernel_size, num_atoms, bases):
    conv = trained(kernel_size)
    change = acda.convert(conv, init="project", num_atoms=num_atoms, bases=bases).replaced[""]
    assert change.error == pytest.approx(lost(conv.weight, num_atoms), abs=1e-7)
    layer = acda.ACDAConv2d.from_conv(conv, num_atoms=num_atoms, bases=bases)
    K, images = constant_filters(layer, torch.randn(2, 6, 9, 9)), torch.randn(1, 6, 9, 9)
    assert ((K - conv.weight).norm() / conv.weight.norm()).item() == pytest.approx(change.error, abs=1e-5)
    torch.testing.assert_close(
        layer(images), nn.functional.conv2d(images, K, conv.bias, padding=kernel_size // 2), atol=1e-4, rtol=0
    )


def test_with_other_bases_it_is_the_best_that_their_span_allows():
    conv, psi = trained(), torch.linalg.qr(torch.randn(9, 4, dtype=torch.float64)).Q.T.view(4, 3, 3)
    weight = conv.weight.detach().double()
    inside = (weight.flatten(2) @ psi.flatten(1).T @ psi.flatten(1)).view_as(weight)
    expected = torch.stack([(weight - inside).norm(), lost(inside, 2) * inside.norm()]).norm() / weight.norm()
    done = acda.convert(conv, init="project", num_atoms=2, bases=psi)
    assert done.replaced[""].error == pytest.approx(expected.item(), abs=1e-7)
    in_span = nn.Conv2d(6, 8, 3)
    in_span.weight.data = inside.float()
    assert acda.convert(in_span, init="project", bases=psi).replaced[""].error < 1e-6
    assert acda.convert(in_span, init="project").model.num_atoms == 4


def test_a_projection_takes_as_many_atoms_as_the_filters_need_and_at_most_9():
    def taken(*sizes, **options):
        return acda.ACDAConv2d.from_conv(trained(*sizes, **options)).num_atoms

    assert [taken(3), taken(3, 1, 4), taken(3, 8, 8, groups=8), taken(5), taken(5, 2, 3)] == [9, 4, 8, 9, 6]
    assert acda.ACDAConv2d.from_conv(trained().bfloat16()).num_atoms == 9
    zero = trained()
    nn.init.zeros_(zero.weight)
    layer = acda.ACDAConv2d.from_conv(zero)
    assert (layer.num_atoms, layer.A.count_nonzero()) == (9, 0)


def test_complete_bases_are_those_of_the_layer_and_then_orthonormal_ones():
    for kernel_size in (3, 5, 7):
        psi = torch.tensor(acda.multiscale_bases(kernel_size))
        layer = acda.ACDAConv2d.from_conv(trained(kernel_size).double())
        assert layer.psi.shape == (kernel_size**2, kernel_size, kernel_size)
        assert torch.equal(layer.psi[: len(psi)], psi)
        added = layer.psi[len(psi) :].flatten(1)
        torch.testing.assert_close(added @ added.T, torch.eye(len(added), dtype=torch.float64))
        assert (added @ psi.flatten(1).T).abs().max() < 1e-12


def test_a_generator_that_cannot_hold_given_coefficients_is_refused():
    conv = trained()
    phi = partial(acda.AtomGenerator, squash="tanh")
    assert acda.ACDAConv2d.from_conv(conv, generator=phi).generator.conv_b.weight.count_nonzero() == 0
    with pytest.raises(ValueError, match=r"`generator` must be an AtomGenerator for `init=.project.`, .* got Conv2d"):
        acda.convert(conv, init="project", generator=lambda channels, m, k, **place: nn.Conv2d(channels, m * k, 3))

    class Louder(acda.AtomGenerator):
        def forward(self, features):
            return 2 * super().forward(features)

    with pytest.raises(ValueError, match=r"must answer the constant that its last bias gives it, got a Louder$"):
        acda.convert(conv, init="project", generator=Louder)


# -------------------------------------------------------------------------------------- from the initialisation


def still(*sizes, **place):
    """A generator that starts as a constant."""
    phi = acda.AtomGenerator(*sizes, **place)
    nn.init.zeros_(phi.conv_b.weight)
    nn.init.normal_(phi.conv_b.bias, std=sizes[2] ** -0.5)
    return phi


def deep_network(kernel_size, groups):
    sizes = {"kernel_size": kernel_size, "padding": kernel_size // 2, "groups": groups}
    layers = [nn.Conv2d(3, 32, 3, padding=1), nn.ReLU()]
    for _ in range(3):
        layers += [nn.Conv2d(32, 32, **sizes), nn.ReLU(), nn.Conv2d(32, 32, 1), nn.ReLU()]
    return nn.Sequential(*layers)


INITIALISATIONS = {
    "kaiming": lambda conv: nn.init.kaiming_normal_(conv.weight),
    "orthogonal": lambda conv: nn.init.orthogonal_(conv.weight, gain=2**0.5),
    "identity": lambda conv: nn.init.dirac_(conv.weight, conv.groups),
}


def profile(model, images):
    """The root of the mean square of what each ReLU gives."""
    sizes = []
    for module in model:
        images = module(images)
        if isinstance(module, nn.ReLU):
            sizes.append(images.square().mean().sqrt().item())
    return torch.tensor(sizes)


@torch.no_grad()
def largest_step(kernel_size, groups, initialise, generator):
    """How much more a layer changes the size of what a ReLU gives, converted, than it did; of all layers and images."""
    model = deep_network(kernel_size, groups)
    for depth, conv in enumerate(module for module in model if isinstance(module, nn.Conv2d)):
        initialise(conv)
        conv.weight *= 0.3 ** (depth % 3)  # one in three as it is, the others weak as in a fixup
        nn.init.zeros_(conv.bias)
    rough = torch.rand(4, 3, 20, 20)  # white noise
    smooth = nn.functional.interpolate(rough[..., ::4, ::4], size=20, mode="bilinear")
    converted = acda.convert(model, generator=generator).model
    ratios = [profile(converted, images) / profile(model, images) for images in (rough, smooth, rough - 0.5)]
    return max((ratio[1:] / ratio[:-1]).log().abs().max().exp().item() for ratio in ratios)


@pytest.mark.parametrize("initialise", INITIALISATIONS.values(), ids=INITIALISATIONS)
@pytest.mark.parametrize(("kernel_size", "groups"), [(3, 1), (5, 4), (7, 32)])
def test_activations_keep_their_profile_within_a_factor_1_5_a_layer(kernel_size, groups, initialise):
    assert largest_step(kernel_size, groups, initialise, still) < 1.5


@pytest.mark.slow
@pytest.mark.parametrize(("kernel_size", "groups"), [(3, 1), (3, 32), (5, 4), (5, 32), (7, 1), (7, 32)])
def test_so_they_do_with_the_default_generator_in_most_networks_and_in_3_x_3_ones_that_are_dense_in_all(
    kernel_size, groups
):
    """Its atoms are drawn at random, and a layer with few channels of input takes no mean over many of them."""
    steps = []
    for initialise, seed in itertools.product(INITIALISATIONS.values(), range(5)):
        torch.manual_seed(seed)
        steps.append(largest_step(kernel_size, groups, initialise, "normalised"))
    assert statistics.median(steps) < 1.35
    assert max(steps) < (1.5 if (kernel_size, groups) == (3, 1) else 2.1)


@pytest.mark.parametrize("kernel_size", [3, 5, 7])
def test_each_output_answers_to_flat_inputs_and_to_noise_like_the_filters(kernel_size):
    conv = nn.Conv2d(32, 12, kernel_size, groups=2)
    conv.weight.data *= torch.linspace(0, 2, 12)[:, None, None, None]
    layer = acda.ACDAConv2d.from_conv(conv, "follow", generator=still)
    assert torch.equal(layer.bias, conv.bias)
    K = constant_filters(layer, torch.randn(1, 32, 9, 9))
    place = torch.tensor([(row, column) for row in range(kernel_size) for column in range(kernel_size)]).double()
    alike = 0.5 ** (place[:, None] - place).norm(dim=2)  # the correlation of two pixels
    variance, expected = (
        torch.einsum("oiu,uv,oiv->o", w, alike, w) for w in (t.double().flatten(2) for t in (K, conv.weight))
    )
    assert variance[0] == expected[0] == 0
    torch.testing.assert_close(variance, expected, rtol=0.1, atol=0)
    flat, wanted = K.sum((2, 3)), conv.weight.sum((2, 3))
    assert (flat - wanted).norm() < 0.1 * wanted.norm()


def test_a_zero_convolution_gives_a_zero_layer_that_still_trains():
    conv = nn.Conv2d(5, 4, 3)
    nn.init.zeros_(conv.weight)
    for init in ("follow", "project"):
        layer = acda.ACDAConv2d.from_conv(conv, init)
        assert torch.equal(layer(IMAGES), conv(IMAGES))
        layer(IMAGES).square().sum().backward()
        assert layer.A.grad.abs().sum((1, 2)).min() > 0


def test_bases_that_see_no_flat_input_are_followed_too():
    psi = torch.tensor([[[0.0, 0, 0], [-1, 0, 1], [0, 0, 0]], [[0, -1, 0], [0, 0, 0], [0, 1, 0]]])
    layer = acda.ACDAConv2d.from_conv(nn.Conv2d(5, 4, 3), "follow", bases=psi, generator=still)
    assert layer.A.isfinite().all()
    assert layer.A.norm() > 0.1


def test_with_a_generator_that_starts_from_nothing_A_stays_as_it_is_drawn():
    def silent(*sizes, **place):
        phi = still(*sizes, **place)
        nn.init.zeros_(phi.conv_b.bias)
        return phi

    layer = acda.ACDAConv2d.from_conv(nn.Conv2d(5, 4, 3), "follow", generator=silent)
    assert layer.A.isfinite().all()
    assert layer.A.count_nonzero() == layer.A.numel()


def test_following_draws_no_more_random_numbers_than_making_a_layer():
    conv = nn.Conv2d(5, 4, 3)
    torch.manual_seed(0)
    acda.ACDAConv2d(5, 4, 3)
    expected = torch.rand(1)
    torch.manual_seed(0)
    acda.ACDAConv2d.from_conv(conv, "follow")
    assert torch.equal(torch.rand(1), expected)


# ---------------------------------------------------------------------------------------------------- the report


def test_the_report_counts_what_pytorch_counts_in_the_whole_network():
    model = residual_network()
    model.append(model[1])  # the second use of a block counts too
    model[4], model[5] = model[5], model[4]
    done = acda.convert(model, init="project", num_atoms=6, example=IMAGES)

    def counted(network):
        with FlopCounterMode(display=False) as counter, torch.no_grad():
            copy.deepcopy(network).eval()(IMAGES)
        return counter.get_total_flops() // 2

    changes = done.replaced.values()
    assert sum(change.multiply_adds[1] - change.multiply_adds[0] for change in changes) == counted(
        done.model
    ) - counted(model)
    assert sum(change.parameters[1] - change.parameters[0] for change in changes) == sum(
        parameter.numel() for parameter in done.model.parameters()
    ) - sum(parameter.numel() for parameter in model.parameters())
    assert torch.equal(done.model[1].body[1].running_mean, model[1].body[1].running_mean)


def test_printed_a_conversion_is_a_table():
    model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(8, 8, 5, stride=2, dilation=2, groups=4), nn.Conv2d(8, 2, 1))
    nn.init.constant_(model[1].weight, 1)
    done = acda.convert(model, init="project", example=torch.zeros(1, 3, 20, 20), hidden_channels=4)
    assert str(done).splitlines() == [
        "replaced  shape                                          parameters  multiply-adds     error",
        "1         8 -> 8, 5 x 5, stride 2, dilation 2, groups 4  408 -> 985  10,000 -> 45,093  0.0%",
        "",
        "kept",
        "0  a stem: 3 input channels",
        "2  kernel 1 x 1",
    ]
    assert "error" not in str(acda.convert(model))
    assert "multiply-adds" not in str(acda.convert(model))
    assert str(acda.convert(nn.ReLU())).splitlines() == ["replaced  shape  parameters"]
