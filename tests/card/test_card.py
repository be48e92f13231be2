"""What the card's form promises beside what every back end does, in Triton's interpreter."""

import pytest
import torch
from samples import GEOMETRIES, Back, arguments, assert_same, definition, gradients

import acda_core as acda
from acda_core.kernels import chunked, cuda, operators
from acda_core.kernels.cuda import kernels, launches, plan

pytestmark = pytest.mark.usefixtures("interpreter")


@pytest.fixture
def launched(monkeypatch):
    """The names of the kernels that were launched, and with what."""
    seen = []

    class Spy:
        def __init__(self, name):
            self.name, self.kernel = name, getattr(kernels, name)

        def __getitem__(self, grid):
            def run(*arguments, **constants):
                seen.append((self.name, constants))
                return self.kernel[grid](*arguments, **constants)

            return run

    for name in ("mix", "atoms", "grad_x", "grad_D"):
        monkeypatch.setattr(kernels, name, Spy(name))
    return seen


@pytest.mark.parametrize("geometry", GEOMETRIES.values(), ids=GEOMETRIES.keys())
def test_it_holds_in_float16_too(launched, geometry):
    back = Back("cpu", torch.float16, on_card=True)
    tensors, exact, sizes = back.arguments(**geometry, requires_grad=True)
    yours, expected = acda.acda_conv2d(*tensors, *sizes), definition(exact, *sizes)
    back.close(yours, expected)
    back.close(gradients(yours, tensors), gradients(expected, exact))
    assert len(launched) == 7


def test_a_step_launches_seven_kernels(launched):
    tensors, sizes = arguments(dtype=torch.float32, requires_grad=True)
    Z = acda.acda_conv2d(*tensors, *sizes)
    assert [name for name, _ in launched] == ["mix", "atoms"]
    gradients(Z, tensors)
    assert [name for name, _ in launched[2:]] == ["mix", "atoms", "grad_x", "grad_D", "mix"]


@pytest.mark.parametrize(
    "other",
    [{"dtype": torch.float64}, {"kernel_size": 17, "padding": 8}, {"num_atoms": 65}, {"images": 0}],
    ids=["float64", "a large kernel", "many atoms", "no images"],
)
def test_what_the_kernels_do_not_take_goes_to_plain_torch(launched, other):
    tensors, sizes = arguments(**{"dtype": torch.float32, **other}, requires_grad=True)
    yours, expected = acda.acda_conv2d(*tensors, *sizes), definition([t.double() for t in tensors], *sizes)
    gradients(yours, tensors)
    assert_same(yours.double(), expected, 1e-4)
    assert not launched


def test_where_triton_cannot_run_plain_torch_does_and_one_warning_says_why(launched, monkeypatch):
    monkeypatch.setattr(cuda, "obstacle", lambda device, dtype: "no compiler")
    cuda._warn_once.cache_clear()
    tensors, sizes = arguments(dtype=torch.float32)
    with pytest.warns(RuntimeWarning, match=r"for float32 on the graphics card \(no compiler\).*ACDA_KERNEL=plain"):
        yours = acda.acda_conv2d(*tensors, *sizes)
    assert_same(acda.acda_conv2d(*tensors, *sizes), yours)  # a second warning would be an error
    assert not launched


@pytest.mark.parametrize("budget", [1, 4 * 2 * 3 * 7 * 6 * 5, 2**30], ids=["one image", "two", "all"])
def test_how_many_images_go_together_changes_nothing(monkeypatch, budget):
    monkeypatch.setattr(launches, "CHUNK", budget)
    tensors, sizes = arguments(images=3, num_atoms=7, dtype=torch.float32, requires_grad=True)
    exact = [t.detach().double().requires_grad_() for t in tensors]
    yours, expected = acda.acda_conv2d(*tensors, *sizes), definition(exact, *sizes)
    assert_same(yours.double(), expected, 1e-4)
    for one, other in zip(gradients(yours, tensors), gradients(expected, exact), strict=True):
        assert_same(one.double(), other, 1e-4)


