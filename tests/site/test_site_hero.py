"""The widget of the front page in a real browser: its numbers against the stored layer's, and how it is handled."""

import numpy as np
import pytest
import torch
from in_page import DRAWN, swipe
from PIL import Image

from acda_core.course.widgets import Hero
from acda_core.experiments import hero

pytestmark = pytest.mark.browser

WIDGET = "document.querySelector('[data-widget]')"
LEVELS = """() => { const canvas = document.querySelector(".photograph canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return Array.from(data).filter((_, index) => index % 4 === 0); }"""
SAID = """new Promise((done) => {
    const status = document.querySelector("[role=status]"), before = status.textContent;
    new MutationObserver(() => done(status.textContent)).observe(status, { childList: true });
    if (before.includes(NEEDLE)) done(before);
})"""


def shown(page, what):
    page.evaluate(DRAWN)
    return page.evaluate(f"{WIDGET}.acda.{what}()")


def state(page):
    return shown(page, "state")


def pixel(page):
    return state(page)["row"], state(page)["column"]


def pinned(page):
    return state(page)["pinned_row"], state(page)["pinned_column"]


def place(page, row, column):
    area = page.get_by_role("application").bounding_box()
    scale = area["width"] / 96
    return area["x"] + (column + 0.5) * scale, area["y"] + (row + 0.5) * scale


def expect(page):
    """What the page shows of its pixel is the stored layer's to 1e-5, in float32."""
    layer, widget = hero.trained().acda, Hero()
    image = widget.image().float()[None, None]
    row, column = pixel(page)
    with torch.no_grad():
        alpha = layer.coefficients(image)[0, :, :, row, column]
        D = torch.einsum("mk,kuv->muv", alpha, layer.psi)
        K = torch.einsum("m,muv->uv", layer.A[0, 0], D)
        answered = layer(image)[0, 0]
    looked = shown(page, "looked")
    np.testing.assert_allclose(looked["alpha"], alpha, atol=1e-5)
    np.testing.assert_allclose(looked["atoms"], D.flatten(1), atol=1e-5)
    np.testing.assert_allclose(list(looked["filter"]), K.flatten(), atol=1e-5)
    assert looked["output"] == pytest.approx(float(answered[row, column]), abs=1e-5)
    np.testing.assert_allclose(shown(page, "output"), answered.flatten(), atol=1e-5)
    assert page.problems == []


@pytest.mark.parametrize(("row", "column"), [(25, 17), (0, 0), (63, 95)])
def test_the_filter_of_a_pixel_is_that_of_the_stored_layer(mount, row, column):
    expect(mount(Hero(row=row, column=column)))


def test_the_mouse_drags_the_pixel_from_anywhere_and_it_stays_on_the_photograph(mount):
    page = mount(Hero())
    page.mouse.move(*place(page, 50, 60))
    assert pixel(page) == (Hero().row, Hero().column)
    page.mouse.down()
    assert pixel(page) == (50, 60)
    page.mouse.move(*place(page, 20, 30), steps=4)
    assert pixel(page) == (20, 30)
    page.mouse.move(*place(page, 80, 120))
    assert pixel(page) == (63, 95)
    page.mouse.up()
    page.mouse.move(*place(page, 10, 10))
    assert pixel(page) == (63, 95)
    assert pinned(page) == (Hero().pinned_row, Hero().pinned_column)
    expect(page)


def test_the_square_is_taken_where_it_is_grasped_and_a_click_on_it_pins(mount):
    page = mount(Hero(row=30, column=40))
    page.mouse.move(*place(page, 32, 42))
    page.mouse.down()
    assert pixel(page) == (30, 40)
    page.mouse.move(*place(page, 22, 52))
    page.mouse.up()
    assert pixel(page) == (20, 50)
    assert pinned(page) == (Hero().pinned_row, Hero().pinned_column)
    page.mouse.down()
    page.mouse.up()
    assert (pixel(page), pinned(page)) == ((20, 50), (20, 50))


