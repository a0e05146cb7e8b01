"""A mistyped code ends a command before anything is asked of a server; a link may be given in its place."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest

from crypto.framing import b64encode
from crypto.localized import localized
from portal.cli.desk.desk_options import DeskOptions, unlocking
from portal.cli.errors import CommandError, Exit
from portal.cli.terminal import Terminal
from portal.cli.typed_code import TYPED_CODE
from portal.cli.words import Catalogue
from portal.office import poster_text
from tests.portal.cli.test_commands import POLICY, office_server
from tests.support.commands.yanlu_process import yanlu
from tests.support.offices.sample_office import make_office
from tests.support.samples.typing_errors import mistyped


def test_no_mistyped_code_reaches_a_server(tmp_path: Path) -> None:
    """Every wrong character and every swap ends at the option; `report` and `verify-site` ask nobody."""
    code = make_office(tmp_path).code
    wrong = list(mistyped(code))
    for typed in wrong:
        with pytest.raises(CommandError) as refused:
            TYPED_CODE.convert(typed, None, None)
        assert refused.value.code == Exit.USAGE
    with office_server({}) as (address, seen):
        for command in (
            ("report", "--office", address, "--office-key", wrong[0], "--policy", POLICY),
            ("verify-site", address, "--release-key", wrong[-1]),
        ):
            ran = yanlu(*command)
            assert ran.code == Exit.USAGE
            assert "look at it again" in ran.err
            assert not any(one in ran.err for one in (code, *code.split("-")))
    assert seen == []


def test_a_whole_link_is_a_code(tmp_path: Path) -> None:
    """The address from the poster may be given; where its hash is another's the office is not this one."""
    office = make_office(tmp_path)
    anchor = office.folder.anchor()
    assert TYPED_CODE.convert(f"https://report.example/#c={anchor}", None, None) == str(anchor)
    forged = f"{anchor.code}&h={b64encode(bytes(32))}"
    text = tmp_path / "text"
    text.write_text("words", "utf-8")
    common = ("report", "--office", office.path, "--policy", POLICY, "--entity", "group", "--text-file", text)
    assert yanlu(*common, "--office-key", forged, "--out", tmp_path / "no").code == Exit.NOT_VERIFIED
    assert not (tmp_path / "no").exists()
    assert yanlu(*common, "--office-key", str(anchor), "--out", tmp_path / "yes").code == Exit.DONE


def test_the_poster_carries_the_whole_hash(tmp_path: Path) -> None:
    """To type it is the short one; the address in front of it holds both, and the option takes it as it stands."""
    office = make_office(tmp_path)
    poster = poster_text(
        localized({"zh": "单位", "en": "Office"}, "zh"), office.folder.anchor(), "https://report.example/"
    )
    assert f"Office code: {office.code}\n" in poster
    link = next(line.split()[-1] for line in poster.splitlines() if line.startswith("Address:"))
    assert link == f"https://report.example/#c={office.folder.anchor()}"
    assert TYPED_CODE.convert(link, None, None) == str(office.folder.anchor())


def test_a_secret_that_nobody_types_names_the_option_for_its_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In a script, without a terminal: the passphrase, the device secret, the digits and the receipt."""
    monkeypatch.setattr("sys.stdin", io.StringIO())
    terminal = Terminal(Catalogue("en"), as_json=False)
    options = DeskOptions(tmp_path, None, None, None)
    with pytest.raises(CommandError) as refused:
        unlocking(terminal, options)
    said = "Passphrase: there is nobody to ask; give it in a file with --passphrase-file FILE."
    assert (refused.value.code, refused.value.text(terminal.words)) == (Exit.USAGE, said)
    given = tmp_path / "passphrase"
    given.write_text("x", "utf-8")
    with pytest.raises(CommandError) as refused:
        unlocking(terminal, replace(options, passphrase_file=given))
    assert "--device-secret-file FILE" in refused.value.text(terminal.words)
