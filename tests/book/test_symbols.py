"""Which symbols and words of a page are explained."""

import pytest
import symbols
from docutils import nodes

FORMULA = r"\mathbf{K}_{i,j} = \mathbf{A}\,\alpha\psi \quad\text{for all pixels}, c' = l_a + \operatorname{max}(m, 3)"


@pytest.mark.parametrize("symbol", [r"\alpha", r"\psi", r"\mathbf{A}", r"\mathbf{K}_{i,j}", "c'", "l_a", "m"])
def test_a_symbol_of_a_formula_is_found(symbol):
    assert symbols.is_used(symbol, FORMULA)


@pytest.mark.parametrize("symbol", ["c", "x", "d", "a", r"\Phi", r"\mathbf{D}_{i,j}", "p", "q"])
def test_a_letter_of_a_word_or_of_another_symbol_is_none(symbol):
    assert not symbols.is_used(symbol, FORMULA)


@pytest.mark.parametrize(
    ("symbol", "name"),
    [(r"\alpha", "alpha"), (r"\mathbf{A}", "A"), (r"\mathbf{D}_{i,j}", "D"), ("l_a", "l_a"), ("c'", "c'")],
)
def test_a_symbol_has_the_name_by_which_widgets_mark_it(symbol, name):
    assert symbols.name_of(symbol) == name


def terms(*words):
    items = [nodes.term("", word, ids=[f"term-{word.replace(' ', '-')}"]) for word in words]
    return symbols.terms_of(nodes.document(None, None, "", *items))


def shown(parts):
    return "".join(f"[{one.astext()}]" if isinstance(one, nodes.reference) else one.astext() for one in parts)


def test_the_first_use_of_a_word_is_a_link_in_the_singular_and_in_the_plural():
    waiting = terms("atom", "receptive field", "kernel")
    assert shown(symbols.linked("Atoms, an atom and a Kernel", waiting, "g.html")) == "[Atoms], an atom and a [Kernel]"
    assert (
        shown(symbols.linked("a kernel again; receptive fields", waiting, "g.html"))
        == "a kernel again; [receptive fields]"
    )
    assert waiting == {}


def test_the_longer_of_two_words_wins_and_parts_of_words_do_not_count():
    waiting = terms("convolution", "atom convolution", "rank")
    assert shown(symbols.linked("An atom convolution, frankly", waiting, "g.html")) == "An [atom convolution], frankly"


def test_a_link_leads_to_the_glossary():
    (link,) = symbols.linked("padding", terms("padding"), "glossary.html")[1:2]
    assert link["refuri"] == "glossary.html#term-padding"
