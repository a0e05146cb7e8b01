"""A name on the command line comes from a file, is checked first, and is posted like the finishing post."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import crypto
from portal.cli.errors import CommandError, Exit
from portal.cli.reporter.naming import name_post, naming_of, unsealing_document, withdrawal_post
from tests.crypto.sample import Case, filed

CASE = filed("naming")


def wishes(file: Path | None, level: str | None = "sealed", **more: Any) -> dict[str, Any]:
    """What the options say."""
    return {"identity": level, "identity_file": file, "about": None, "withdraw_identity": False} | more


def written(folder: Path, text: str) -> Path:
    """A file with a name."""
    file = folder / "name.txt"
    file.write_text(text, "utf-8")
    return file


def test_name_and_contact_stand_on_two_lines(tmp_path: Path) -> None:
    """The first line is the name, the second how to reach the person; whose it is follows the option."""
    found = naming_of(CASE.directory, wishes(written(tmp_path, "王小明\n138\n"), about="witness"))
    assert found is not None
    assert (found.identity.name, found.identity.contact, found.sealed) == ("王小明", "138", True)
    assert found.identity.about is crypto.About.WITNESS
    assert naming_of(CASE.directory, wishes(None, None)) is None


def test_half_a_wish_and_a_file_without_a_name_are_refused(tmp_path: Path) -> None:
    """Level without file, file without level, no name, too long a name, and custody where there is none."""
    file = written(tmp_path, "王小明")
    nobody = CASE.office.directory(custodians={"m": 0, "members": []})
    for directory, wish, exit_code in (
        (CASE.directory, wishes(None), Exit.USAGE),
        (CASE.directory, wishes(file, None), Exit.USAGE),
        (nobody, wishes(file), Exit.REFUSED),
    ):
        with pytest.raises(CommandError) as refused:
            naming_of(directory, wish)
        assert refused.value.code is exit_code
    assert naming_of(nobody, wishes(file, "named")) is not None
    for text in ("", "字" * 100):
        with pytest.raises(CommandError):
            naming_of(CASE.directory, wishes(written(tmp_path, text)))


def posted(case: Case, folder: Path) -> tuple[dict[str, object], crypto.MailboxCursor]:
    """The post of a sealed name."""
    naming = naming_of(case.directory, wishes(written(folder, "王小明")))
    assert naming is not None
    return name_post(case.directory, case.keys, crypto.MailboxCursor(case.sealed.memo, 1), naming)


def test_a_sealed_name_is_taken_back(tmp_path: Path) -> None:
    """What was sealed can be withdrawn once, and then there is nothing to withdraw."""
    _, standing = posted(CASE, tmp_path)
    _, after = withdrawal_post(CASE.keys, standing)
    with pytest.raises(CommandError) as refused:
        withdrawal_post(CASE.keys, after)
    assert refused.value.code is Exit.NOTHING_THERE


def test_what_the_office_tells_of_a_request_leaves_out_its_words_once() -> None:
    """State, role, ground and delay stand beside the text, which the entry has already."""
    notice = crypto.UnsealingNotice(
        crypto.Unsealing.OPENED, crypto.About.REPORTER, "investigator", crypto.Ground.CONSENT, "因为", None
    )
    assert unsealing_document(notice) == {
        "state": "opened",
        "about": "reporter",
        "role": "investigator",
        "ground": "consent",
        "delay": None,
    }
