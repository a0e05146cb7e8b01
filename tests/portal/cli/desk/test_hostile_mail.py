"""No e-mail file holds up the reader for long, and both readers make the same words of the same HTML."""

from __future__ import annotations

import json
import os
import random  # noqa: TID251  # lots that fall the same way every time
import subprocess
import sys
from pathlib import Path

import pytest

from portal.cli.desk.eml import read_eml
from tests.support.browsers.typescript_tests import FOLDER, FOR_NODE, ROOT, bundle

pytestmark = pytest.mark.slow

MIB = 1 << 20
HEAD = b"From: a@example.org\r\nSubject: s\r\n"
HTML = HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n"
# Each takes time that grows with the square of its length, or worse, in a reader that goes back: hours for a MiB.
LONG_BODIES = {
    "open tags": HTML + b"<" * MIB,
    "open breaks": HTML + b"<br " * (MIB // 4),
    "open styles": HTML + b"<style " * (MIB // 7),
    "styles without end": HTML + b"<style></style" * (MIB // 14),
    "spaces before no end of line": HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b" " * MIB + b"x",
    "many tags": HTML + b"<a>" * (MIB),
    "entities": HTML + b"&" * MIB + b"&#" * MIB + b"&amp" * MIB,
    "a slow charset": HEAD + b"Content-Type: text/plain; charset=punycode\r\n\r\n" + b"x-" + b"z9" * (MIB // 2),
    "returns": HEAD + b"\r\n" + b"\r" * (5 * MIB),
    "parts in parts": HEAD
    + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (at, at) for at in range(300))
    + b"\r\n"
    + b"a\n" * (4 * MIB),
}
# A head of a part may be as long as the file in a reader that bounds the first one only.
LONG_FIELDS = {
    "parameters": b"Content-Type: text/plain" + b";" * 50_000,
    "spaces in a parameter": b'Content-Disposition: attachment; filename="' + b" " * 60_000 + b'"x',
    "spaces before a return": b"Subject:" + b" " * 60_000 + b"\rx",
    "pieces of a name": b"Content-Disposition: attachment; " + b"filename*0=a;" * 4_000,
    "words": b"Subject: " + b"=?a?q?" * 9_000,
    "brackets": b"Date: " + b"(" * 60_000,
    "quotes": b"Content-Type: text/plain; " + b'a="' * 20_000,
}
MAILS = LONG_BODIES | {name: b"From: a@example.org\r\n" + field + b"\r\n\r\nx" for name, field in LONG_FIELDS.items()}
PARTS = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
MAILS["long heads of parts"] = PARTS + b"".join(
    b"--b\r\n" + field + b"\r\n\r\nx\r\n" for field in (*LONG_FIELDS.values(), *LONG_FIELDS.values())
)
MAILS["a part's head of a MiB"] = PARTS + b"--b\r\nContent-Type: text/plain" + b";" * MIB + b"\r\n\r\nx\r\n--b--\r\n"
# Seconds are plenty for all; what goes back needs hours for one, so that no load of a machine tells one from the other.
SECONDS = 90
IN_PYTHON = """
import json, pathlib, sys
from portal.cli.desk.eml import EmlRefused, read_eml
for path in sys.argv[1:]:
    try:
        mail = read_eml(pathlib.Path(path).read_bytes())
        print(json.dumps({"text": mail.text, "names": [name for name, _ in mail.files]}))
    except EmlRefused as refused:
        print(json.dumps({"fault": refused.fault}))
    sys.stdout.flush()
"""


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page's reader, bundled for Node."""
    target = tmp_path_factory.mktemp("mails") / "mails.mjs"
    bundle(FOLDER / "desk" / "mails.ts", target, *FOR_NODE)
    return target


def outcomes(words: list[str], *paths: Path) -> list[dict[str, object]]:
    """What a reader says of each file until it is killed: a process that goes over the same characters for hours."""
    place = {"PYTHONUTF8": "1", "PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    running = subprocess.Popen([*words, *map(str, paths)], stdout=subprocess.PIPE, cwd=ROOT, env=place)
    try:
        said, _ = running.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        running.kill()
        said, _ = running.communicate()
    return [json.loads(line) for line in said.decode().splitlines()]


def kept(folder: Path, **mails: bytes) -> list[Path]:
    """The mails as files."""
    paths = [folder / f"{at}.eml" for at in range(len(mails))]
    for path, content in zip(paths, mails.values(), strict=True):
        path.write_bytes(content)
    return paths


@pytest.mark.parametrize("twin", ["command line", "page"])
def test_no_mail_holds_up_its_reader(twin: str, reader: Path, tmp_path: Path) -> None:
    """Each is taken or refused in both; a page that hangs also loses what was written beside it."""
    words = ["node", str(reader)] if twin == "page" else [sys.executable, "-c", IN_PYTHON]
    said = outcomes(words, *kept(tmp_path, **MAILS))
    assert list(MAILS)[len(said) :] == [], "the first of these holds it up"
    assert [name for name, each in zip(MAILS, said, strict=True) if len(str(each.get("text", ""))) > 65_536] == []


PIECES = (
    "<p>", "</p>", "<br>", "<BR/>", "</div>", "<style>", "</style>", "</STYLE >", "<script x='<'>", "</script>", "<",
    ">", "a", "实", "&amp;", "&#39;", " ", "\n", "<head", "</head>", "<header>", "< b", "<!-- ", "-->", "</style",
)  # fmt: skip


def test_both_readers_make_the_same_words_of_html(reader: Path, tmp_path: Path) -> None:
    """Of four hundred heaps of tags, whole and broken."""
    lots = random.Random(11)
    heaps = ["".join(lots.choices(PIECES, k=lots.randint(1, 40))) for _ in range(400)]
    mails = {str(at): HTML + heap.encode() for at, heap in enumerate(heaps)}
    page = outcomes(["node", str(reader)], *kept(tmp_path, **mails))
    assert [(heap, each["text"]) for heap, each in zip(heaps, page, strict=True)] == [
        (heap, read_eml(mail).text) for heap, mail in zip(heaps, mails.values(), strict=True)
    ]
    assert sum(bool(each["text"]) for each in page) > 300


def test_the_words_after_a_picture_or_a_sheet_in_the_text_are_kept() -> None:
    """A style or a picture of a MiB within the HTML takes no words; text beyond the bound is cut, not refused."""
    for long in (b"<style>" + b"x" * MIB + b"</style>", b'<img src="data:image/png;base64,' + b"A" * MIB + b'">'):
        assert read_eml(HTML + long + b"<p>Tom</p>1 < 2 and <b>3</b>").text == "Tom\n1 < 2 and 3"
    assert read_eml(HTML + b"<p>word</p>" * 20_000).text == ("word\n" * 20_000)[:65_536].strip()
