"""What a page may not hold: inline script, inline style, event attributes, addresses elsewhere."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Final

from portal.site_build.errors import InlineCode

ICON: Final = "data:image/svg+xml;base64,"
"""How the address of a page's icon begins, which is in the page; images may come from `data:`, and nothing else may."""
_LOADING = {"script": "src", "link": "href", "img": "src", "iframe": "src", "form": "action"}


def _runs(tag: str, named: dict[str, str]) -> bool:
    """Whether this loads a script or a style sheet."""
    return (tag == "script" and "src" in named) or (tag == "link" and named.get("rel") == "stylesheet")


class _PageRules(HTMLParser):
    """Walks a page and stops at the first thing that its policy would block, or should."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "style" or "style" in named:
            self._refuse(tag, "inline style")
        if any(name.startswith("on") for name in named):
            self._refuse(tag, "event attribute")
        if any(value.strip().lower().startswith("javascript:") for value in named.values()):
            self._refuse(tag, "javascript address")
        if tag == "script" and "src" not in named and named.get("type") != "application/json":
            self._refuse(tag, "inline script")
        if _runs(tag, named) and not named.get("integrity"):
            self._refuse(tag, "no hash of what it loads")
        loaded = named.get(_LOADING.get(tag, ""), "/")
        if tag == "link" and named.get("rel") == "icon" and loaded.startswith(ICON):
            return
        if not loaded.startswith("/") or loaded.startswith("//"):
            self._refuse(tag, f"loads {loaded!r} from elsewhere")

    def _refuse(self, tag: str, reason: str) -> None:
        line, _ = self.getpos()
        raise InlineCode(f"{self._name}, line {line}, <{tag}>: {reason}")


def check_page(name: str, html: str) -> None:
    """Raises `InlineCode` when the page could not live under `default-src 'none'` and `'self'`."""
    rules = _PageRules(name)
    rules.feed(html)
    rules.close()
