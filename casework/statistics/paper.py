"""A report as PDF by Typst. What it says goes in as data: no word of it is read as markup."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Final

import typst

from casework.fonts import PLAIN, font_of
from casework.statistics.charts import chart
from casework.statistics.report import Report, Section

EPOCH: Final = datetime.fromtimestamp(0, UTC)
"""The same report gives the same file: nothing tells when it was printed."""
LATIN: Final = "Libertinus Serif"
"""Comes with Typst."""
TEMPLATE: Final = """
#let told = json(bytes(sys.inputs.report))
#set document(title: told.title, date: none)
#set page(paper: "a4", margin: 2.2cm, numbering: "1 / 1")
#set text(lang: told.language, size: 10.5pt,
  font: told.fonts)
#align(center, text(size: 15pt, weight: "bold", told.title))
#for part in told.sections {
  heading(level: part.level, part.title)
  for one in part.sentences { par(one) }
  if part.chart != none { image(bytes(part.chart), format: "svg", width: 80%, alt: part.title) }
  if part.rows.len() > 0 {
    table(columns: part.header.len(), align: (x, y) => if x == 0 { left } else { right }, stroke: 0.5pt,
      table.header(..part.header.map(strong)), ..part.rows.flatten())
  }
}
"""


def paper(report: Report) -> bytes:
    """The report as PDF (A4); raises `FontMissing` for one in Chinese where this machine has no font for it."""
    chinese = [font_of(PLAIN)] if report.language == "zh" else [*PLAIN]
    document = {
        "title": report.title,
        "language": report.language,
        "fonts": [*chinese, LATIN],
        "sections": [_section(one) for one in report.sections],
    }
    return typst.compile(TEMPLATE.encode(), sys_inputs={"report": json.dumps(document)}, timestamp=EPOCH)


def _section(section: Section) -> dict[str, object]:
    return {
        "title": section.title,
        "level": section.level,
        "sentences": section.sentences,
        "header": section.header,
        "rows": section.rows,
        "chart": chart(section.title, section.chart) if section.chart else None,
    }
