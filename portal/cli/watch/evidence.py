"""An alert as a page that reads as evidence: sentence, drawing and its table, measures, gaps, what may be done next."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from portal.cli.words import Catalogue
from portal.languages import languages

WIDTH, HEIGHT, LEFT, BOTTOM = 720, 200, 36, 24
STYLE = (
    "body{font:16px/1.6 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}"
    "table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #ccc;padding:.25rem .5rem;text-align:left}"
    ".bar{fill:#8a1c1c}.line{fill:none;stroke:#1c4f8a;stroke-width:2}.axis{stroke:#888}text{font-size:12px}"
)
DRAWING = "Measures of the person, week by week, against colleagues at work in the same unit and grade band"
LINES = (
    "Bars: the person's measures, added up over the year. Line: one colleague of the same unit and grade band who "
    "worked there all year, on average."
)
STANDS = "It still stands: the score of that day is beyond the line."
FADED = "Little was added of late: the score of that day is below the line again. What was reached remains."
FROM = (
    "HR's records count from {from}, the first of the month of the report at the latest. What was recorded before the "
    "report cannot answer it: hold the days against each other."
)
WHY = {
    "crossed": "the line was crossed",
    "red": "it turned red",
    "grew": "it grew by half",
    "stands": "it still stands after 13 weeks",
}
LEVELS = {"amber": "Amber", "red": "Red"}
LEARNT = (
    "Somebody who acted to see whether anybody asks learns a little: at most twice the odds of somebody who "
    "reported alone, over the whole term."
)
RESPONSE_OPTIONS = (
    ("Check at the desk alone: files, grounds, comparable cases.", "Nobody notices: it betrays nothing."),
    ("Wait for the check-ins of the mailbox.", "The page asks by itself: it betrays nothing."),
    (
        "Ask HR within a cover class: severe measures are reviewed anyway, middle ones are drawn by lot.",
        LEARNT,
    ),
    (
        "Have the measure held or undone by the governing body.",
        "It is seen. Do it where the grounds do not carry the measure, no matter who the person is.",
    ),
)


def evidence_page(evidence: dict[str, Any], words: Catalogue, language: str) -> str:
    """The page, whole in itself: no script, nothing loaded from elsewhere."""
    body = "".join(_body(evidence, words))
    title = escape(words("Evidence of {day}", day=evidence["day"]))
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        f'<!doctype html><html lang="{languages()[language].lang}"><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><title>{title}</title>'
        f"<style>{STYLE}</style><h1>{title}</h1>{body}</html>"
    )


def _body(evidence: dict[str, Any], words: Catalogue) -> Iterator[str]:
    yield f"<p><strong>{escape(words.both(evidence['sentence']))}</strong></p>"
    yield from map(_said, lived_lines(evidence, words))
    yield _said(
        words("This is no probability of retaliation: it says how rarely somebody who is not protected goes so far.")
    )
    if notices := list(notice_rows(evidence, words)):
        yield _heading(words("How it grew"))
        yield _table(notice_header(words), iter(notices))
    yield _heading(words(DRAWING))
    yield drawing(evidence["weeks"], words)
    yield _table(week_header(words), week_rows(evidence))
    yield _heading(words("Measures of this year"))
    columns = [words("Kind"), words("Recorded"), words("Effective"), words("Art. 19, letter")]
    yield _table(columns, measure_rows(evidence, words))
    yield _heading(words("What the feed does not tell"))
    yield from map(_said, gap_lines(evidence, words))
    yield _heading(words("What may be done, and what it would betray"))
    rows = "".join(
        f"<li>{escape(words(step))} <em>{escape(words(price))}</em></li>" for step, price in RESPONSE_OPTIONS
    )
    yield f"<ol>{rows}</ol>"


def _said(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _heading(text: str) -> str:
    return f"<h2>{escape(text)}</h2>"


def _table(header: list[str], rows: Iterator[list[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in header)
    body = "".join("<tr>" + "".join(f"<td>{escape(one)}</td>" for one in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def lived_lines(evidence: dict[str, Any], words: Catalogue) -> Iterator[str]:
    """Since when the alert stands and as of which day it is shown; nothing where it was saved before alerts lived."""
    if "since" not in evidence:
        return
    since = evidence["since"]
    added = sum(one["recorded"] > since for one in evidence["measures"])
    yield words(
        "As of {day}. The line was crossed on {since}; {added} of the measures below were recorded after that.",
        day=evidence["day"],
        since=since,
        added=added,
    )
    yield words(STANDS if evidence["stands"] else FADED)
    if evidence["from"] is not None:
        yield words(FROM, **{"from": evidence["from"]})


def notice_header(words: Catalogue) -> list[str]:
    """The heads of the table of what was told."""
    heads = ("Reported on", "Why", "Level", "How many go so far in a year", "Measures so far")
    return [words(one) for one in heads]


def notice_rows(evidence: dict[str, Any], words: Catalogue) -> Iterator[list[str]]:
    """What the alert said each time that it was told."""
    for one in evidence.get("told", ()):
        odds = words("1 in {odds}", odds=f"{one['odds']:,}")
        yield [one["day"], words(WHY[one["why"]]), words(LEVELS[one["level"]]), odds, str(one["measures"])]


def week_header(words: Catalogue) -> list[str]:
    """The heads of the table of weeks."""
    return [words(one) for one in ("Week until", "Person", "Colleagues at work", "One colleague, on average")]


def week_rows(evidence: dict[str, Any]) -> Iterator[list[str]]:
    """The weeks in which there was something: end, measures of the person, colleagues at work, what one of them met."""
    for week in evidence["weeks"]:
        if week["person"] or week["cohort"]:
            there = week.get("colleagues")
            cohort = "–" if week["cohort"] is None else f"{week['cohort']:.3f}"
            yield [week["end"], str(week["person"]), "–" if there is None else str(there), cohort]


def measure_rows(evidence: dict[str, Any], words: Catalogue) -> Iterator[list[str]]:
    """Each measure: kind, when it was recorded, when it takes effect, letter of art. 19."""
    for one in evidence["measures"]:
        late = f" {words('(entered later)')}" if one["backdated"] else ""
        yield [words.both(one), one["recorded"] + late, one["effective"], one["letter"]]


def gap_lines(evidence: dict[str, Any], words: Catalogue) -> Iterator[str]:
    """What is not known of this person, a sentence for each."""
    if not evidence["gaps"]:
        yield words("No gap is known; retaliation that leaves nothing in HR's records is not seen here.")
    for gap in evidence["gaps"]:
        about = gap["kind"] or words("everything")
        yield words("{source}: {what} is missing since {day}.", source=gap["source"], what=about, day=gap["since"])


def drawing(weeks: list[dict[str, Any]], words: Catalogue) -> str:
    """Bars for the person, a line for the colleagues' average, both summed up over the year."""
    person, cohort = summed(weeks, "person"), summed(weeks, "cohort")
    top = max(*person, *cohort, 1.0)
    step = (WIDTH - LEFT) / max(len(weeks), 1)

    def height(count: float) -> float:
        return (HEIGHT - BOTTOM) * count / top

    floor = HEIGHT - BOTTOM
    bars = "".join(
        f'<rect class="bar" x="{LEFT + at * step:.1f}" y="{floor - height(count):.1f}" '
        f'width="{step * 0.8:.1f}" height="{height(count):.1f}"/>'
        for at, count in enumerate(person)
    )
    points = " ".join(f"{LEFT + (at + 0.5) * step:.1f},{floor - height(count):.1f}" for at, count in enumerate(cohort))
    label = escape(words(LINES))
    first, last, under = escape(weeks[0]["end"]), escape(weeks[-1]["end"]), HEIGHT - 6
    marks = (
        f'<text x="0" y="14">{top:g}</text><text x="0" y="{floor}">0</text>',
        f'<text x="{LEFT}" y="{under}">{first}</text>',
        f'<text x="{WIDTH}" y="{under}" text-anchor="end">{last}</text>',
        f'<line class="axis" x1="{LEFT}" y1="{floor}" x2="{WIDTH}" y2="{floor}"/>',
    )
    inside = f'{bars}<polyline class="line" points="{points}"/>{"".join(marks)}'
    picture = f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">{inside}</svg>'
    return f"<figure>{picture}<figcaption>{label}</figcaption></figure>"


def summed(weeks: list[dict[str, Any]], name: str) -> list[float]:
    """A column of the weeks, added up."""
    total, found = 0.0, list[float]()
    for week in weeks:
        total += float(week[name] or 0)
        found.append(total)
    return found
