"""A release is signed by several people on machines of their own, and published only with its very pages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from crypto.errors import CryptoError
from crypto.office.release import FACES
from portal.office.keepers import read_keeper
from portal.release.releases import (
    ReleaseFolder,
    ReleaseRefused,
    check_build,
    found_signers,
    publish_release,
    rotate_signers,
    sign_release,
)
from portal.settings import read_settings
from portal.site_build.pages import release_list, write_face
from tests.support.commands.yanlu_in_process import inside


def build(site: Path, word: str) -> None:
    """Small faces as a build leaves them."""
    for face in FACES:
        files = {"zh/index.html": f"{face} {word}".encode(), "assets/x.js": b"1"}
        write_face(site, face, files | {"release.json": release_list(files)})


@pytest.fixture
def folder(tmp_path: Path) -> ReleaseFolder:
    """Three signers, two of whom have to sign."""
    return found_signers(tmp_path / "release", ["ann", "bo", "cy"], 2, os.urandom)


def signed(folder: ReleaseFolder, site: Path, *names: str, version: str = "1.0") -> tuple[int, int]:
    """Lets these sign; gives the number and how many signatures are missing."""
    keys = [read_keeper(folder.path / f"keys/{name}.key", folder.root().office) for name in names]
    done = sign_release(folder, site, version, keys)
    return done.release.number, done.missing


def test_two_people_sign_on_two_machines(folder: ReleaseFolder, tmp_path: Path) -> None:
    """Each builds and signs where the key is; what comes back from the second is signed by both."""
    for machine in ("one", "two"):
        build(tmp_path / machine, "first")
    other = ReleaseFolder(tmp_path / "elsewhere")
    assert signed(folder, tmp_path / "one", "ann") == (1, 1)
    with pytest.raises(CryptoError):
        folder.release()
    shutil.copytree(folder.path, other.path)
    assert signed(other, tmp_path / "two", "cy") == (1, 0)
    assert other.release(folder.code()).signers == ("ann", "cy")
    assert check_build(other.release(), tmp_path / "one") == []


def test_numbers_rise_only_over_what_was_complete(folder: ReleaseFolder, tmp_path: Path) -> None:
    """A list that never had enough signatures gives its number to the next; a complete one keeps it."""
    site = tmp_path / "site"
    build(site, "first")
    assert signed(folder, site, "ann") == (1, 1)
    build(site, "mended")
    assert signed(folder, site, "ann", "bo") == (1, 0)
    assert signed(folder, site, "cy") == (1, 0)
    build(site, "next")
    assert signed(folder, site, "bo") == (2, 1)
    assert signed(folder, site, "ann", "bo", version="1.1") == (2, 0)


@pytest.mark.parametrize("harm", ["altered", "added", "taken"])
def test_other_pages_are_neither_signed_nor_published(folder: ReleaseFolder, tmp_path: Path, harm: str) -> None:
    """A file altered, added or taken away after the build stops the signature, and another build is not published."""
    site = tmp_path / "site"
    build(site, "first")
    signed(folder, site, "ann", "bo")
    file = site / "intake" / ("assets/y.js" if harm == "added" else "assets/x.js")
    file.unlink() if harm == "taken" else file.write_bytes(b"2")
    with pytest.raises(ReleaseRefused):
        signed(folder, site, "cy")
    build(site, "another")
    with pytest.raises(ReleaseRefused, match=r"intake/zh/index\.html"):
        publish_release(folder, site)
    assert not (site / "intake/release.note").exists()


def test_what_is_published_stands_with_each_face_and_in_no_list(folder: ReleaseFolder, tmp_path: Path) -> None:
    """List and roots lie readable beside the pages, and publishing again changes nothing."""
    site = tmp_path / "site"
    build(site, "first")
    signed(folder, site, "ann", "bo")
    for _ in range(2):
        assert publish_release(folder, site).number == 1
    for face in FACES:
        assert (site / face / "release.note").read_bytes() == folder.note()
        assert (site / face / "release-roots.json").stat().st_mode & 0o777 == 0o644


def test_a_second_founding_and_foreign_keys_are_refused(folder: ReleaseFolder, tmp_path: Path) -> None:
    """The code on everybody's paper stays; a key of other signers signs nothing."""
    build(tmp_path / "site", "first")
    with pytest.raises(ReleaseRefused):
        found_signers(folder.path, ["eve", "fay", "gus"], 2, os.urandom)
    other = found_signers(tmp_path / "other", ["ann", "bo", "cy"], 2, os.urandom)
    key = read_keeper(other.path / "keys/ann.key", other.root().office)
    with pytest.raises(ReleaseRefused):
        sign_release(folder, tmp_path / "site", "1.0", [key])
    assert folder.note() is None


