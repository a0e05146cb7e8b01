"""Languages are data: code that names one decides something that a folder of `templates/locale` should decide."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Final

from tools.house.findings import PACKAGES, ROOT, Finding

LIST: Final = "tools/house/language_uses.toml"
NAMED: Final = re.compile(r"""["'](?:zh|en)["']|zh-CN""")
KINDS: Final = (".py", ".ts", ".html")


def allowed_uses() -> dict[str, str]:
    """The files that may name a language, each with the reason."""
    return tomllib.loads((ROOT / LIST).read_text("utf-8"))


def is_ours(path: str) -> bool:
    """Whether the rule holds for a file: code and pages of the product."""
    return path.split("/", maxsplit=1)[0] in (*PACKAGES, "templates") and path.endswith(KINDS)


def check_languages(texts: Mapping[str, str], allowed: Mapping[str, str]) -> list[Finding]:
    """Finds code that names a language, and files on the list that name none any more."""
    named: dict[str, int] = {}
    for path in filter(is_ours, texts):
        if found := NAMED.search(texts[path]):
            named[path] = texts[path].count("\n", 0, found.start()) + 1
    wrong = "names a language: read `portal/languages.py`, or say in its list why it must"
    findings = [Finding(path, line, "language-named", wrong) for path, line in named.items() if path not in allowed]
    stale = "names no language any more: take it off the list"
    return findings + [Finding(LIST, 1, "language-named", f"{path} {stale}") for path in sorted(allowed.keys() - named)]
