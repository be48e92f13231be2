"""The first pages: their numbers are computed, their code runs, and every page says how to cite it."""

import re
import zipfile

import facts
import first_pages
import foot
import offline
import pytest
import torch
from notebooks import BOOK, chapters
from plain_markdown import Directive, blocks

from acda_core import ACDAConv2d, AtomGenerator
from acda_core.course.tables import Table
from acda_core.experiments import results

FIRST = ["index", "short_path", "summary", "teaching", "slides", "which_phi"]


def text_of(page):
    return (BOOK / f"{page}.md").read_text(encoding="utf-8")


def prose(page):
    return "\n".join(part for part in blocks(text_of(page)) if isinstance(part, str))


@pytest.mark.parametrize("page", FIRST)
def test_every_fact_that_a_page_names_can_be_told(page):
    for name in re.findall(r"\{fact\}`(\w+)`", text_of(page)):
        assert re.fullmatch(r"[\d.,]+( to [\d.,]+)?( GB)?", getattr(facts, name)()), name
    for name in re.findall(r"^```\{fact-table\} (\w+)$", text_of(page), re.MULTILINE):
        assert isinstance(getattr(facts, name)(), Table)


@pytest.mark.parametrize("page", ["short_path", "index", "which_phi"])
def test_no_measured_number_is_typed_into_the_prose(page):
    typed = re.findall(r"\d+[.,]\d+", re.sub(r"\(1, 32.*|Section \d\.\d", "", prose(page)))
    assert [one for one in typed if one not in ("26.8", "3.60")] == []  # the paper's slip, and what it should be


@pytest.mark.parametrize(("minutes", "told"), [(314, "5 hours"), (316, "5½ hours"), (480, "8 hours")])
def test_the_time_of_all_chapters_is_told_to_the_half_hour(minutes, told):
    assert first_pages.in_hours(minutes) == told


@pytest.mark.parametrize("page", ["index", "teaching"])
def test_reading_is_told_apart_from_exercises_where_all_chapters_are_counted(page):
    assert re.findall(r"\{hours\}`(\w+)`", text_of(page)) == ["to_read", "of_exercises"]


@pytest.mark.parametrize("page", ["index", "short_path"])
def test_the_code_of_a_first_page_runs(page):
    code = re.findall(r"^```python\n(.*?)^```", text_of(page), re.DOTALL | re.MULTILINE)
    assert len(code) == 1
    names = {}
    exec(code[0], names)
    assert names["Z"].shape == (1, 32, 28, 28)


def test_at_each_stop_of_the_short_path_a_picture_moves_and_a_prediction_is_asked_for():
    stops, stop = {}, ""
    for part in blocks(text_of("short_path")):
        if isinstance(part, Directive):
            stops.setdefault(stop, []).append(part.name)
        elif headings := re.findall(r"^## (.+)$", part, re.MULTILINE):
            stop = headings[-1]
    assert len(stops) == 6
    for found in stops.values():
        assert "acda-widget" in found
        assert "predict" in found


def test_the_toy_s_ratio_is_the_median_over_seeds_of_the_best_filter_s_error_over_acda_s():
    rows = [row for row in results.load("toy")["results"] if row["conv"] == "acda"]
    ratios = torch.tensor([row["floor_mse"] / row["mse"] for row in rows])
    assert float(facts.toy_ratio()) == round(ratios.median().item())


def test_costs_are_multiples_of_the_convolution_s():
    lines = {line[0]: line[1:] for line in facts.costs().lines}
    ours, conv = (kind(256, 256, 3).parameters() for kind in (ACDAConv2d, torch.nn.Conv2d))
    numbers = [sum(one.numel() for one in layer) for layer in (ours, conv)]
    assert lines["parameters"][0] == f"{numbers[0] / numbers[1]:.2f}"
    rows = {
        (row["conv"], row["kernel_size"]): row["step_ms"]
        for row in results.load("bench_layer")["results"]
        if (row["images"], row["in_channels"], row["size"]) == (1, 256, 100)
    }
    assert lines["time, a processor"][2] == f"{rows['acda_default', 7] / rows['conv', 7]:.2f}"


