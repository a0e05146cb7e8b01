"""One page as one file that is opened from a disk: script and style inside, allowed by their hashes, and no network."""

from __future__ import annotations

import base64
import hashlib
from html.parser import HTMLParser
from typing import Final

from portal.site_build.bundle import Asset
from portal.site_build.errors import InlineCode

# What would end an element early, or be read otherwise than it was hashed.
_ENDS: Final = ("</script", "<script", "<!--", "</style", "\r", "\0")
_LOADING: Final = frozenset({"src", "srcset", "data", "action", "formaction", "poster", "background", "ping"})
_FOREIGN: Final = frozenset({"link", "base", "iframe", "frame", "object", "embed", "img", "video", "audio", "portal"})


def inline_text(asset: Asset) -> str:
    """A script or style sheet as it stands between its tags; raises `InlineCode` if a page would read it otherwise."""
    text = asset.body.decode("utf-8")
    found = [end for end in _ENDS if end in text.lower()]
    if found:
        raise InlineCode(f"{asset.name} can't stand inside a page: it holds {found[0]!r}")
    return text


def single_policy(script: str, style: str) -> str:
    """The Content-Security-Policy of a page that holds this script and this style, and reaches nothing else."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_source(script)}'",
            f"style-src '{_source(style)}'",
            # `default-src` says it already; anyone who reads the page's source finds it by its name.
            "connect-src 'none'",
            "form-action 'none'",
            "base-uri 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def _source(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode()}"


class _SingleRules(HTMLParser):
    """Collects what the file runs, and stops at the first thing that is not in the file itself."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._inside: list[str] | None = None
        self.policies: list[str] = []
        self.scripts: list[str] = []
        self.styles: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        self._check_attributes(tag, named)
        if tag == "meta" and "http-equiv" in named:
            self._extract_policy(named)
        is_script = tag == "script" and named.get("type") != "application/json"
        if is_script or tag == "style":
            if not self.policies:
                self._refuse(tag, "stands before the policy")
            self._inside = []

    def handle_endtag(self, tag: str) -> None:
        if self._inside is not None and tag in ("script", "style"):
            (self.scripts if tag == "script" else self.styles).append("".join(self._inside))
            self._inside = None

    def handle_data(self, data: str) -> None:
        if self._inside is not None:
            self._inside.append(data)

    def _check_attributes(self, tag: str, named: dict[str, str]) -> None:
        if tag in _FOREIGN:
            self._refuse(tag, "an element that loads")
        for name, value in named.items():
            if name in _LOADING or name == "style" or name.startswith("on"):
                self._refuse(tag, f"attribute {name}")
            if name.endswith("href") and not value.startswith("#"):
                self._refuse(tag, f"leads to {value!r}")

    def _extract_policy(self, named: dict[str, str]) -> None:
        if named["http-equiv"].lower() != "content-security-policy":
            self._refuse("meta", f"http-equiv {named['http-equiv']}")
        self.policies.append(named.get("content", ""))

    def _refuse(self, tag: str, reason: str) -> None:
        line, _ = self.getpos()
        raise InlineCode(f"{self._name}, line {line}, <{tag}>: {reason}")


def check_single_file(name: str, html: str) -> None:
    """Raises `InlineCode` unless the file runs one script under the very policy that allows it, and loads nothing."""
    rules = _SingleRules(name)
    rules.feed(html)
    rules.close()
    if len(rules.scripts) != 1 or len(rules.styles) != 1:
        raise InlineCode(f"{name}: {len(rules.scripts)} scripts and {len(rules.styles)} styles in place of one each")
    if rules.policies != [single_policy(rules.scripts[0], rules.styles[0])]:
        raise InlineCode(f"{name}: the policy is not the one of its script and style")
