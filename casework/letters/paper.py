"""A letter as PDF by Typst, laid out as offices write: what it says goes in as data, and no word of it is markup."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Final

import typst

from casework.fonts import BODY, HEAD, font_of
from casework.letters.composing import Paper
from casework.letters.templates import letter_templates

EPOCH: Final = datetime.fromtimestamp(0, UTC)
"""The same letter gives the same file: nothing tells when it was printed."""
TEMPLATE: Final = """
#let told = json(bytes(sys.inputs.paper))
#let tag = told.language.split("-")
#let zh = tag.first() == "zh"
#let letter = told.form == "letter"
#set document(title: told.title, date: none)
#set page(paper: "a4", margin: (top: 3.2cm, bottom: 3cm, left: 2.8cm, right: 2.6cm),
  footer: context if counter(page).final().first() > 1 {
    align(center, text(size: 9pt, counter(page).display("1 / 1", both: true)))
  })
#set text(lang: tag.first(), region: (zh: "cn", en: "gb").at(tag.first(), default: none),
  size: if zh { 14pt } else { 11.5pt }, font: told.body, cjk-latin-spacing: auto)
#set par(leading: if zh { 0.95em } else { 0.75em }, spacing: if zh { 0.95em } else { 1em }, justify: true,
  first-line-indent: if zh { (amount: 2em, all: true) } else { 0em })
#let flush(body) = par(first-line-indent: 0em, body)
#align(center, text(size: if zh { 20pt } else { 16pt }, weight: "bold", font: told.head, told.title))
#v(0.6em)
#align(if letter { right } else { left }, text(size: 10.5pt, flush(told.number)))
#v(0.6em)
#if told.salute != "" { flush(told.salute) }
#let said(text) = text.split("\\n").join(linebreak())
#let rows(group) = table(
  columns: (if zh { 7.2em } else { 9.5em }, 1fr), stroke: 0.6pt, inset: 8pt, align: (left + horizon, left + horizon),
  ..group.map(one => (
    { set par(justify: false); flush(text(size: 0.86em, one.label)) },
    if one.kind == "blank" { v(2.8em) } else { flush(text(size: 0.9em, said(one.text))) },
  )).flatten())
#let group = ()
#for (at, one) in told.parts.enumerate() {
  let tabled = one.kind == "row" or one.kind == "blank"
  if tabled and letter {
    let lines = one.text.split("\\n")
    par[#text(font: told.head, one.label)#told.colon#if lines.len() == 1 { one.text }]
    if lines.len() > 1 { for line in lines { par(line) } }
  } else if tabled {
    group.push(one)
  }
  if group.len() > 0 and (not tabled or at == told.parts.len() - 1) {
    rows(group)
    v(0.5em)
    group = ()
  }
  if one.kind == "text" { for line in one.text.split("\\n") { par(line) } }
  if one.kind == "lines" { for line in one.text.split("\\n") { par(line) } }
}
#if told.close != "" {
  v(0.4em)
  for line in told.close.split("\\n") { par(line) }
}
#v(1.4em)
#block(breakable: false, width: 100%)[
  #let aside = if told.form == "statement" { 45% } else { 0% }
  #for line in told.sign { pad(left: aside, flush(line)); v(1.1em) }
  #if told.dated {
    align(right, box(align(center)[
      #flush(told.office) #flush(told.day)
      #if told.seal != "" { flush(text(size: 0.8em, fill: luma(45%), told.seal)) }
    ]))
  }
]
"""


def paper_document(paper: Paper) -> dict[str, object]:
    """A paper as JSON: what both twins write, and what is laid out."""
    return {
        "letter": paper.letter.value,
        "form": paper.form.value,
        "language": paper.language,
        "title": paper.title,
        "number": paper.number,
        "salute": paper.salute,
        "parts": [{"kind": one.kind.value, "label": one.label, "text": one.text} for one in paper.parts],
        "close": paper.close,
        "sign": list(paper.sign),
        "seal": paper.seal,
        "office": paper.office,
        "day": paper.day,
    }


def pdf(paper: Paper) -> bytes:
    """The paper as PDF (A4); raises `FontMissing` where this machine has no font with Chinese characters."""
    # A statement is dated by anyone who signs it.
    document = paper_document(paper) | {
        "body": font_of(BODY),
        "head": font_of(HEAD),
        "colon": letter_templates().words["colon"].text_in(paper.language),
        "dated": not paper.sign or paper.seal != "",
    }
    return typst.compile(TEMPLATE.encode(), sys_inputs={"paper": json.dumps(document)}, timestamp=EPOCH)