def test_the_keyboard_moves_and_pins_the_pixel_and_says_what_changed(mount):
    page = mount(Hero(row=0, column=94))
    box = page.get_by_role("application")
    for key in ("ArrowUp", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowDown", "ArrowLeft"):
        box.press(key)
    assert pixel(page) == (2, 94)
    for key in ("Enter", "ArrowDown"):
        box.press(key)
    assert (pixel(page), pinned(page)) == ((3, 94), (2, 94))
    box.press("Space")
    assert pinned(page) == (3, 94)
    assert "row 3, column 94" in box.get_attribute("aria-label")
    said = page.evaluate(SAID.replace("NEEDLE", "'Row 3, column 94'"))
    assert said.startswith("Row 3, column 94: the noisy input ")
    assert said.endswith("cosine of the two filters is 1.00; 1 is the same shape.")
    expect(page)


def test_a_finger_drags_the_square_without_scrolling_and_taps_move_and_pin_it(mount):
    page = mount(Hero(row=40, column=30), width=390, has_touch=True)
    page.evaluate("document.body.style.minHeight = '5000px'")
    page.get_by_role("application").scroll_into_view_if_needed()
    scroll = page.evaluate("scrollY")
    swipe(page, 96, 30, (40, 35, 30, 20))
    assert pixel(page) == (20, 30)
    assert page.evaluate("scrollY") == scroll
    page.touchscreen.tap(*place(page, 50, 70))
    assert pixel(page) == (50, 70)
    assert pinned(page) == (Hero().pinned_row, Hero().pinned_column)
    page.touchscreen.tap(*place(page, 50, 70))
    assert (pixel(page), pinned(page)) == ((50, 70), (50, 70))
    expect(page)


def test_the_photograph_shows_input_output_and_truth(mount):
    page, widget = mount(Hero()), Hero()
    pictures = {
        "Noisy input": widget.image()[3:-3, 3:-3],
        "Output": widget.answers()["acda"],
        "Without noise": widget.truth(),
    }
    for name, picture in pictures.items():
        page.get_by_role("radio", name=name).check()
        page.evaluate(DRAWN)
        found = np.reshape(page.evaluate(LEVELS), (64, 96))
        np.testing.assert_allclose(found, 255 * picture.clamp(0, 1).numpy(), atol=1)


def test_twenty_steps_within_a_frame_are_drawn_once(mount):
    page = mount(Hero(row=30, column=40))
    page.evaluate(DRAWN)
    asked = page.evaluate(
        """() => {
            const box = document.querySelector("[role=application]"), real = window.requestAnimationFrame;
            let asked = 0;
            window.requestAnimationFrame = (call) => { asked++; return real(call); };
            const press = () => box.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight" }));
            for (let step = 0; step < 20; step++) press();
            window.requestAnimationFrame = real;
            return asked;
        }"""
    )
    assert asked == 1
    assert pixel(page) == (30, 60)
    expect(page)


def picture_file(folder, orientation=None):
    """A JPEG, 300 × 200, dark on its left and bright on its right; turned by a quarter if its EXIF says so."""
    pixels = np.zeros((200, 300), np.uint8)
    pixels[:, 150:] = 200
    image = Image.fromarray(pixels if orientation is None else np.rot90(pixels).copy())
    exif = Image.Exif()
    if orientation:
        exif[0x0112] = orientation
    image.save(folder / "own.jpg", exif=exif, quality=95)
    return folder / "own.jpg"


@pytest.mark.parametrize("orientation", [None, 6])
def test_an_own_picture_is_turned_by_its_exif_made_small_and_gets_noise(mount, tmp_path, orientation):
    page = mount(Hero(drawn="truth"))
    page.get_by_label("Your own picture").set_input_files(picture_file(tmp_path, orientation))
    page.get_by_text("It stays on this page").wait_for()
    page.evaluate(DRAWN)
    found = np.reshape(page.evaluate(LEVELS), (64, 96)) / 255
    assert found[:, :46].max() < 0.05
    np.testing.assert_allclose(found[:, 50:], 200 / 255, atol=0.02)
    page.get_by_role("radio", name="Noisy input").check()
    page.evaluate(DRAWN)
    noisy = np.reshape(page.evaluate(LEVELS), (64, 96)) / 255
    assert (noisy - found)[:, 50:].std() == pytest.approx(hero.NOISE, rel=0.1)
    page.get_by_role("button", name="Back to the first picture").click()
    page.get_by_role("radio", name="Without noise").check()
    page.evaluate(DRAWN)
    np.testing.assert_allclose(np.reshape(page.evaluate(LEVELS), (64, 96)), 255 * Hero().truth(), atol=1)
    assert page.problems == []


def test_a_file_that_is_no_picture_gets_one_sentence(mount, tmp_path):
    page = mount(Hero())
    before = page.evaluate(LEVELS)
    (tmp_path / "notes.png").write_text("no picture")
    page.get_by_label("Your own picture").set_input_files(tmp_path / "notes.png")
    page.get_by_text("This file holds no picture that the browser can read.").wait_for()
    assert page.evaluate(LEVELS) == before
    assert not page.get_by_role("button", name="Back to the first picture").is_visible()
    assert page.problems == []


def test_a_stroke_of_the_brush_is_undone_as_a_whole(mount):
    page = mount(Hero(drawn="truth"))
    before = page.evaluate(LEVELS)
    page.get_by_role("button", name="Paint white").click()
    page.mouse.move(*place(page, 20, 30))
    page.mouse.down()
    page.mouse.move(*place(page, 20, 60), steps=3)
    page.mouse.up()
    page.evaluate(DRAWN)
    assert page.evaluate(LEVELS) != before
    page.get_by_role("button", name="Undo").click()
    page.evaluate(DRAWN)
    assert page.evaluate(LEVELS) == before


def test_a_brush_paints_the_truth_and_moves_no_pixel(mount):
    page = mount(Hero(drawn="truth"))
    before = pixel(page)
    page.get_by_role("button", name="Paint white").click()
    page.mouse.move(*place(page, 20, 30))
    page.mouse.down()
    page.mouse.move(*place(page, 20, 60), steps=3)
    page.mouse.up()
    page.evaluate(DRAWN)
    found = np.reshape(page.evaluate(LEVELS), (64, 96))
    expected = (255 * Hero().truth()).round().numpy()
    expected[19:22, 29:62] = 255
    np.testing.assert_allclose(found, expected, atol=1)
    page.get_by_role("button", name="Paint black").click()
    page.get_by_role("application").press("Enter")
    page.evaluate(DRAWN)
    row, column = before
    assert np.reshape(page.evaluate(LEVELS), (64, 96))[row - 1 : row + 2, column - 1 : column + 2].max() == 0
    assert pixel(page) == before
    assert pinned(page) == (Hero().pinned_row, Hero().pinned_column)
    page.get_by_role("button", name="Paint black").click()
    page.mouse.move(*place(page, 50, 60))
    page.mouse.down()
    page.mouse.up()
    assert pixel(page) == (50, 60)
    page.get_by_role("button", name="Reset").click()
    page.get_by_role("radio", name="Without noise").check()
    page.evaluate(DRAWN)
    np.testing.assert_allclose(np.reshape(page.evaluate(LEVELS), (64, 96)), 255 * Hero().truth(), atol=1)
    assert page.problems == []


def test_alpha_can_be_seen_less_its_mean_over_the_photograph(mount):
    page = mount(Hero())
    with torch.no_grad():
        alpha = hero.trained().acda.coefficients(Hero().image().float()[None, None])[0]
    np.testing.assert_allclose(shown(page, "meanAlpha"), alpha.mean((-2, -1)), atol=1e-5)
    less = page.get_by_role("button", name="Less its mean")
    whole = page.locator(".alpha-grid canvas").get_attribute("aria-label")
    most = (alpha[..., 12, 33] - alpha.mean((-2, -1))).abs().max()
    less.click()
    page.evaluate(DRAWN)
    assert page.locator(".alpha-grid canvas").get_attribute("aria-label").endswith(f"to {most:.2f}")
    page.get_by_role("button", name="Reset").click()
    page.evaluate(DRAWN)
    assert less.get_attribute("aria-pressed") == "false"
    assert page.locator(".alpha-grid canvas").get_attribute("aria-label") == whole
