"""Pages that are one file: all inside, allowed by hash alone, and nothing that could reach out."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.site_build.bundle import named_asset
from portal.site_build.errors import InlineCode
from portal.site_build.pages import ROOT, build_face
from portal.site_build.single_file import check_single_file, inline_text, single_policy
from portal.site_build.strings import name_of

SCRIPT, STYLE = "document.title='x'", "p{color:red}"


def page(policy: str | None = None, body: str = "", script: str = SCRIPT, before: str = "") -> str:
    """A small page of that kind."""
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy or single_policy(SCRIPT, STYLE)}">'
    data = '<script type="application/json" id="strings">{"<":1}</script>'
    return (
        f"<!doctype html>{before}{meta}<style>{STYLE}</style>{data}<p>{body}</p><script type=module>{script}</script>"
    )


def test_a_file_with_all_inside_passes() -> None:
    """One script and one style under their own hashes, a data block and a place inside the page are all it takes."""
    check_single_file("page", page(body='<a href="#en">English</a>'))


def test_the_policy_reaches_nothing() -> None:
    """Nothing may be loaded or connected to, and no markup be made of text."""
    rules = single_policy(SCRIPT, STYLE).split("; ")
    assert {"default-src 'none'", "connect-src 'none'", "form-action 'none'", "trusted-types 'none'"} <= set(rules)
    assert [rule.split("'")[1].split("-")[0] for rule in rules if rule.startswith(("script", "style"))] == [
        "sha256",
        "sha256",
    ]


@pytest.mark.parametrize(
    "html",
    [
        page(script=SCRIPT + " "),
        page(policy=single_policy(SCRIPT, STYLE).replace("'none'", "'self'", 1)),
        page(policy="default-src *"),
        page(before="<script>1</script>"),
        page(body="<script>1</script>"),
        page(body="<style>p{}</style>"),
        page(body="<img src=x>"),
        page(body="<link rel=icon href=#x>"),
        page(body="<p style='x'>"),
        page(body="<p onclick=x>"),
        page(body="<a href='https://elsewhere.example/'>x</a>"),
        page(body="<a href=other.html>x</a>"),
        page(body="<form action=/x></form>"),
        page(body="<meta http-equiv=refresh content='0;url=x'>"),
        page(body="<meta http-equiv=Content-Security-Policy content=x>"),
        "<!doctype html><p>x</p>",
    ],
)
def test_whatever_is_not_inside_stops_the_build(html: str) -> None:
    """Another byte of the script, another policy, a second script, an address: none of them gets into a file."""
    with pytest.raises(InlineCode):
        check_single_file("page", html)


@pytest.mark.parametrize("text", ["'</SCRIPT>'", "'<!--'", "'<script>'", "1\r\n"])
def test_a_script_that_a_page_would_read_otherwise_is_refused(text: str) -> None:
    """What would end its own element, or be normalised by a browser, can't be put inside."""
    with pytest.raises(InlineCode):
        inline_text(named_asset("x", ".js", text.encode()))
    assert inline_text(named_asset("x", ".js", b"1 < 2")) == "1 < 2"


def test_a_face_is_built_with_its_single_files(tmp_path: Path) -> None:
    """A row `[[single]]` of `pages.toml` becomes one file of the face, in the release list like all others."""
    for name in ("crypto", "casework", "node_modules", "package.json", "tsconfig.json"):
        (tmp_path / name).symlink_to(ROOT / name)
    for name in ("static", "locale", "shared"):
        (tmp_path / "templates" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "templates" / name).symlink_to(ROOT / "templates" / name)
    face = tmp_path / "templates/intake"
    face.mkdir()
    rows = (
        'style = "intake.css"\npage = []\n[[single]]\npath = "/offline/x.html"\ntemplate = "x.html"\nscript = "x.ts"\n'
    )
    (face / "pages.toml").write_text(rows)
    (face / "x.html").write_text('{% extends "shared/single.html" %}{% block body %}<p id="x"></p>{% endblock %}')
    (face / "x.ts").write_text('import { t } from "../shared/strings.js";\ndocument.title = t("Next");\n')
    files = build_face(tmp_path, "intake")
    html = files["offline/x.html"].decode()
    assert f'"{name_of("Next")}":"下一步"' in html
    assert "document.title" in html
    assert '"offline/x.html"' in files["release.json"].decode()
