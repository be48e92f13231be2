"""How long the course takes: how it is counted, and that no page takes longer than it may."""

import math

import pytest
import reading_time
from notebooks import BOOK, chapters
from reading_time import Reading

HEAD = """\
---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
---

"""
MOST_WORDS, MOST_MINUTES = 2_800, 35  # of a page; of a chapter
ALL_WORDS, ALL_LINES, ALL_MINUTES_TO_READ = 27_000, 1_950, 330
ALL_MINUTES = 461  # with all exercises; may only fall
# What is above that today: words and minutes. Numbers may only fall, and a page below both limits leaves the table.
NOT_YET: dict[str, tuple[int, int]] = {}

NAMES = [path.stem for path in chapters()]
PAGES = sorted(path.stem for path in BOOK.glob("*.md") if not path.stem.startswith("api"))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_no_more_words_than_it_may(page):
    most, _ = NOT_YET.get(page, (MOST_WORDS, MOST_MINUTES))
    assert reading_time.of_page(page).words <= most


@pytest.mark.parametrize("chapter", NAMES)
def test_a_chapter_takes_no_longer_than_it_may(chapter):
    _, most = NOT_YET.get(chapter, (MOST_WORDS, MOST_MINUTES))
    assert math.ceil(reading_time.of_page(chapter).minutes) <= most


def test_a_page_that_keeps_both_limits_has_left_the_table_of_those_that_do_not():
    found = {page: reading_time.of_page(page) for page in NOT_YET}
    assert [page for page, one in found.items() if one.words <= MOST_WORDS and one.minutes <= MOST_MINUTES] == []


def test_all_chapters_together_take_no_more_words_lines_and_minutes_than_they_may():
    together = sum(map(reading_time.of_page, NAMES), Reading())
    assert together.words <= ALL_WORDS
    assert together.lines <= ALL_LINES
    assert together.minutes_to_read <= ALL_MINUTES_TO_READ
    assert together.minutes <= ALL_MINUTES


def test_the_short_path_takes_some_twenty_minutes_and_shows_three_lines_of_code():
    one = reading_time.of_page("short_path")
    assert one.minutes <= 22
    assert one.lines == 3
    assert one.widgets >= 6


def test_words_are_those_outside_code_formulas_and_markup():
    text = """\
(a-label)=
# Two words

Three **plain** words, `one` more $a + b$ and [a link](page.md#part) of {ref}`ch-toy`.

$$
x = y
$$

```{math}
z
```

| a | row |
|---|---|
| of | four |

:::{admonition} A title
:class: dropdown
Folded text counts.
:::
"""
    assert reading_time.of_text(HEAD + text).words == 2 + 5 + 4 + 1 + 4 + 5


def test_lines_are_those_of_code_that_nobody_has_to_unfold():
    shown = "```{code-cell} python\na = 1\n\nb = 2\n```\n"
    folded = "```{code-cell} python\n---\ntags: [hide-input]\n---\na = 1\n```\n"
    fenced = "```python\nimport torch\n```\n"
    assert reading_time.of_text(f"{HEAD}# T\n\n{shown}\n{folded}\n{fenced}") == Reading(words=1, lines=3)


def test_an_exercise_counts_as_one_whatever_it_and_its_solution_hold():
    code = "```{code-cell} python\nanswer = ...\n```\n"
    asked = f"```{{exercise-start}} Why?\n:label: ex-why\n```\nMany words.\n\n{code}\n```{{exercise-end}}\n```\n"
    solved = f"```{{solution-start}} ex-why\n```\nMore words.\n\n{code}\n```{{solution-end}}\n```\n"
    one = reading_time.of_text(f"{HEAD}# T\n\n{asked}\n{solved}\nAfter it.")
    assert one == Reading(words=3, exercises=1)
    assert one.minutes_to_read == pytest.approx(3 / 180)
    assert one.minutes_of_exercises == 3
    assert one.minutes == pytest.approx(3 / 180 + 3)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("widgets.Detector()", True),
        ("panel = TrainingPanel()\npanel", True),
        ("panel = TrainingPanel()", False),
        ("x = torch.zeros(3)\nx", False),
        ("widgets.Detector().answers()", False),
        ("", False),
    ],
)
def test_a_cell_shows_a_widget_where_its_last_line_is_one(source, shown):
    assert reading_time.shows_a_widget(source) == shown
