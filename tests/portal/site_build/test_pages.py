"""The build of the pages: whole, the same each time, and refusing what a page may not hold."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import stat
from pathlib import Path

import pytest

from portal.site_build.bundle import TARGET
from portal.site_build.errors import InlineCode, MissingString, SameName
from portal.site_build.pages import FACES, ROOT, build_face, release_list, write_face
from portal.site_build.rules import check_page
from portal.site_build.strings import FaceCatalogue, name_of, read_catalogue, sentences_in, sentences_of_scripts
from tests.support.commands.yanlu_in_process import own_umask

NAMES = ["qg2v", "2j00", "1o0k"]
HEAD = 'msgid ""\nmsgstr ""\n"Language: zh\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def catalogue_of(folder: Path, entries: str) -> FaceCatalogue:
    """A Chinese catalogue with these entries."""
    place = folder / "zh" / "LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "intake.po").write_text(HEAD + entries, encoding="utf-8")
    return read_catalogue(folder, "zh", ("intake",))


@pytest.fixture(scope="module")
def intake() -> dict[str, bytes]:
    """The files of the reporters' face."""
    return build_face(ROOT, "intake")


@pytest.mark.parametrize("face", FACES)
def test_the_same_input_gives_the_same_bytes(face: str) -> None:
    """Two builds of a face are equal byte for byte, and the release list names every file's hash."""
    first, second = build_face(ROOT, face), build_face(ROOT, face)
    assert first == second
    listed = json.loads(first["release.json"])["files"]
    assert list(listed) == sorted(listed)
    expected = {path: hashlib.sha256(body).hexdigest() for path, body in first.items()}
    del expected["release.json"]
    assert listed == expected


def test_asset_names_hold_their_content(intake: dict[str, bytes]) -> None:
    """An asset's name carries the beginning of its own SHA-256."""
    for path, body in intake.items():
        if path.startswith("assets/"):
            assert path.split(".")[-2] == hashlib.sha256(body).hexdigest()[:16]


def test_every_intake_page_stands_in_both_languages_and_speaks_without_script(intake: dict[str, bytes]) -> None:
    """Each reporter's page exists in zh and en, marked as such, with the noscript text in both."""
    for page in ("", "report/", "mailbox/", "bundle/", "proof/", "about/"):
        for language, tag in (("zh", "zh-CN"), ("en", "en")):
            html = intake[f"{language}/{page}index.html"].decode()
            assert f'<html lang="{tag}"' in html
            silent = html.split("<noscript>")[1].split("</noscript>")[0]
            assert 'lang="zh-CN"' in silent
            assert 'lang="en"' in silent


def test_the_first_page_says_how_to_leave_a_chat_app(intake: dict[str, bytes]) -> None:
    """Before anything is chosen, and without a script."""
    for language, words in (("zh", "点右上角“…”，选择在浏览器中打开"), ("en", "choose to open it in your browser")):
        assert words in intake[f"{language}/index.html"].decode()


def test_pages_of_a_language_carry_only_their_own_words(intake: dict[str, bytes]) -> None:
    """The Chinese report page's data block says the Chinese sentence; the English one is in the script already."""
    assert f'"{name_of("Encrypt and send")}":"加密提交"' in intake["zh/report/index.html"].decode()
    assert name_of("Encrypt and send") not in intake["en/report/index.html"].decode()
    (script,) = (body for name, body in intake.items() if name.startswith("assets/report."))
    assert '"Encrypt and send"' in script.decode()


@pytest.mark.parametrize(
    "html",
    [
        "<p style='color:red'>x</p>",
        "<style>p{}</style>",
        "<script>alert(1)</script>",
        "<button onclick='x()'>x</button>",
        "<a href=' javascript:x'>x</a>",
        "<script src='https://other.example/x.js' integrity=sha384-x></script>",
        "<link rel=stylesheet href='//other.example/x.css' integrity=sha384-x>",
        "<link rel=stylesheet href='/x.css'>",
        "<link rel=stylesheet href='data:text/css,p{}' integrity=sha384-x>",
        "<link rel=icon href='data:text/html;base64,eA=='>",
        "<link rel=icon href='https://other.example/x.svg'>",
        "<script src='/x.js'></script>",
    ],
)
def test_inline_code_foreign_addresses_and_missing_hashes_stop_the_build(html: str) -> None:
    """What the Content-Security-Policy or the Integrity-Policy would block never reaches a page."""
    with pytest.raises(InlineCode):
        check_page("page", f"<!doctype html><body>{html}</body>")


def test_a_clean_page_passes() -> None:
    """A data block, own script and own style are what a page may hold, and an icon that is drawn in the page itself."""
    check_page(
        "page",
        '<link rel="icon" href="data:image/svg+xml;base64,eA==">'
        '<script type="application/json" id="s">{}</script><script src="/a.js" integrity="sha384-x"></script>',
    )


def test_a_missing_sentence_stops_the_build(tmp_path: Path) -> None:
    """A Chinese catalogue without the sentence, or with an empty one, is refused."""
    catalogue = catalogue_of(tmp_path, 'msgid "There"\nmsgstr "有"\n\nmsgid "Empty"\nmsgstr ""\n')
    assert catalogue.say("There") == "有"
    for sentence in ("Missing", "Empty"):
        with pytest.raises(MissingString):
            catalogue.say(sentence)


@pytest.mark.parametrize("entry", ['#, fuzzy\nmsgid "A"\nmsgstr "甲"\n', 'msgid "{n} files"\nmsgstr "{m} 个文件"\n'])
def test_a_fuzzy_or_ill_fitting_translation_stops_the_build(tmp_path: Path, entry: str) -> None:
    """A fuzzy translation and one with other placeholders are refused when the catalogue is read."""
    with pytest.raises(MissingString):
        catalogue_of(tmp_path, entry)


