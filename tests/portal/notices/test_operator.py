"""Anyone who looks after the machine is told that a check found something, in the same words, and nobody else is."""

from __future__ import annotations

from email import message_from_bytes
from functools import partial
from pathlib import Path

import pytest

from portal.cli.errors import Exit
from portal.notices.letter import Text, words
from portal.settings import read_settings
from tests.portal.notices.test_notices import FILE, mailbox
from tests.support.commands.yanlu_in_process import inside
from tests.support.servers.notice_receivers import Mailbox

__all__ = ["mailbox"]

OPERATOR = '\n[[operator.mail]]\nto = "root@office.example"\nlanguage = "en"\n'


def test_the_operator_alone_is_told_in_fixed_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox
) -> None:
    """One mail to the operator, none to staff; a road that refuses is exit code 6."""
    file = tmp_path / "notices.toml"
    file.write_text(FILE.format(port=mailbox.port) + OPERATOR, "utf-8")
    yanlu = partial(
        inside, capsys, monkeypatch, read_settings({"YANLU_DATA": str(tmp_path), "YANLU_NOTICES": str(file)})
    )
    assert [row["sent"] for row in yanlu("notices", "alarm", "--json").document["operator"]] == [True]
    [mail] = [message_from_bytes(content) for content in mailbox.taken]
    subject, text = words("en", Text.OPERATOR)
    assert (mail["To"], mail["Subject"]) == ("root@office.example", subject)
    assert mail.get_payload(decode=True) == text.replace("\n", "\r\n").encode()  # type: ignore[comparison-overlap]
    mailbox.failing = 9
    assert yanlu("notices", "alarm").code == Exit.REFUSED


def test_where_nobody_is_named_nobody_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox
) -> None:
    """Without a file, or without operators in it, the alarm is well: it must not fail on a site that wants none."""
    file = tmp_path / "notices.toml"
    file.write_text(FILE.format(port=mailbox.port), "utf-8")
    for more in ({}, {"YANLU_NOTICES": str(file)}):
        settings = read_settings({"YANLU_DATA": str(tmp_path), **more})
        ran = inside(capsys, monkeypatch, settings, "notices", "alarm", "--json")
        assert (ran.code, ran.document) == (Exit.DONE, {"operator": []})
    assert mailbox.taken == []
