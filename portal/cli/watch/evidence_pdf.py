"""An alert as PDF by Typst: what the page of `watch_evidence` says, on paper; no word of it is markup."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Final

import typst

from casework.fonts import BODY, HEAD, font_of
from portal.cli.watch.evidence import (
    DRAWING,
    LINES,
    RESPONSE_OPTIONS,
    gap_lines,
    lived_lines,
    measure_rows,
    notice_header,
    notice_rows,
    summed,
    week_header,
    week_rows,
)
from portal.cli.words import Catalogue

EPOCH: Final = datetime.fromtimestamp(0, UTC)
"""The same evidence gives the same file: nothing tells when it was printed."""
TEMPLATE: Final = """
#let paper = json(bytes(sys.inputs.paper))
#let zh = paper.language == "zh"
#set document(title: paper.title, date: none)
#set page(paper: "a4", margin: 2.4cm, footer: context align(center,
  text(size: 8pt)[#paper.name #h(1em) #counter(page).display("1 / 1", both: true)]))
#set text(lang: paper.language.split("-").first(), region: if zh { "cn" } else { "gb" }, size: 10.5pt, font: paper.body)
#set par(leading: 0.8em, spacing: 1em)
#show heading: set text(font: paper.head, size: 12pt)
#let heads(row) = row.map(one => text(size: 9pt, weight: "bold", one))
#let listed(header, rows) = table(columns: header.len(), stroke: (bottom: 0.4pt + luma(60%)), inset: 5pt,
  table.header(..heads(header)), ..rows.flatten().map(one => text(size: 9pt, one)))
#align(center, text(size: 16pt, weight: "bold", font: paper.head, paper.title))
#strong(paper.sentence)

#for line in paper.lived { par(line) }
#paper.caution
#if paper.notices.rows.len() > 0 [
  #heading(paper.notices.title)
  #listed(paper.notices.header, paper.notices.rows)
]
#heading(paper.drawing.title)
#let high = 4.6cm
#let count = paper.drawing.person.len()
#block(width: 100%, height: high + 1.2em, breakable: false, layout(size => {
  let step = size.width / calc.max(count, 1)
  let y(value) = high * (1 - value / paper.drawing.top)
  for (at, value) in paper.drawing.person.enumerate() {
    let bar = rect(width: step * 80%, height: high - y(value), fill: rgb("#8a1c1c"))
    place(top + left, dx: at * step, dy: y(value), bar)
  }
  for (at, value) in paper.drawing.cohort.enumerate() {
    if at > 0 {
      let before = paper.drawing.cohort.at(at - 1)
      place(top + left, line(start: ((at - 0.5) * step, y(before)), end: ((at + 0.5) * step, y(value)),
        stroke: 1.2pt + rgb("#1c4f8a")))
    }
  }
  place(top + left, dy: high, line(length: 100%, stroke: 0.6pt))
  place(top + left, dy: high + 0.3em, text(size: 8pt, paper.drawing.first))
  place(top + right, dy: high + 0.3em, text(size: 8pt, paper.drawing.last))
}))
#text(size: 8.5pt, paper.drawing.label)
#listed(paper.weeks.header, paper.weeks.rows)
#heading(paper.measures.title)
#listed(paper.measures.header, paper.measures.rows)
#heading(paper.gaps.title)
#for line in paper.gaps.lines { par(line) }
#heading(paper.steps.title)
#enum(..paper.steps.rows.map(one => [#one.at(0) #emph(one.at(1))]))
"""


def evidence_paper(alert: dict[str, Any], words: Catalogue, language: str) -> dict[str, Any]:
    """What stands on the paper, in one language."""
    evidence = alert["evidence"]
    person, cohort = summed(evidence["weeks"], "person"), summed(evidence["weeks"], "cohort")
    return {
        "language": language,
        "name": f"{evidence['day']} {alert['alert']}",
        "title": words("Evidence of {day}", day=evidence["day"]),
        "sentence": words.both(evidence["sentence"]),
        "lived": list(lived_lines(evidence, words)),
        "notices": {
            "title": words("How it grew"),
            "header": notice_header(words),
            "rows": list(notice_rows(evidence, words)),
        },
        "caution": words(
            "This is no probability of retaliation: it says how rarely somebody who is not protected goes so far."
        ),
        "drawing": {
            "title": words(DRAWING),
            "label": words(LINES),
            "person": person,
            "cohort": cohort,
            "top": max(*person, *cohort, 1.0),
            "first": evidence["weeks"][0]["end"],
            "last": evidence["weeks"][-1]["end"],
        },
        "weeks": {"header": week_header(words), "rows": list(week_rows(evidence))},
        "measures": {
            "title": words("Measures of this year"),
            "header": [words("Kind"), words("Recorded"), words("Effective"), words("Art. 19, letter")],
            "rows": list(measure_rows(evidence, words)),
        },
        "gaps": {"title": words("What the feed does not tell"), "lines": list(gap_lines(evidence, words))},
        "steps": {
            "title": words("What may be done, and what it would betray"),
            "rows": [[words(step), words(price)] for step, price in RESPONSE_OPTIONS],
        },
    }


def evidence_pdf(alert: dict[str, Any], words: Catalogue, language: str) -> bytes:
    """The evidence as PDF (A4); raises `FontMissing` where this machine has no font with Chinese characters."""
    paper = evidence_paper(alert, words, language) | {"body": font_of(BODY), "head": font_of(HEAD)}
    return typst.compile(TEMPLATE.encode(), sys_inputs={"paper": json.dumps(paper)}, timestamp=EPOCH)
