"""A report as one HTML file: no script, nothing fetched, readable without its style."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from html import escape
from typing import Final

from casework.statistics.charts import chart
from casework.statistics.report import Report, Section

STYLE: Final = (
    "body{font-family:'Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif;max-width:60rem;margin:2rem auto;"
    "padding:0 1rem;color:#1d2733;background:#fff;line-height:1.6}"
    "table{border-collapse:collapse;margin:1rem 0}th,td{border:1px solid #5b6b7b;padding:.3rem .6rem;text-align:right}"
    "th:first-child,td:first-child{text-align:left}svg{max-width:100%;height:auto}"
)
LANGUAGES: Final = {"zh": "zh-CN", "en": "en"}


def page(report: Report) -> str:
    """The whole page; its policy lets nothing in but its own style."""
    allowed = b64encode(sha256(STYLE.encode()).digest()).decode()
    body = "".join(map(_section, report.sections))
    return (
        f"<!doctype html>\n<html lang='{LANGUAGES[report.language]}'>\n<head>\n<meta charset='utf-8'>\n"
        f"<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'; style-src 'sha256-{allowed}'\">\n"
        f"<meta name='viewport' content='width=device-width'>\n<title>{escape(report.title)}</title>\n"
        f"<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{escape(report.title)}</h1>\n{body}</main>\n</body>\n</html>\n"
    )


def _section(section: Section) -> str:
    level = section.level + 1
    heading = f"<h{level}>{escape(section.title)}</h{level}>\n"
    sentences = "".join(f"<p>{escape(one)}</p>\n" for one in section.sentences)
    drawn = f"<figure>{chart(section.title, section.chart)}</figure>\n" if section.chart else ""
    return heading + sentences + drawn + (_table(section) if section.rows else "")


def _table(section: Section) -> str:
    head = "".join(f"<th scope='col'>{escape(one)}</th>" for one in section.header)
    rows = "".join(
        f"<tr><th scope='row'>{escape(name)}</th>{''.join(f'<td>{escape(one)}</td>' for one in cells)}</tr>\n"
        for name, *cells in section.rows
    )
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n"