def test_who_is_ahead_is_asked_seed_by_seed():
    ours, theirs = ([{"seed": seed, "mae": value} for seed, value in enumerate(pair)] for pair in ([1, 2], [3, 1]))
    assert facts.compared("t", "mae", ours, "r", theirs)["ahead"] == "ACDA with 1 of 2 seeds"
    assert facts.compared("t", "mae", ours[:1], "r", theirs)["ahead"] == "ACDA, one seed"
    assert facts.compared("t", "mae", theirs[:1], "r", ours)["ahead"] == "the rival, one seed"
    better = [{"seed": seed, "psnr": value} for seed, value in enumerate([31, 32])]
    worse = [{"seed": seed, "psnr": value} for seed, value in enumerate([30, 29])]
    assert facts.compared("t", "psnr", better, "r", worse)["ahead"] == "ACDA, all 2 seeds"


def test_a_result_that_holds_no_such_row_is_named():
    with pytest.raises(ValueError, match=r"toy\.json must hold a row with .*nobody"):
        facts.stored("toy", conv="nobody")


def test_a_generator_is_described_as_it_is_built():
    layer = ACDAConv2d(2, 2, 3, generator=AtomGenerator(2, 6, 6, 5, (3, 1), "batch", "tanh"))
    found = facts.described(layer)
    assert found == {
        "sizes": "3\u00a0×\u00a03, 1\u00a0×\u00a01",
        "d": 5,
        "first": "batch norm, tanh",
        "second": "batch norm, tanh",
    }
    assert facts.described(ACDAConv2d(2, 2, 3))["second"] == "a bound, then the bias"


def test_every_chapter_that_makes_or_trains_a_layer_stands_in_the_table_of_generators():
    makes = re.compile(r"ACDAConv2d\(|make_network\(|make_layer\(|results\.load\(")
    making = {facts.chapter(page.stem) for page in chapters() if makes.search(text_of(page.stem))}
    assert {line[0].split(",")[0] for line in facts.which_phi().lines} == {"the front page", *making}


def test_a_page_says_how_to_cite_it_with_version_day_and_address():
    told = foot.foot("A & B", "book/toy.md", "https://owner.github.io/name/", "https://github.com/owner/name")
    assert "“A &amp; B”" in told
    assert f"version {foot.__version__}, page of " in told
    assert re.search(r"page of \d{1,2} [A-Z][a-z]+ 20\d\d\.", told)
    assert 'href="https://owner.github.io/name/book/toy.html"' in told
    assert 'href="https://github.com/owner/name/issues/new?title=Erratum%3A+A+%26+B"' in told


def test_without_an_address_a_page_says_so_and_links_to_no_host():
    told = foot.foot("A", "book/toy.md", "", "")
    assert "<a" not in told
    assert "knows no address" in told


def test_a_page_that_git_does_not_know_takes_the_day_of_the_release():
    assert foot.changed("book/no_such_page.md") == ""
    released = re.search(r'date-released: "(.*)"', (BOOK.parent / "CITATION.cff").read_text())[1]
    assert f"page of {foot.in_words(released)}." in foot.foot("A", "book/no_such_page.md", "", "")


def test_the_file_to_read_offline_holds_the_site_and_not_itself(tmp_path):
    for name in ("index.html", "book/toy.html", "_static/font.woff", "404.html"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    offline.pack(tmp_path)
    file = offline.pack(tmp_path)  # again, with the first one there
    with zipfile.ZipFile(file) as packed:
        assert packed.testzip() is None
        wanted = ["acda-course/_static/font.woff", "acda-course/book/toy.html", "acda-course/index.html"]
        assert sorted(packed.namelist()) == wanted
        assert packed.read("acda-course/book/toy.html") == b"book/toy.html"
