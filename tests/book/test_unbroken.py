"""No line of text ends within a size such as 5 × 5, or before the comma behind a formula."""

from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.utils import new_document
from unbroken import UnbrokenFormulas, UnbrokenSizes


def test_a_size_in_text_holds_together_and_code_stays_as_it_is():
    document = new_document("page", get_default_settings())
    typed = nodes.literal("", "3 × 3")
    document += nodes.paragraph("", "", nodes.Text("a 5 × 5 kernel, "), typed, nodes.emphasis("", "16 × 16 px"))
    UnbrokenSizes(document).run()
    assert document.astext() == "a 5\u00a0×\u00a05 kernel, 3 × 316\u00a0×\u00a016 px"


def test_three_sizes_hold_together_and_a_sign_at_the_end_of_a_text_is_left():
    document = new_document("page", get_default_settings())
    document += nodes.paragraph("", "64 × 3 × 3 and 2 × ")
    UnbrokenSizes(document).run()
    assert document.astext() == "64\u00a0×\u00a03\u00a0×\u00a03 and 2 × "


def test_a_formula_holds_the_mark_behind_it_and_no_word():
    document = new_document("page", get_default_settings())
    formulas = [nodes.math("", tex) for tex in "abc"]
    document += nodes.paragraph(
        "", "", formulas[0], nodes.Text("), then "), formulas[1], nodes.Text(" is "), formulas[2]
    )
    UnbrokenFormulas(document).run()
    (held,) = document.findall(nodes.inline)
    assert held["classes"] == ["unbroken"]
    assert held.astext() == "a),"
    assert document.astext() == "a), then b is c"