def test_others_take_over_under_the_same_code(folder: ReleaseFolder, tmp_path: Path) -> None:
    """Two of the old signers hand over to one who stays and a newcomer; the old list gives way to the next number."""
    site, code = tmp_path / "site", folder.code()
    build(site, "first")
    assert signed(folder, site, "ann", "bo") == (1, 0)
    office = folder.root().office
    ann, bo = (read_keeper(folder.path / f"keys/{name}.key", office) for name in ("ann", "bo"))
    with pytest.raises(ReleaseRefused):
        rotate_signers(folder, [ann, ann], ["ann", "dee", "eve"], 2, os.urandom)
    assert folder.root().number == 1
    made, _eve = rotate_signers(folder, [ann, bo], ["ann", "dee", "eve"], 2, os.urandom)
    assert made.stat().st_mode & 0o777 == 0o600
    with pytest.raises(CryptoError):
        folder.release()
    with pytest.raises(ReleaseRefused):
        sign_release(folder, site, "1.0", [bo])
    done = sign_release(folder, site, "1.0", [ann, read_keeper(made, office)])
    assert (done.release.number, done.missing) == (2, 0)
    assert folder.release(code).signers == ("ann", "dee")


def runner(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, dict[str, object]]]:
    """Runs `yanlu release …` in this process; exit code and document."""
    settings = read_settings({"YANLU_DATA": str(tmp_path / "data")})

    def run(*words: object) -> tuple[int, dict[str, object]]:
        ran = inside(capsys, monkeypatch, settings, "release", *words, "--json")
        return ran.code, ran.document if ran.code == 0 else {}

    return run


def named(*signers: str) -> list[str]:
    """The options that name these signers."""
    return [word for name in signers for word in ("--signer", name)]


def test_the_commands_lead_through_a_release(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found, sign twice, verify, publish: each says what is next, and verify tells other pages with code 6."""
    build(tmp_path / "site", "first")
    settings = read_settings({"YANLU_DATA": str(tmp_path / "data")})
    place, site = tmp_path / "release", ("--site", tmp_path / "site")

    def run(*words: object) -> tuple[int, dict[str, object]]:
        ran = inside(capsys, monkeypatch, settings, "release", *words, "--json")
        return ran.code, ran.document if ran.code == 0 else {}

    _, founded = run("found", place, "--signer", "ann", "--signer", "bo", "--signer", "cy", "--signer", "dee")
    code = founded["code"]
    assert (place / "keys/ann.key").stat().st_mode & 0o777 == 0o600
    for name, missing in (("ann", 1), ("bo", 0)):
        assert run("sign", place, "--key", place / f"keys/{name}.key", "--version", "1.0", *site) == (
            0,
            {"number": 1, "version": "1.0", "missing": missing},
        )
    assert run("verify", place, "--release-key", code, *site) == (
        0,
        {"number": 1, "version": "1.0", "signers": ["ann", "bo"]},
    )
    assert run("publish", place, *site)[0] == 0
    assert run("verify", place, "--release-key", "7K3M-Q2XF-9T0A-HV5C-JB86", *site)[0] == 3
    words = ("--key", place / "keys/ann.key", "--key", place / "keys/bo.key", *named("bo", "cy", "dee"))
    code_and_root = run("rotate", place, *words)[1]
    assert (code_and_root["code"], code_and_root["root"]) == (code, 2)
    assert run("rotate", place, *words[:2], *named("bo", "ann", "cy"))[0] == 6
    assert run(
        "sign", place, "--key", place / "keys/bo.key", "--key", place / "keys/cy.2.key", "--version", "1.0", *site
    )[1] == {"number": 2, "version": "1.0", "missing": 0}
    build(tmp_path / "site", "another")
    assert run("verify", place, "--release-key", code, *site)[0] == 6


def test_a_release_takes_two_signers_and_fewer_than_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One signer, two of two, and one of three are refused before a key is made."""
    run = runner(tmp_path, capsys, monkeypatch)
    for names, more in (("ann", ()), ("ann bo", ()), ("ann bo cy", ("--threshold", "1"))):
        assert run("found", tmp_path / "few", *named(*names.split()), *more)[0] == 2
        assert not (tmp_path / "few").exists()
