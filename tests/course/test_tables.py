"""A table says what the rows hold, in order, as HTML that a browser reads as a table."""

import pytest
from bs4 import BeautifulSoup

from acda_core.course.tables import LONG, table

ROWS = [
    {"conv": "Conv <plain>", "l": 3, "mse": 1.25e-3, "found": 9},
    {"conv": "ACDA", "l": 5, "mse": 2.5e-5, "found": 25},
]


def read(made):
    html = BeautifulSoup(made._repr_html_(), "html.parser")
    return html, [[cell.text for cell in line.select("th, td")] for line in html.select("tr")]


def test_a_line_is_a_row_and_a_column_is_its_format():
    _, lines = read(table(ROWS, by={"layer": "{conv}"}, show={"mse": "{mse:.2e}", "of 25": "{found}"}))
    assert lines == [["layer", "mse", "of 25"], ["Conv <plain>", "1.25e-03", "9"], ["ACDA", "2.50e-05", "25"]]


def test_names_alone_are_their_own_headings():
    _, lines = read(table(ROWS, by=["conv", "l"], show="found"))
    assert lines == [["conv", "l", "found"], ["Conv <plain>", "3", "9"], ["ACDA", "5", "25"]]


def test_headings_are_marked_as_headings_of_a_column_or_of_a_line():
    html, _ = read(table(ROWS, by=["conv", "l"], show="found"))
    assert [th.text for th in html.select('thead th[scope="col"]')] == ["conv", "l", "found"]
    assert [[th.text for th in line.select('th[scope="row"]')] for line in html.select("tbody tr")] == [
        ["Conv <plain>", "3"],
        ["ACDA", "5"],
    ]


def test_numbers_stand_on_the_right_and_words_on_the_left():
    html, _ = read(table(ROWS, by="conv", show={"mse": "{mse:.2e}", "verdict": "{found} of 25"}))
    sides = [cell["style"].split()[-1] for cell in html.select("tbody tr")[0].select("th, td")]
    assert sides == ["left", "right", "left"]


@pytest.mark.parametrize("number", ["12", "1,234.5", "−0.3", "+2.1e-05", "34.2 %", "1.4 ×", "12 MB", "–"])
def test_a_column_of_such_texts_is_one_of_numbers(number):
    html, _ = read(table([{"what": "it", "number": number}], by="what", show="number"))
    assert html.select_one("td")["style"] == "text-align: right"


@pytest.mark.parametrize(("words", "side"), [(2, "right"), (3, "left")])
def test_words_that_are_no_more_than_the_numbers_leave_them_on_the_right(words, side):
    texts = ["1.04", "0.87", *["diverges"] * words]
    html, _ = read(table([{"what": "it", "ratio": text} for text in texts], by="what", show="ratio"))
    assert {cell["style"].split()[-1] for cell in html.select("td")} == {side}


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("2.98 3.62 3.16", True),
        ("+0.07 (+0.05 to +0.09)", True),
        ("0.64 (0.62–0.66)", True),
        ("64 × 56 × 56", True),
        ("3 x 3, 5 x 5", True),
        ("7 of 108", True),
        ("a filter each", False),
        ("mixed from 6 atoms", False),
    ],
)
def test_several_numbers_of_one_cell_stay_in_one_line(text, whole):
    html, _ = read(table([{"what": "it", "found": text}], by="what", show="found"))
    assert ("white-space: nowrap" in html.select_one("td")["style"]) == whole


def test_a_date_that_heads_a_line_does_not_break():
    html, _ = read(table([{"machine": "Xeon, 2026-11-27", "ms": 1}], by="machine", show="ms"))
    whole = html.select_one("tbody th span")
    assert (whole.text, whole["style"]) == ("2026-11-27", "white-space: nowrap")


def test_a_size_does_not_break():
    html, _ = read(table([{"net": "three layers of 3 × 3", "of": "64 × 3 × 3 px"}], by="net", show="of"))
    assert [span.text for span in html.select("tbody span")] == ["3 × 3", "64 × 3 × 3"]


def test_plain_text_is_the_same_table_with_its_columns_under_each_other():
    printed = str(table(ROWS, by={"layer": "{conv}"}, show={"found": "{found}"}, caption="Of 25."))
    assert printed.splitlines() == ["Of 25.", "layer         found", "Conv <plain>      9", "ACDA             25"]


def test_what_was_not_measured_is_a_dash():
    rows = [{"name": "a", "time": None}, {"name": "b", "time": float("nan")}]
    assert table(rows, by="name", show={"time": "{time:.2f} ms"}).lines == (("a", "–"), ("b", "–"))


def test_only_a_long_table_can_be_sorted():
    one = {"name": "a", "value": 1}
    for number in (LONG - 1, LONG):
        html, _ = read(table([one] * number, by="name", show="value"))
        assert ("sortable" in html.div["class"]) == (number == LONG)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"rows": [], "by": "conv", "show": "mse"}, "`rows` must hold at least one row"),
        ({"rows": ROWS, "by": "conv", "show": []}, "`show` must name at least one column"),
        ({"rows": ROWS, "by": "conv", "show": {"error": "{mae:.1f}"}}, r"conv, l, mse, found\), got 'mae'"),
    ],
)
def test_a_table_that_cannot_be_made_says_why(arguments, said):
    with pytest.raises(ValueError, match=said):
        table(**arguments)