def test_sentences_are_found_in_scripts(tmp_path: Path) -> None:
    """Both ways of naming a sentence are found, with escapes read; other strings are not."""
    script = tmp_path / "x.ts"
    script.write_text('t("One \\"two\\""); msg("Three"); other("Four"); t(\n  "Five", { n: 1 })', encoding="utf-8")
    assert sentences_of_scripts([script]) == {'One "two"', "Three", "Five"}


def test_a_page_carries_no_sentence_that_its_script_does_not_say(tmp_path: Path) -> None:
    """What the bundler left out is left out of the page's words; however the others are quoted, they are found."""
    script = tmp_path / "one.ts"
    script.write_text(
        't("Left out"); t("Plain"); t("It\'s \\"both\\""); msg("A `tick`"); t("A \\\\ stroke");', encoding="utf-8"
    )
    for bundled in (
        "'Plain';'It\\'s \"both\"';\"A `tick`\";'A \\\\ stroke'",
        '`Plain`;`It\'s "both"`;`A \\`tick\\``;`A \\\\ stroke`',
    ):
        assert sentences_in(bundled, [script]) == {"Plain", 'It\'s "both"', "A `tick`", "A \\ stroke"}


def test_a_data_block_cannot_end_its_script() -> None:
    """A sentence that holds a closing tag stays inside the block."""
    block = FaceCatalogue("en", ("intake",), {"End": "</script><b>"}).block(["End"])
    assert "<" not in block
    assert json.loads(block) == {name_of("End"): "</script><b>"}


def test_a_block_holds_what_is_said_otherwise_under_a_short_name() -> None:
    """Neither the sentence itself, which the script holds, nor one that is said as it stands."""
    block = FaceCatalogue("en", ("intake",), {"Said": "Said otherwise"}).block(["Said", "As it stands"])
    assert json.loads(block) == {name_of("Said"): "Said otherwise"}
    # Of tests/browser/shared/strings.node.test.ts: a page finds its sentences by the same names.
    assert [name_of(one) for one in ("Check", "{n} days…", "收😀")] == NAMES


def test_two_sentences_of_one_name_stop_the_build() -> None:
    """One of them would be shown in the other's place."""
    assert name_of("costarring") == name_of("liquid")
    with pytest.raises(SameName, match="'costarring' and 'liquid'"):
        FaceCatalogue("en", ("intake",), {}).block(["liquid", "Else", "costarring"])


def test_every_user_may_read_the_pages_whoever_built_them(tmp_path: Path) -> None:
    """Built by a command, which keeps its files to itself, they are served by users that have nothing but reading."""
    with own_umask():
        write_face(tmp_path / "site", "intake", {"zh/report/index.html": b"1", "release.json": release_list({})})
    modes = {path.relative_to(tmp_path).as_posix(): stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*")}
    assert {name: mode for name, mode in modes.items() if mode != 0o755} == {
        "site/intake/zh/report/index.html": 0o644,
        "site/intake/release.json": 0o644,
    }
    assert len(modes) == 6


def test_a_face_is_replaced_whole(tmp_path: Path) -> None:
    """Writing a face again leaves no file of the one before."""
    write_face(tmp_path, "intake", {"old.html": b"1", "release.json": release_list({})})
    write_face(tmp_path, "intake", {"new/index.html": b"2"})
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()] == [
        "intake/new/index.html"
    ]


def test_the_first_page_is_small(intake: dict[str, bytes]) -> None:
    """Page with its icon, style and script of the first page weigh at most 100 kB in gzip."""
    html = intake["zh/index.html"].decode()
    loaded = [body for path, body in intake.items() if f"/{path}" in html]
    assert len(loaded) == 2
    assert sum(len(gzip.compress(body)) for body in [*loaded, html.encode()]) <= 100_000


@pytest.mark.parametrize("face", FACES)
def test_no_page_carries_a_curve_of_which_no_key_is(face: str) -> None:
    """The libraries' NIST curves, by the primes of P-256 and P-384, are in no script and no page in one file."""
    primes = (b"ffffffff00000001000000000000000000000000ff", b"fffffeffffffff0000000000000000ffffffff")
    files = build_face(ROOT, face)
    scripts = {path: body for path, body in files.items() if path.endswith((".js", ".html"))}
    assert len(scripts) > 4
    assert [path for path, body in scripts.items() if any(prime in body for prime in primes)] == []


def test_the_first_page_carries_nothing_of_a_case(intake: dict[str, bytes]) -> None:
    """Code that only later pages need is left out of the one that everybody loads, by an act that the mailbox shows."""
    scripts = [name for name, body in intake.items() if name.startswith("assets/") and b"unsatisfied" in body]
    assert sorted(name.split(".")[0] for name in scripts) == ["assets/bundle", "assets/mailbox", "assets/report"]


def test_every_test_that_the_page_about_the_site_names_is_there(intake: dict[str, bytes]) -> None:
    """A promise without its test would be none; the browsers are those that the scripts are written for."""
    for language in ("zh", "en"):
        html = intake[f"{language}/about/index.html"].decode()
        named = re.findall(r"<code>(tests/[^<]+)</code>", html)
        assert len(named) == 9
        assert [name for name in named if not (ROOT / name).is_file()] == []
        told = html.split('data-test="browsers">')[1].split("</p>")[0]
        assert re.findall(r"\d+", TARGET) == re.findall(r"\d+", told)
