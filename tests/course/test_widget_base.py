"""The linker of the widgets' modules, and the state that a page gets."""

import gzip
import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch
import traitlets
from hypothesis import given, settings
from hypothesis import strategies as st

import acda_core.course.widgets
from acda_core.course.widgets import (
    BasisExplorer,
    CostCalculator,
    Detector,
    Hero,
    Operators,
    ReceptiveField,
    ScaleMap,
    Shift,
    TrainHere,
    TwoLayers,
    link,
)
from acda_core.course.widgets.base import Widget
from acda_core.course.widgets.link import module_text
from acda_core.course.widgets.packing import DIGITS, pack, pack_bytes, pack_photograph, pack_rounded, unpack

WHOLE = (
    *(BasisExplorer, CostCalculator, Detector, Hero, Operators, ReceptiveField, ScaleMap, Shift, TrainHere, TwoLayers),
)
MODULES = sorted(Path(acda_core.course.widgets.__file__).parent.glob("*.js"))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of modules, given as file names and texts."""

    def write(**texts):
        for name, text in texts.items():
            (tmp_path / f"{name}.js").write_text(text)

    monkeypatch.setattr(link, "FOLDER", tmp_path)
    return write


def test_the_text_of_a_module_and_of_what_it_imports_stands_in_a_page_once_and_is_told_to_a_worker(folder):
    folder(
        one='import { c } from "./three.js";\nconst T = /* linked text of */ "./two.js";\nexport default T + c;\n',
        two='import { c } from "./three.js";\nself.d = c;\n',
        three="export const c = 1;\n",
    )
    told = '[["three", $three$], ["two", $two$]].map(([name, make]) => `const $${name} = (${make})();`).join("\\n")'
    assert link.module_text("one") == (
        "const $three$ = () => {\nconst c = 1;\nreturn { c };\n};\nconst $three = $three$();\n"
        "const $two$ = () => {\nconst { c } = $three;\nself.d = c;\nreturn {  };\n};\n"
        f"const $one = (() => {{\nconst {{ c }} = $three;\nconst T = {told};\nconst standard = T + c;\n"
        "return { standard };\n})();\nexport default $one.standard;\n"
    )


def test_a_module_gets_what_it_imports_once_and_in_order_and_nothing_else(folder):
    folder(
        one='import { b } from "./two.js";\nimport {\n  c,\n}\n  from "./three.js";\nexport default { d: b + c };\n',
        two='import { c } from "./three.js";\n\n// A comment.\nexport const b = c + 1;\n',
        three="/** A\n * c. */\nexport function c() {}\nexport class d {}\nexport function* e() {}\nconst f = 1;\n",
        other="export const g = 2;\n",
    )
    three = "function c() {}\nclass d {}\nfunction* e() {}\nconst f = 1;\nreturn { c, d, e };\n"
    two = "const { c } = $three;\nconst b = c + 1;\nreturn { b };\n"
    one = "const { b } = $two;\nconst {\nc,\n} = $three;\nconst standard = { d: b + c };\nreturn { standard };\n"
    modules = {"three": three, "two": two, "one": one}.items()
    expected = "".join(f"const ${name} = (() => {{\n{body}}})();\n" for name, body in modules)
    assert link.module_text("one") == f"{expected}export default $one.standard;\n"


FORMS = (
    'import all from "./b.js";',
    'import * as b from "./b.js";',
    'import "./b.js";',
    "export { a };",
    "export let a;",
)


@pytest.mark.parametrize("line", FORMS)
def test_a_form_that_cannot_be_linked_is_an_error_that_shows_it(folder, line):
    folder(a=f"const a = 1;\n{line}\n", b="export const b = 1;\n")
    with pytest.raises(ValueError, match=r"a\.js: this form cannot be linked: (import|export)"):
        link.module_text("a")


def test_modules_that_import_each_other_are_an_error_that_names_them(folder):
    folder(a='import { b } from "./b.js";\n', b='import { a } from "./a.js";\n')
    with pytest.raises(ValueError, match=r"a\.js imports itself, by way of b\.js"):
        link.module_text("a")


def test_a_page_gets_each_module_once_whatever_widgets_it_holds():
    kinds = ["cost_calculator", "detector", "shift"]
    script = link.page_script(kinds)
    names = [line.split()[1] for line in script.splitlines() if line.startswith("const $")]
    assert len(set(names)) == len(names)
    assert {"$mount", "$panel", "$layer", *(f"${kind}" for kind in kinds)} < set(names)
    assert not {"$two_layers", "$train", "$chart"} & set(names)


class Words(Widget):
    """A widget that shows whatever it is given."""

    _kind = "words"
    value = traitlets.Any().tag(sync=True)

    def _still(self):
        return "<p>still</p>"


@pytest.mark.parametrize("text", ["</script>", "<!--", "\u2028 and \u2029", "\ud83d", "Φ & \"'"])
def test_any_text_of_a_state_stays_inside_its_script(text):
    html = Words(value=[text])._repr_mimebundle_()[0]["text/html"]
    state = html.removeprefix('<div class="acda-widget" data-widget="words"><script type="application/json">')
    state = state.removesuffix("</script><p>still</p></div>")
    assert "<" not in state
    assert state.isascii()
    assert json.loads(state) == {"value": [text]}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), [0, {"a": -float("inf")}]])
def test_a_value_that_is_not_finite_is_an_error_that_names_it(value):
    with pytest.raises(ValueError, match="`value` must be finite to be drawn, got NaN or infinity in it"):
        Words(value=value)._repr_mimebundle_()


def test_a_state_can_be_read_again_as_it_was():
    html = CostCalculator()._repr_mimebundle_()[0]["text/html"]
    assert json.loads(html.split(">")[2].split("<")[0]) == CostCalculator().state()


@settings(deadline=None, max_examples=30)
@given(st.lists(st.lists(st.floats(width=32, allow_nan=False), max_size=5), min_size=1, max_size=4))
def test_packed_numbers_are_those_that_were_packed(parts):
    numbers = unpack(pack([torch.tensor(part) for part in parts]))
    np.testing.assert_array_equal(numbers, np.array([one for part in parts for one in part], np.float32))


def test_rounded_weights_are_multiples_of_a_unit_at_most_half_of_it_away():
    weights = torch.randn(3, 4, 5)
    text, unit, rounded = pack_rounded(weights)
    assert (rounded - weights).abs().max() <= unit / 2 * (1 + 1e-9)
    np.testing.assert_allclose((rounded / unit).abs().max(), 127)
    assert len(text) == 80


def test_a_photograph_is_told_in_the_steps_of_its_levels():
    levels = np.array([[0, 63], [1, 1]], np.uint8)
    assert pack_photograph(levels) == "".join(DIGITS[[0, 63, 2, 0]])
    assert pack_bytes(levels) == "AD8BAQ=="


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_every_module_is_small_self_contained_and_has_a_python_face(module):
    text = module_text(module.stem)
    assert len(re.findall(r"^export\b", text, re.MULTILINE)) == 1
    assert text.endswith(f"\nexport default ${module.stem}.standard;\n")
    assert not re.search(r"^\s*import\b|\bimport\(|\bfetch\(", text, re.MULTILINE)
    assert "</script" not in text
    assert set(re.findall(r"https?://[^\s\"']+", text)) <= {"http://www.w3.org/2000/svg"}
    assert module.with_suffix(".py").exists()


@pytest.mark.parametrize(
    "widget",
    [kind() for kind in WHOLE],
    ids=lambda one: one._kind,
)
def test_module_and_state_together_stay_small_enough_for_a_page(widget):
    html = widget._repr_mimebundle_()[0]["text/html"]
    assert len(gzip.compress((module_text(widget._kind) + html).encode())) < 100_000
