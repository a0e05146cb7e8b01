"""What the company and its board are shown of the watch, as a page to print: quarters, years, the ranking."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any

from portal.cli.watch.evidence import STYLE
from portal.cli.words import Catalogue
from portal.languages import languages
from retaliation_watch.kinds import MEANINGS, Measure
from retaliation_watch.reporting.cells import LEAST
from retaliation_watch.reporting.ranking import RATE

COLUMNS: dict[str, str] = {
    "grave": "Grave measures",
    "middle": "Measures of middle gravity",
    "daily": "Daily measures",
    "measures": "All measures",
    "grave-reviewed": "Reviewed: grave",
    "middle-reviewed": "Reviewed: middle",
    "proposed": "Reviewed before they were taken",
    "reviews": "All reviews",
    "alerts": "Alerts",
}


def totals_page(document: Mapping[str, Any], words: Catalogue, language: str) -> str:
    """The page, whole in itself: no script, nothing loaded from elsewhere."""
    title = escape(words("The watch in figures"))
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    body = "".join(part for one in document["dashboard"] for part in _entity(one, words))
    return (
        f'<!doctype html><html lang="{languages()[language].lang}"><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><title>{title}</title>'
        f"<style>{STYLE}</style><h1>{title}</h1>{''.join(_rules(words))}{body}</html>"
    )


def _rules(words: Catalogue) -> Iterator[str]:
    yield _said(
        words(
            "Whole quarters of the whole company, counted once. Fewer than {least} are withheld (–), none at all too, "
            "and every sum with a withheld part. Reviews of people who are on no list are among the reviews.",
            least=LEAST,
        )
    )


def _entity(one: Mapping[str, Any], words: Catalogue) -> Iterator[str]:
    yield f"<h2>{escape(str(one['entity']))}</h2>"
    if not one["quarters"]:
        yield _said(words("No whole quarter has settled since the agreement: it takes four weeks after its end."))
        return
    header = [words("Period"), *(words(name) for name in COLUMNS.values())]
    rows = [*one["quarters"].items(), *one["years"].items()]
    yield _table(header, ([period, *(_cell(figures[name]) for name in COLUMNS)] for period, figures in rows))
    for year, ranked in one["rankings"].items():
        yield f"<h3>{escape(words('Ranking of {year}', year=year))}</h3>"
        yield from _ranking(ranked, words)


def _ranking(ranked: list[dict[str, Any]], words: Catalogue) -> Iterator[str]:
    yield _said(
        words(
            "Kinds that people on the list met, cover among them, against as many years of comparable colleagues. Of "
            "the kinds that are named at most {share} are there by chance on average. It says nothing about a person.",
            share=f"{RATE:.0%}",
        )
    )
    header = [words("Kind"), words("On the list"), words("Among colleagues"), words("Chance"), words("Named")]
    yield _table(header, (_ranked(one, words) for one in ranked))


def _ranked(one: Mapping[str, Any], words: Catalogue) -> list[str]:
    meaning = MEANINGS[Measure(one["kind"])]
    kind = words.of(meaning)
    named = words("yes") if one["named"] else words("no")
    return [kind, str(one["observed"]), f"{one['expected']:.1f}", f"{one['chance']:.2g}", named]


def _cell(count: int | None) -> str:
    return "–" if count is None else f"{count:,}"


def _said(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _table(header: list[str], rows: Iterable[list[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in header)
    body = "".join("<tr>" + "".join(f"<td>{escape(one)}</td>" for one in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