def test_the_same_call_gives_the_same_bits():
    tensors, sizes = arguments(dtype=torch.float32, requires_grad=True)
    (first, *found), (again, *others) = (
        [Z, *gradients(Z, tensors)] for Z in (acda.acda_conv2d(*tensors, *sizes) for _ in range(2))
    )
    assert torch.equal(first, again)
    assert all(torch.equal(a, b) for a, b in zip(found, others, strict=True))


def test_sizes_of_images_are_no_constants_of_a_compilation(launched):
    """So a network that is fed many sizes compiles once for each kernel of a layer."""
    for height, width in ((4, 5), (5, 4), (6, 9)):
        tensors, sizes = arguments(height=height, width=width, dtype=torch.float32, requires_grad=True)
        gradients(acda.acda_conv2d(*tensors, *sizes), tensors)
    constants = {(name, tuple(sorted(given.items()))) for name, given in launched}
    assert len(constants) == 4


def test_a_nan_reaches_no_pixel_beyond_its_matrix():
    (x, *others), sizes = arguments(dtype=torch.float32, height=5, width=40)
    x[0, 1, 2, 20] = torch.nan
    reached = acda.acda_conv2d(x, *others, *sizes)[0].isnan().any(0)
    assert reached[1:4, 19:22].all()
    assert not reached[0].any()
    assert not reached[4].any()
    pixels = plan.for_atoms(plan.Geometry(3, 1, 1, 2, 1), 3, launches.arithmetic_of(x))["PIXELS"]
    assert not reached[:, : 20 - pixels].any()
    assert not reached[:, 20 + pixels + 1 :].any()


def test_autocast_computes_in_its_dtype_and_returns_gradients_in_float32(launched):
    tensors, sizes = arguments(dtype=torch.float32, requires_grad=True)
    with torch.autocast("cpu", torch.bfloat16):
        Z = acda.acda_conv2d(*tensors, *sizes)
    assert Z.dtype == torch.bfloat16
    exact = definition([t.detach().bfloat16().double() for t in tensors], *sizes)
    assert (Z - exact).abs().max() < 0.03 * exact.abs().max()
    assert all(g.dtype == torch.float32 and g.isfinite().all() for g in gradients(Z, tensors))
    assert len(launched) == 7


def test_gradients_lie_in_memory_as_torch_compile_was_told():
    tensors, sizes = arguments(dtype=torch.float32, height=4, width=5)
    for layout in (torch.contiguous_format, torch.channels_last):
        x = tensors[0].to(memory_format=layout)
        alpha = tensors[1].flatten(1, 2).to(memory_format=layout).unflatten(1, tensors[1].shape[1:3])
        Z = operators.acda_conv(x, alpha, *tensors[2:], *sizes[:3])
        found = torch.ops.acda.acda_conv_backward(Z, x, alpha, *tensors[2:4], *sizes[:3], True)
        wanted = torch.empty_like(x), torch.empty_like(alpha), tensors[2], tensors[3]
        assert [g.stride() for g in found] == [t.stride() for t in wanted]


@pytest.mark.parametrize("allowed", [True, False])
def test_tf32_is_taken_where_a_convolution_would_take_it(allowed):
    flags = torch.backends.cuda.matmul
    before = flags.fp32_precision
    try:
        flags.fp32_precision = "ieee" if allowed else "tf32"
        with torch.backends.cudnn.flags(enabled=True, allow_tf32=allowed):
            assert launches.arithmetic_of(torch.zeros(1)).precision == ("tf32" if allowed else "ieee")
            with launches.products_as_convolutions(torch.float32):
                assert flags.fp32_precision == ("tf32" if allowed else "ieee")
            assert flags.fp32_precision == ("ieee" if allowed else "tf32")
            with launches.products_as_convolutions(torch.bfloat16):
                assert flags.fp32_precision == ("ieee" if allowed else "tf32")
    finally:
        flags.fp32_precision = before


def test_the_plain_form_and_the_kernels_stand_for_the_same_operators():
    assert all(hasattr(chunked, name) and hasattr(launches, name) for name in cuda.OPERATORS)
