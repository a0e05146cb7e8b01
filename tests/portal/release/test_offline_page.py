"""The page for a disk: filled from a release's form alone, the same each time, and checked against the signed list."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from portal.office.errors import OfficeMissing
from portal.office.keepers import read_keeper
from portal.release.offline_page import NotAnOfflinePage, empty_page, fill_page, office_texts, shell_path
from portal.release.releases import check_page, found_signers, sign_release
from portal.settings import Settings
from portal.stores.schemas import upgrade_stores
from portal.wiring.intake import build_intake
from tests.support.commands.yanlu_in_process import inside
from tests.support.offices.edge import Hands, settings_for
from tests.support.offices.sample_office import OfficeForTests, make_office
from tests.support.stores.backends import embedded_stores

SITE = Path(__file__).resolve().parents[3] / "portal/site"
SHELL = (SITE / "intake" / shell_path("zh")).read_bytes()


@pytest.fixture
def office(tmp_path: Path) -> OfficeForTests:
    """The sample office, signed, with all its texts."""
    return make_office(tmp_path)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings whose office is that one."""
    return settings_for(embedded_stores(tmp_path), tmp_path)


def test_a_filled_page_is_the_form_and_the_documents_and_nothing_else(office: OfficeForTests) -> None:
    """The same office gives the same bytes, and without its documents the page is the released form again."""
    texts = office_texts(office.folder, office.folder.shown(), demo=False)
    page = fill_page(SHELL, texts)
    assert page == fill_page(SHELL, dict(reversed(texts.items())))
    assert empty_page(page) == SHELL
    assert len(page) > len(SHELL) + sum(map(len, texts.values()))
    assert {path.split("/")[2].split(".")[0] for path in texts} == {
        "office",
        "site",
        "policies",
        "jurisdictions",
    }


def test_texts_come_out_of_the_page_as_they_went_in() -> None:
    """Whatever stands in a text, it can't end the element that holds it, and reads back exactly."""
    texts = {"/office/x": "</script><script>1</script> <!-- 言路 \u2028 \\u003c"}
    page = fill_page(SHELL, texts)
    inside_of_it = page.split(b'id="documents">')[1].split(b"</script>")[0]
    assert b"<" not in inside_of_it
    assert json.loads(inside_of_it) == {"v": 1, "files": texts}


@pytest.mark.parametrize(
    "page",
    [
        b"",
        SHELL,
        SHELL.replace(b'id="documents">null', b'id="documents">{"v":1,"files":{}}<b>'),
        SHELL.replace(b'id="documents">null', b'id="documents">{"v":1,"files":{},"more":1}'),
        SHELL.replace(b'id="documents">null', b'id="documents">[]'),
        fill_page(SHELL, {}).replace(
            b"</head>", b'<script type="application/json" id="documents">null</script></head>'
        ),
    ],
    ids=["nothing", "empty-form", "markup", "more-keys", "list", "two-places"],
)
def test_what_is_no_filled_page_is_refused(page: bytes) -> None:
    """Another place for documents, markup among them, or none: such a file is not of the release."""
    with pytest.raises(NotAnOfflinePage):
        empty_page(page)


def test_a_form_without_its_one_place_is_not_filled() -> None:
    """A page that is no form, or one that was filled before, is never written over."""
    for shell in (b"<!doctype html>", fill_page(SHELL, {}), SHELL + SHELL):
        with pytest.raises(NotAnOfflinePage):
            fill_page(shell, {})


def test_an_office_without_a_directory_has_no_page(office: OfficeForTests) -> None:
    """Before the first signing, and while a text is missing, there is nothing to hand out."""
    shutil.rmtree(office.path / "published/policies")
    with pytest.raises(OfficeMissing):
        office_texts(office.folder, office.folder.shown(), demo=False)
    (office.path / "directory.note").unlink()
    with pytest.raises(OfficeMissing):
        office_texts(office.folder, office.folder.shown(), demo=False)


def test_intake_and_command_give_the_same_page(
    office: OfficeForTests,
    settings: Settings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What can be saved from the site is, byte for byte, what the office's own command writes."""
    upgrade_stores(settings)
    app = build_intake(settings, Hands())
    client: FlaskClient = app.test_client()
    for language in ("zh", "en"):
        served = client.get(f"/office/{language}/yanlu-report.html")
        out = tmp_path / f"{language}.html"
        ran = inside(
            capsys, monkeypatch, settings, "office", "offline-page", "--language", language, "--out", out, "--json"
        )
        assert ran.document == {"page": str(out), "expires": office.directory().content.expires}
        assert (
            served.data
            == out.read_bytes()
            == fill_page(
                (SITE / "intake" / shell_path(language)).read_bytes(),
                office_texts(office.folder, office.folder.shown(), demo=False),
            )
        )
        assert served.headers["Content-Disposition"].startswith("attachment")
    app.extensions["yanlu_mailroom"].store.engine.dispose()


def test_a_page_is_checked_against_the_signed_list(
    office: OfficeForTests,
    settings: Settings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`yanlu release verify --page` takes the filled page, and refuses it with one byte of its script changed."""
    folder = found_signers(tmp_path / "release", ["ann", "bo", "cy"], 2, os.urandom)
    keys = [read_keeper(tmp_path / f"release/keys/{name}.key", folder.root().office) for name in ("ann", "bo")]
    sign_release(folder, SITE, "1.0", keys)
    page = fill_page(SHELL, office_texts(office.folder, office.folder.shown(), demo=False))
    assert check_page(folder.release(), page) == "zh"
    assert json.loads((SITE / "intake/release.json").read_text())["files"][shell_path("zh")] == (
        hashlib.sha256(SHELL).hexdigest()
    )
    at = page.rindex(b"</script>") - 9
    file = tmp_path / "page.html"
    for content, code in ((page, 0), (page[:at] + bytes([page[at] ^ 1]) + page[at + 1 :], 6), (SHELL, 6)):
        file.write_bytes(content)
        words = ("release", "verify", folder.path, "--release-key", folder.code(), "--page", file)
        assert inside(capsys, monkeypatch, settings, *words).code == code
