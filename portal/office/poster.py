"""The poster: where to report, and the code that makes sure it is the right office; as text, and as a page to print."""

from __future__ import annotations

from html import escape
from io import BytesIO
from typing import Final, NamedTuple

import segno

from crypto.localized import LocalizedText
from crypto.office.anchor import Anchor

_PAGE: Final = """<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<title>{title}</title>
<style>
@page {{ size: A4; margin: 18mm }}
body {{ font: 12pt/1.5 sans-serif; max-width: 174mm; margin: 0 auto; text-align: center }}
h1 {{ font-size: 24pt; line-height: 1.2; margin: 0 }}
h2 {{ font-size: 18pt; font-weight: normal; margin: 0 }}
section {{ margin-bottom: 6mm }}
figure {{ margin: 0; break-inside: avoid }}
figcaption p {{ margin: 0 }}
svg {{ width: 60mm; height: 60mm }}
.address {{ font-size: 16pt; word-break: break-all }}
.code {{ font: bold 22pt/1.6 monospace; letter-spacing: 1pt }}
</style>
{halves}<figure>
{symbol}
<figcaption>{captions}</figcaption>
</figure>
</html>
"""
_HALF: Final = """<section lang="{language}">
<h1>{name}</h1>
<h2>{heading}</h2>
<p class="address">{address}</p>
<p>{named}<br><span class="code">{code}</span></p>
<p>{tells}</p>
</section>
"""


class _Said(NamedTuple):
    """What a poster says in one language: `lines` in lines, which `between` joins."""

    heading: str
    address: str
    code: str
    lines: tuple[str, ...]
    between: str
    scanned: str


_SAYS: Final = {
    "zh": _Said(
        "投诉举报",
        "网址：",
        "受理单位校验码：",
        (
            "匿名与实名同样受理。请用自己的手机和移动数据打开，不要用单位的设备或网络。",
            "页面会请您输入上面的校验码；页面不接受时，请不要填写。",
        ),
        "",
        "用手机相机扫码：打开上面的网址，并带上校验码，不必手工输入。",
    ),
    "en": _Said(
        "Report wrongdoing",
        "Address: ",
        "Office code: ",
        (
            "Anonymous and named reports are treated alike. Use your own phone and mobile data,",
            "not a device or network of your employer. The page asks for this code; if it does not",
            "accept it, do not enter anything.",
        ),
        " ",
        "Scan with your phone's camera: it opens the address above and brings the code along; nothing has to be typed.",
    ),
}


def link_of(anchor: Anchor, address: str) -> str:
    """The intake page's address with the office code and the whole hash of root 1: a page compares all of it."""
    return f"{address.rstrip('/')}/#c={anchor}"


def poster_text(name: LocalizedText, anchor: Anchor, address: str | None) -> str:
    """What hangs on the wall, in each language of the office, its own first; `address` is the intake page's."""
    where = link_of(anchor, address) if address else "__________________________"
    halves: list[str] = []
    for language, own in _names(name):
        said = _SAYS[language]
        lines = (own, said.heading, "", f"{said.address}{where}", f"{said.code}{anchor.code}", "", *said.lines)
        halves.append("\n".join(lines) + "\n")
    return "\n".join(halves)


def poster_page(name: LocalizedText, anchor: Anchor, address: str) -> str:
    """The same as an HTML page of A4 to print, the whole link as a QR code; it loads nothing and runs nothing."""
    link = link_of(anchor, address)
    drawn = BytesIO()
    segno.make_qr(link, error="m").save(drawn, kind="svg", xmldecl=False, border=4, omitsize=True)
    halves = [
        _HALF.format(
            language=language,
            name=escape(own),
            heading=_SAYS[language].heading,
            named=_SAYS[language].code,
            code=anchor.code,
            address=escape(address),
            tells=_SAYS[language].between.join(_SAYS[language].lines),
        )
        for language, own in _names(name)
    ]
    names = _names(name)
    return _PAGE.format(
        language=names[0][0],
        title=escape(names[0][1]),
        symbol=drawn.getvalue().decode().strip(),
        captions="".join(f'<p lang="{language}">{escape(_SAYS[language].scanned)}</p>' for language, _ in names),
        halves="".join(halves),
    )


def _names(name: LocalizedText) -> list[tuple[str, str]]:
    """The name in each language of the posters that is one of the office's: Chinese first where it is its own.

    An office that has neither is named on an English sheet, in its own language.
    """
    names = [("zh", name.zh), ("en", name.en)]
    own = {tag.partition("-")[0] for tag, _ in name.texts}
    ordered = names if name.language.partition("-")[0] == "zh" else names[::-1]
    return [one for one in ordered if one[0] in own] or [("en", name.en)]
