"""Every `*.test.ts` beside this file, under Node and in both real browsers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support.browsers import typescript_tests

FILES = typescript_tests.test_files()
ANYWHERE = [file for file in FILES if not file.name.endswith(typescript_tests.NODE_ONLY)]

pytestmark = pytest.mark.timeout(1800)

Record = Callable[[str, object], None]


def name_of(file: Path) -> str:
    """Returns the part of a file's name that tells it from the others."""
    return file.relative_to(typescript_tests.FOLDER).as_posix().removesuffix(".test.ts")


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_browser_code_in_node(file: Path, tmp_path: Path, record_property: Record) -> None:
    """All tests of the file pass under Node's own runner."""
    record_property("browser code", typescript_tests.run_in_node(file, tmp_path))


@pytest.mark.parametrize("file", ANYWHERE, ids=name_of)
def test_browser_code_in_browsers(file: Path, browser: Browser, tmp_path: Path, record_property: Record) -> None:
    """All tests of the file pass in the real browser too."""
    record_property("browser code", typescript_tests.run_in_browser(file, tmp_path, browser))


def test_a_failing_file_fails(tmp_path: Path, chromium: Browser) -> None:
    """A wrong claim, a crash at load and an empty file are all seen, in Node and in a browser."""
    claims = ['test("wrong", () => assert.equal(1, 2));', 'throw new Error("at load");', ""]
    for number, body in enumerate(claims):
        file = tmp_path / f"bad{number}.test.ts"
        file.write_text(
            f'import test from "node:test"; import assert from "node:assert/strict";void test; void assert; {body}'
        )
        with pytest.raises(typescript_tests.BrowserCodeFailed):
            typescript_tests.run_in_node(file, tmp_path)
    with pytest.raises(typescript_tests.BrowserCodeFailed, match="1 is not 2"):
        typescript_tests.run_in_browser(tmp_path / "bad0.test.ts", tmp_path, chromium)
