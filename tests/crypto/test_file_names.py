"""No name of a file deceives: not as it is shown, not as it is saved, and none loses a report."""

from __future__ import annotations

import io
import json
import subprocess
import unicodedata
from pathlib import Path

import pytest

import crypto
from tests.crypto.sample import Drawn
from tests.crypto.vector_names import CONTROL, TURNING
from tests.support.browsers.typescript_tests import FOLDER, FOR_NODE, bundle

PLAIN = ["照片 (2).jpg", "a.b.c", "e\u0301té.txt", "עברית.pdf", "\U0001f9d1\u200d\U0001f680.png", "x" * 255]
OPTIONS = [".bashrc", "-rf", "--help", "..a", "a." + "x" * 254, "长" * 90 + "-x"]
NAMES = [f"bill{chr(code)}fdp.exe" for code in (*TURNING, *CONTROL)] + [
    *PLAIN, *OPTIONS, "", ".", "..", "/", "../a", "a\\b", "\ud800.txt", "长" * 120 + ".pdf", "\u202e", "\x1b]0;x\x07",
]  # fmt: skip


def test_every_mark_that_turns_a_line_or_ends_it_is_shown_and_kept_out() -> None:
    """As its code point, and as `_`; the classes of Unicode say which marks those are."""
    bidi = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "B")
    found = [code for code in range(0x110000) if unicodedata.bidirectional(chr(code)) in bidi]
    assert {0x202E, 0x2066, 0x2029, 0x0085} <= set(found) <= {*TURNING, *CONTROL}
    for code in (*TURNING, *CONTROL):
        name = f"bill{chr(code)}fdp.exe"
        assert crypto.clean_file_name(name) == "bill_fdp.exe"
        assert crypto.shown_file_name(name) == f"bill‹U+{code:04X}›fdp.exe"


def test_a_name_that_deceives_nobody_stays_as_it_is() -> None:
    """Other scripts, accents, joined pictures."""
    assert [crypto.clean_file_name(name) for name in PLAIN] == [crypto.shown_file_name(name) for name in PLAIN] == PLAIN


@pytest.mark.parametrize(
    ("name", "clean"), [(".bashrc", "_bashrc"), ("-rf", "_rf"), ("--help", "_-help"), ("..a", "_.a")]
)
def test_no_name_is_hidden_or_an_option(name: str, clean: str) -> None:
    """A name that shells hide, run at start or take for an option is saved under another."""
    assert crypto.clean_file_name(name) == clean
    assert crypto.clean_file_name("长" * 300 + name)[0] not in ".-"
    # What begins so only once it was cut to its last bytes.
    assert crypto.clean_file_name("a" + name + "x" * (255 - len(name)))[0] == "_"


def test_whatever_a_file_is_called_its_report_can_be_read() -> None:
    """What is sent under any name is taken by the reader: no name loses a report."""
    to = [crypto.Identity(bytes(32)).recipient]
    for name in NAMES:
        sent = crypto.seal_attachment(io.BytesIO(b"x"), 1, name, "text/plain", to, io.BytesIO(), Drawn("name"))
        assert crypto.read_attachment(json.loads(crypto.write_json(sent.document()))) == sent


@pytest.mark.slow
def test_the_twins_agree_on_names(tmp_path: Path) -> None:
    """The page sends, saves and shows each name as the command line does."""
    target = tmp_path / "names.mjs"
    bundle(FOLDER / "crypto" / "filenames.ts", target, *FOR_NODE)
    said = subprocess.run(["node", target], input=json.dumps(NAMES), capture_output=True, text=True, check=True).stdout
    assert json.loads(said) == [[crypto.clean_file_name(name), crypto.shown_file_name(name)] for name in NAMES]
