"""The report to the leadership and the public bulletin, as page and on paper."""

from __future__ import annotations

import re
from datetime import date
from xml.etree import ElementTree as ET

import pytest

from casework import fonts
from casework.errors import FontMissing
from casework.rules.acts import Attribute
from casework.statistics.charts import chart
from casework.statistics.figures import Figures
from casework.statistics.page import page
from casework.statistics.paper import paper
from casework.statistics.report import Bar, Report, ReportAudience, report, report_duties
from casework.words import Words
from tests.casework.policies import bound
from tests.casework.test_statistics import many, shown

OWNERS, FRAMEWORK = bound("property-owner-complaint"), bound("customer-complaint-framework")
OFFICE = Words("<某公司>", "<Some Company>")


def quarter() -> Figures:
    """Ninety owners' complaints of two kinds in three months."""
    kinds = [one.id for one in OWNERS.rules.classifications or OWNERS.categories][:2]
    return shown(
        OWNERS,
        [
            line
            for kind, number in zip(kinds, (10, 20), strict=True)
            for month in (7, 8, 9)
            for line in many(OWNERS, number, codes={Attribute.CLASSIFICATION: kind}, received=date(2026, month, 5))
        ],
    )


def made(reader: ReportAudience, language: str) -> Report:
    """A report of that quarter."""
    return report(quarter(), {OWNERS.id: OWNERS}, OFFICE, reader, language)


def told(one: Report) -> set[tuple[str, ...]]:
    """Every row of every table."""
    return {row for section in one.sections for row in section.rows}


def test_the_bulletin_tells_number_kinds_and_how_limits_were_kept() -> None:
    """The public reads how many came, of which kinds, in which months; the weak points stay with the leadership."""
    public = made(ReportAudience.PUBLIC, "en")
    titles = [section.title for section in public.sections]
    assert "90 cases came in." in public.sections[0].sentences
    assert {"By classification", "By month", "Limits kept in time"} <= set(titles)
    assert "Weak points" not in titles
    assert ("2026-08", "30") in told(public)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_public_reads_nothing_that_the_leadership_does_not(language: str) -> None:
    """Every row of the bulletin stands in the report of the same period: the two cannot be subtracted."""
    leadership = made(ReportAudience.LEADERSHIP, language)
    assert told(made(ReportAudience.PUBLIC, language)) < told(leadership)
    assert any(section.title in ("薄弱环节", "Weak points") for section in leadership.sections)


def test_both_languages_hold_the_same_numbers() -> None:
    """A report in Chinese and one in English differ in words alone."""
    rows = [
        [row[1:] for section in made(ReportAudience.LEADERSHIP, one).sections for row in section.rows]
        for one in ("zh", "en")
    ]
    digits = [[re.sub(r"\D", "", "".join(row)) for row in side] for side in rows]
    assert digits[0] == digits[1]


def test_too_few_cases_give_no_figure() -> None:
    """Of four cases nothing is told but that they were few, and a policy without cases has no section."""
    few = report(shown(OWNERS, many(OWNERS, 4)), {OWNERS.id: OWNERS}, OFFICE, ReportAudience.LEADERSHIP, "en")
    assert told(few) == set()
    assert [section.title for section in few.sections] == ["Overview", "Notes"]


def test_a_report_says_what_the_policy_asks() -> None:
    """The text of a policy that wants a report to the leadership stands in that report."""
    asked = [rule.text.zh for rule in report_duties(FRAMEWORK)]
    found = report(
        shown(FRAMEWORK, many(FRAMEWORK, 9)), {FRAMEWORK.id: FRAMEWORK}, OFFICE, ReportAudience.LEADERSHIP, "zh"
    )
    assert asked
    assert set(asked) <= {sentence for section in found.sections for sentence in section.sentences}


def test_the_page_fetches_nothing_and_runs_nothing() -> None:
    """The HTML has no script and no address, escapes what it is given, and a table stands beside each chart."""
    html = page(made(ReportAudience.LEADERSHIP, "zh"))
    assert "<script" not in html
    assert re.findall(r"(?:src|href)=", html) == []
    assert "&lt;某公司&gt;" in html
    assert "default-src 'none'" in html
    assert html.count("<svg") == 2
    assert re.search(r"</svg></figure>\s*<table>", html)


def test_a_chart_is_an_image_with_a_name() -> None:
    """The SVG reads as XML, gives the greatest number the longest bar, and draws none for a withheld one."""
    svg = ET.fromstring(chart("a < b", [Bar("x", 10), Bar("<y>", None), Bar("long name of a kind", 5)]))  # noqa: S314
    space = "{http://www.w3.org/2000/svg}"
    assert svg.findtext(f"{space}title") == "a < b"
    assert [int(bar.attrib["width"]) for bar in svg.iter(f"{space}rect")] == [320, 0, 160]
    assert {one.tag.removeprefix(space) for one in svg.iter()} == {"svg", "title", "text", "rect"}


def test_the_paper_is_the_same_each_time() -> None:
    """The PDF is one, the same for the same report, and what looks like markup in a name is no markup."""
    found = made(ReportAudience.PUBLIC, "en")
    odd = Report("en", '#panic("x") *b* $x$ @y', found.sections)
    assert paper(found).startswith(b"%PDF-1.")
    assert paper(found) == paper(found)
    assert paper(odd) != paper(found)


def test_a_report_in_chinese_is_no_page_of_blanks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a font for Chinese there is an error as for letters; the report in English is printed all the same."""
    monkeypatch.setattr(fonts, "installed_fonts", lambda: frozenset({"Libertinus Serif"}))
    with pytest.raises(FontMissing):
        paper(made(ReportAudience.PUBLIC, "zh"))
    assert paper(made(ReportAudience.PUBLIC, "en")).startswith(b"%PDF")
