"""The basis explorer in a real browser: its mathematics against NumPy and SciPy, and how it is handled."""

import re

import numpy as np
import pytest
import torch
from in_page import DRAWN, swipe
from scipy.linalg import null_space
from scipy.signal import correlate2d
from scipy.special import j0, jn_zeros

from acda_core.bases import multiscale_bases
from acda_core.course.widgets import BasisExplorer, Detector, Shift

pytestmark = pytest.mark.browser

KERNEL_SIZES = (3, 5, 7, 9)
PRESETS = ("Blur", "Edge", "Ring", "All zero", "Random", "Random, large scale only")
EXPLORER = "document.querySelector('[data-widget]')"
PICTURES = f"[...{EXPLORER}.querySelectorAll('.results canvas')].map((canvas) => canvas.toDataURL())"


@pytest.fixture
def explore(mount):
    """Open a page that holds nothing but explorers."""
    return lambda *explorers, **options: mount(*(explorers or [BasisExplorer()]), **options)


def computed(page, what):
    return np.array(page.evaluate(f"{EXPLORER}.acda.{what}()"))


def mixed(kernel_size):
    alpha = np.random.default_rng(kernel_size).uniform(-1, 1, kernel_size // 2 * 6)
    return BasisExplorer(kernel_size=kernel_size, coefficients=alpha)


def test_the_frequency_response_is_the_magnitude_of_the_fourier_transform(explore):
    explorer = mixed(7)
    # 64 steps from -1/2 to 1/2 are the frequencies of a transform padded to 64 x 64, with -1/2 shown at both ends
    expected = np.abs(np.fft.fftshift(np.fft.fft2(explorer.atom(), (64, 64))))
    shown = computed(explore(explorer), "response").reshape(65, 65)
    np.testing.assert_allclose(shown[:64, :64], expected, atol=1e-10)
    np.testing.assert_allclose(shown[32, 32], abs(explorer.atom().sum()), atol=1e-12)


@pytest.mark.parametrize("kernel_size", KERNEL_SIZES)
def test_the_photograph_is_cross_correlated_with_the_atom(explore, kernel_size):
    explorer = mixed(kernel_size)
    page = explore(explorer)
    photo = computed(page, "photo").reshape(136, 136)
    assert (photo.min(), photo.max()) == (0, 1)
    margin = 4 - kernel_size // 2
    inner = photo[margin : 136 - margin, margin : 136 - margin]
    expected = correlate2d(inner, explorer.atom(), mode="valid")
    np.testing.assert_allclose(computed(page, "filtered").reshape(128, 128), expected, atol=1e-10)


@pytest.mark.parametrize("kernel_size", KERNEL_SIZES)
def test_the_circle_is_the_smallest_that_holds_90_percent_of_the_squared_weight(explore, kernel_size):
    explorer = mixed(kernel_size)
    page = explore(explorer)
    radius = float(computed(page, "radius"))
    offset = np.arange(kernel_size) - kernel_size // 2
    distance = np.hypot(offset[:, None], offset)
    energy = explorer.atom() ** 2
    assert energy[distance <= radius - 0.5 + 1e-9].sum() >= 0.9 * energy.sum()
    assert energy[distance < radius - 0.5 - 1e-9].sum() < 0.9 * energy.sum()
    assert float(page.locator("circle.line").get_attribute("r")) == radius
    assert f"within {radius:.1f} px" in page.locator(".results .atom").inner_text()


@pytest.mark.parametrize("kernel_size", KERNEL_SIZES)
def test_every_preset_makes_the_atom_that_it_names(explore, kernel_size):
    page = explore(BasisExplorer(kernel_size))

    def press(name):
        page.get_by_role("button", name=name, exact=True).click()
        page.evaluate(DRAWN)
        return computed(page, "atom").reshape(kernel_size, kernel_size)

    blur = press("Blur")
    assert blur.min() >= 0
    assert blur.sum() == pytest.approx(1)
    edge = press("Edge")
    np.testing.assert_allclose(edge, -edge[::-1], atol=1e-12)
    ring = press("Ring")
    assert ring.sum() == pytest.approx(0, abs=1e-12)
    assert ring[kernel_size // 2, kernel_size // 2] == ring.min() < 0 < ring.max()
    assert page.get_by_role("button", name="Ring").get_attribute("aria-pressed") == "true"
    large = press("Random, large scale only")
    largest_set = multiscale_bases(kernel_size)[-6:].reshape(6, -1)
    assert np.linalg.matrix_rank(np.vstack([largest_set, large.ravel()]), tol=1e-9) == 6
    assert np.abs(large).max() > 0
    assert np.abs(press("Random") - press("Random")).max() > 0
    assert np.abs(press("All zero")).max() == 0
    assert "all zero" in page.locator(".results .atom").inner_text()
    np.testing.assert_allclose(press("Reset"), BasisExplorer(kernel_size).atom(), atol=1e-12)
    assert page.problems == []


def test_a_preset_stays_itself_at_another_kernel_size_and_other_mixtures_keep_their_small_scales(explore):
    page = explore()
    page.get_by_role("button", name="Blur").click()
    page.evaluate(DRAWN)
    page.locator("input[name$=kernel_size][value='9']").check()
    page.evaluate(DRAWN)
    assert computed(page, "atom").sum() == pytest.approx(1)
    assert len(page.locator("input[type=range]").all()) == 24

    page = explore(mixed(5))
    page.locator("input[name$=kernel_size][value='9']").check()
    page.evaluate(DRAWN)
    np.testing.assert_allclose(computed(page, "atom").reshape(9, 9), np.pad(mixed(5).atom(), 2), atol=1e-12)


def test_every_slider_is_named_and_changes_every_picture_by_keyboard(explore):
    page = explore(mixed(9))
    sliders = page.get_by_role("slider").all()
    names = [slider.get_attribute("aria-label") for slider in sliders]
    assert len(set(names)) == len(names) == 24
    assert names[1] == "α of (1,1) cos at scale 3×3"
    for slider in sliders:
        before = page.evaluate(PICTURES)
        slider.press("ArrowRight")
        slider.press("ArrowRight")
        page.evaluate(DRAWN)
        assert all(old != new for old, new in zip(before[:3], page.evaluate(PICTURES)[:3], strict=True))
    assert page.problems == []


def test_on_a_phone_a_slider_of_two_hundred_steps_is_long_enough_for_a_finger(mount):
    page = mount(BasisExplorer(), width=390)
    assert all(slider.bounding_box()["width"] > 120 for slider in page.locator(".mixer input").all())


def test_the_ring_of_a_slider_in_focus_stays_off_the_text_above(explore):
    page = explore()
    page.locator("input[name$=kernel_size]:checked").focus()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "range":
            break
    ring = page.evaluate(
        "(({ outlineOffset, outlineWidth }) => [outlineOffset, outlineWidth])(getComputedStyle(document.activeElement))"
    )
    assert ring == ["-3px", "3px"]


def test_touching_a_slider_shows_its_basis_above(explore):
    page = explore()
    page.get_by_role("slider", name="α of (2,1) sin at scale 3×3").press("ArrowRight")
    page.evaluate(DRAWN)
    assert page.locator("input[name$=-scale]:checked").get_attribute("value") == "0"
    assert page.locator("input[name$=-element]:checked").get_attribute("value") == "4"


def test_scale_and_element_are_picked_by_keyboard_and_told_in_numbers(explore):
    page = explore()
    pictures = f"[...{EXPLORER}.querySelectorAll('.detail canvas')].map((canvas) => canvas.toDataURL())"
    before = page.evaluate(pictures)
    page.locator("input[name$=-element]:checked").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    facts = page.locator(".facts").inner_text()
    assert "ψ = J₀(5.520 ρ)" in facts
    assert "5.520078" in facts
    page.locator("input[name$=-scale]:checked").press("ArrowLeft")
    facts = page.locator(".facts").inner_text()
    assert "radius 2.5 pixels" in facts
    length = float(re.search(r"([\d.]+) on the grid", facts)[1])
    row, column = np.mgrid[-2:3, -2:3] / 2.5
    rho = np.hypot(row, column)
    assert length == pytest.approx(np.linalg.norm(np.where(rho < 1, j0(jn_zeros(0, 2)[1] * rho), 0)), abs=1e-4)
    assert all(old != new for old, new in zip(before, page.evaluate(pictures), strict=True))


def looked_at(page):
    page.evaluate(DRAWN)
    picked = [page.locator(f"input[name$=-{name}]:checked").get_attribute("value") for name in ("scale", "element")]
    return [int(value) for value in picked], page.locator(".facts").inner_text()


def test_a_link_carries_the_pattern_that_is_looked_at_and_reset_sets_it_back(explore):
    page = explore()
    at_start = looked_at(page)
    page.locator("input[name$=-scale][value='1']").check()
    page.locator("input[name$=-element][value='4']").check()
    there = looked_at(page)
    assert (at_start[0], there[0]) == ([2, 1], [1, 4])
    other = explore(fragment=page.get_by_role("link").get_attribute("href"))
    assert looked_at(other) == there
    page.get_by_role("button", name="Reset").click()
    assert looked_at(page) == at_start
    page.locator("input[name$=kernel_size][value='3']").check()
    page.evaluate(DRAWN)
    page.get_by_role("button", name="Reset").click()
    assert looked_at(page) == at_start


@pytest.mark.parametrize(("ending", "element"), [("", 2), (",5", 5)])
def test_a_link_that_says_no_pattern_shows_the_strongest(explore, ending, element):
    page = explore(fragment=f"#basis_explorer=3,0,0.5,-1,0,0,0{ending}")
    assert looked_at(page)[0] == [0, element]


def test_a_picture_is_described_anew_though_the_sentence_stays(explore):
    page = explore(BasisExplorer(3, [0, 0.5, 0, 0, 0, 0]))
    label = page.locator(".after canvas").get_attribute("aria-label")
    page.get_by_role("slider", name="α of (1,1) cos at scale 3×3").press("End")
    page.evaluate(DRAWN)
    assert page.locator(".after canvas").get_attribute("aria-label") != label


def test_two_explorers_on_a_page_have_links_of_their_own(explore):
    page = explore(mixed(3), mixed(5), fragment="#basis_explorer-2=3,0.5,0,0,0,0,0")
    page.evaluate(DRAWN)
    first, second = page.evaluate("[...document.querySelectorAll('[data-widget]')].map((one) => one.acda.atom())")
    np.testing.assert_allclose(first, mixed(3).atom().ravel(), atol=1e-12)
    np.testing.assert_allclose(second, 0.5 * multiscale_bases(3)[0].ravel(), atol=1e-12)


def test_a_screen_reader_hears_one_sentence_after_the_sliders_rest(explore):
    page = explore()
    spoken = page.get_by_role("status")
    page.get_by_role("button", name="Blur").click()
    page.evaluate(DRAWN)
    assert "flat areas of the picture become zero" in spoken.inner_text()
    page.wait_for_function("document.querySelector('[role=status]').textContent.includes('multiplied by 1.00')")
    labels = page.evaluate(f"[...{EXPLORER}.querySelectorAll('canvas[role=img]')].map((one) => one.ariaLabel)")
    assert all(labels)
    assert any("peak at 0.00" in label for label in labels)


def pixel_of(page, row, column, size):
    area = page.get_by_role("application").bounding_box()
    return area["x"] + (column + 0.5) * area["width"] / size, area["y"] + (row + 0.5) * area["height"] / size


def nearest(explorer, pixel, value):
    """The atom of the bases with this value at a pixel that is nearest to the explorer's, by SciPy."""
    psi = multiscale_bases(explorer.kernel_size).reshape(-1, explorer.kernel_size**2)
    at = psi[:, pixel]
    kept = null_space(at[None])  # coefficients that leave the pixel alone
    start = np.array(explorer.coefficients)
    start = start + at * (value - start @ at) / (at @ at)
    missing = explorer.atom().ravel() - start @ psi
    return start @ psi + psi.T @ kept @ np.linalg.lstsq(psi.T @ kept, missing, rcond=None)[0]


def test_a_pulled_pixel_follows_the_hand_and_the_nearest_atom_is_found(explore):
    explorer = mixed(5)
    page = explore(explorer)
    before = computed(page, "atom")
    page.mouse.move(*pixel_of(page, 1, 3, 5))
    page.mouse.down()
    np.testing.assert_allclose(computed(page, "atom"), before, atol=1e-12)
    x, y = pixel_of(page, 1, 3, 5)
    page.mouse.move(x, y - 20, steps=4)
    after = computed(page, "atom")
    assert after[8] > before[8] + 0.05
    np.testing.assert_allclose(after, nearest(explorer, 8, after[8]), atol=1e-9)
    page.mouse.move(x + 40, y, steps=4)
    assert computed(page, "atom")[8] == pytest.approx(2 * after[8] - before[8], abs=1e-9)
    page.mouse.up()
    page.mouse.move(x, y)
    assert computed(page, "atom")[8] == pytest.approx(2 * after[8] - before[8], abs=1e-9)
    page.get_by_role("button", name="Undo").click()
    np.testing.assert_allclose(computed(page, "atom"), before, atol=1e-12)
    assert page.problems == []


def test_the_keyboard_pulls_too_and_corners_that_no_pattern_reaches_stay(explore):
    explorer = mixed(7)
    page = explore(explorer)
    box = page.get_by_role("application")
    before = computed(page, "atom")
    assert before[0] == 0
    box.press("+")
    np.testing.assert_allclose(computed(page, "atom"), before, atol=1e-12)
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight", "+", "+", "-"):
        box.press(key)
    after = computed(page, "atom")
    assert after[24] == pytest.approx(before[24] + 0.02, abs=1e-9)
    np.testing.assert_allclose(after, nearest(explorer, 24, after[24]), atol=1e-9)
    page.evaluate(DRAWN)
    assert "row 3, column 3" in box.get_attribute("aria-label")


def test_a_finger_pulls_to_the_side_and_scrolls_up_and_down(explore):
    page = explore(mixed(3), width=390, has_touch=True)
    before = computed(page, "atom")
    assert page.get_by_role("application").evaluate("node => getComputedStyle(node).touchAction") == "pan-y"
    swipe(page, 3, 1, (2, 1, 0))
    np.testing.assert_allclose(computed(page, "atom"), before, atol=1e-12)


def test_an_atom_is_handed_on_to_the_detector_and_the_shift(explore):
    page = explore(BasisExplorer(5), Detector(torch.zeros(16, 16), noise=0.3), Shift(rows=2, columns=1, position=True))
    page.evaluate(DRAWN)
    map_of_mine = page.locator(".acda-detector figure", has_text="Your atom answers")
    mine = page.get_by_role("button", name="Your atom as the filter")
    assert not map_of_mine.is_visible()
    assert not mine.is_visible()
    page.get_by_role("button", name="Hand this atom on").click()
    page.evaluate(DRAWN)
    detector = Detector(torch.zeros(16, 16), noise=0.3)
    atom = torch.tensor(BasisExplorer(5).atom())
    expected = torch.nn.functional.conv2d(detector.image()[None, None], atom[None, None], padding=2)[0, 0]
    assert f"{expected[detector.row, detector.column]:.2f} here".replace("-", "−") in map_of_mine.inner_text()
    mine.click()
    page.evaluate(DRAWN)
    worst, output, picture = page.evaluate(
        "(({ worst, output, picture }) => [worst(), output(), picture()])"
        "([...document.querySelectorAll('[data-widget]')][2].acda)"
    )
    assert worst["inside"] == 0  # whatever Phi is told
    side = round(len(picture) ** 0.5)
    moved = torch.zeros(side, side, dtype=torch.float64)
    moved[2:, 1:] = torch.tensor(picture).view(side, side)[:-2, :-1]
    answer = torch.nn.functional.conv2d(moved[None, None], atom[None, None], padding=2).flatten()
    difference = torch.tensor(output, dtype=torch.float64) - answer
    assert difference.std() < 1e-9  # the layer's bias alone
    page.reload()
    page.evaluate(DRAWN)
    assert map_of_mine.is_visible()
    assert page.problems == []
