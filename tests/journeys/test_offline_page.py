"""The report in one file on a disk: without any line it makes a sealed file, which the office takes and opens."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

import crypto
from crypto.case.payloads import read_payload
from crypto.framing import sha256
from portal.release.offline_page import fill_page, office_texts, shell_path
from portal.settings import demo_settings
from portal.stores.schemas import upgrade_stores
from portal.wiring.intake import build_intake
from tests.journeys.demo import Demo
from tests.journeys.reporter import PATIENCE, Reporter, Told, Upload, hook
from tests.journeys.test_main_journey import person
from tests.support.commands.yanlu_in_process import inside
from tests.support.offices.edge import settings_for
from tests.support.offices.sample_office import OfficeForTests, make_office
from tests.support.servers.face_process import live_intake
from tests.support.stores.backends import embedded_stores

pytestmark = pytest.mark.timeout(1800)
SITE = Path(__file__).resolve().parents[2] / "portal/site"
ACCOUNT = "仓库的验收单是事后补签的。"
ELSEWHERE = "http://127.0.0.1:9/"
TRY = """async (address) => {
  try { await fetch(address); return "gone"; } catch { return "stopped"; }
}"""
FILE: Upload = {"name": "page.bin", "mimeType": "application/octet-stream", "buffer": b"a page of a ledger"}


def _write(office: OfficeForTests, language: str, page: Path) -> Path:
    form = (SITE / "intake" / shell_path(language)).read_bytes()
    page.write_bytes(fill_page(form, office_texts(office.folder, office.folder.shown(), demo=True)))
    return page


def _open(page: Page, file: Path, code: str) -> list[str]:
    """Opens the file without a line and types the code; gives every address that is asked for from then on."""
    asked: list[str] = []
    page.context.set_offline(True)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    hook(page, "office-code").fill(code)
    hook(page, "office-code-check").click()
    return asked


def _told(page: Page, told: Told) -> tuple[bytes, str]:
    """Tells everything; gives the sealed file and the receipt."""
    reporter = Reporter(page, "", "", "zh")
    reporter.tell(told)
    assert [hook(page, name).count() for name in ("save-later", "save-above", "take-bundle")] == [0, 0, 0]
    receipt = reporter.send()
    with page.expect_download(timeout=PATIENCE) as kept:
        hook(page, "save-bundle").click()
    content = Path(kept.value.path()).read_bytes()
    reporter.finish(receipt)
    assert hook(page, "to-mailbox").count() == 0
    return content, receipt


def _as_opened(office: OfficeForTests, bundle: bytes, member: str) -> tuple[crypto.Report, bytes]:
    """What the desk of a member opens in the sealed file: the report, and its one attachment."""
    read = crypto.read_bundle(io.BytesIO(bundle))
    blobs = [blob.read() for _, blob in read.blobs()]
    directory = office.directory()
    grant = crypto.open_grant(office.staff[member], read.submission.packet, directory)
    thread = crypto.read_case(directory, grant, [read.submission.item.document()])
    assert [entry.mark for entry in thread.entries] == [None]
    inner = thread.entries[0].inner
    assert inner is not None
    report = read_payload(crypto.Direction.TO_OFFICE, inner.type, inner.payload)
    assert isinstance(report, crypto.Report)
    identity = grant.body.case_identity
    found = b"".join(crypto.open_attachment_stream(io.BytesIO(blobs[0]), identity, report.attachments[0], 1))
    return report, found


def test_a_sealed_file_is_made_without_any_line(chromium: Browser, tmp_path: Path) -> None:
    """Nothing is asked for, not even when a script tries; intake takes the file, and a holder opens it, no other."""
    office = make_office(tmp_path)
    file = _write(office, "zh", tmp_path / "yanlu-report.html")
    with person(chromium, "phone", "zh") as one:
        asked = _open(one.page, file, office.code)
        expect(hook(one.page, "offline-until")).to_be_visible(timeout=PATIENCE)
        expect(hook(one.page, "demo-banner")).to_be_visible()
        one.inspect("offline")
        bundle, receipt = _told(one.page, Told(ACCOUNT, files=[FILE], exclude=["investigator-b"]))
        assert [url for url in asked if not url.startswith(("blob:", file.as_uri()))] == []
    settings = settings_for(embedded_stores(tmp_path), tmp_path)
    upgrade_stores(settings)
    app = build_intake(settings)
    taken = app.test_client().post("/api/bundles", data=bundle, content_type="application/octet-stream")
    app.extensions["yanlu_mailroom"].store.engine.dispose()
    assert taken.status_code == 201
    report, attached = _as_opened(office, bundle, "investigator-a")
    assert (report.account, report.channel, attached) == (ACCOUNT, "bundle", FILE["buffer"])
    with pytest.raises(crypto.NotAddressed):
        _as_opened(office, bundle, "investigator-b")
    keys = crypto.derive_reporter(crypto.read_receipt(receipt), office.office)
    mailbox = crypto.read_bundle(io.BytesIO(bundle)).submission.mailbox
    assert mailbox == sha256(keys.mailbox_token)


@pytest.fixture
def shipped(demo: Demo) -> Iterator[Demo]:
    """The office of the shared demo behind the pages that ship: those of the demo are light."""
    settings = demo_settings(demo.data)
    with live_intake(settings, start=None) as intake, live_intake(settings, face="desk", start=None) as desk:
        yield replace(demo, intake=intake, desk=desk)


def test_the_demo_hands_the_page_out_and_is_the_released_site(
    shipped: Demo,
    chromium: Browser,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first page says how far it can be trusted and gives the file, which opens; both faces pass verify-site."""
    file = tmp_path / "yanlu-report.html"
    with person(chromium, "phone", "zh") as one:
        Reporter(one.page, shipped.intake, shipped.code, "zh").arrive()
        hook(one.page, "trust-open").click()
        one.inspect("trust")
        with one.page.expect_download(timeout=PATIENCE) as kept:
            hook(one.page, "offline-page").click()
        kept.value.save_as(file)
    with person(chromium, "phone", "zh") as one:
        _open(one.page, file, shipped.code)
        expect(hook(one.page, "step-title")).to_be_visible(timeout=PATIENCE)
    settings = settings_for(embedded_stores(tmp_path), tmp_path)
    for face, address in (("intake", shipped.intake), ("desk", shipped.desk)):
        words = ("verify-site", address, "--face", face, "--visitors", "3", "--json")
        assert inside(capsys, monkeypatch, settings, *words).document == {"ok": True, "visitors": 3}


def test_a_file_that_is_foreign_old_or_empty_seals_nothing(chromium: Browser, tmp_path: Path) -> None:
    """Another code, a directory whose time is over, a release's empty form: each is told, and no question is asked."""
    long_ago = date.today() - timedelta(days=100)  # what the browser calls today
    fresh, old = make_office(tmp_path / "fresh"), make_office(tmp_path / "old", today=long_ago)
    page, late = _write(fresh, "en", tmp_path / "en.html"), _write(old, "en", tmp_path / "late.html")
    empty = tmp_path / "empty.html"
    empty.write_bytes((SITE / "intake" / shell_path("en")).read_bytes())
    with person(chromium, "phone", "en") as one:
        for file, code in ((page, old.code), (late, old.code)):
            _open(one.page, file, code)
            expect(hook(one.page, "gate-refused")).to_be_visible(timeout=PATIENCE)
            assert hook(one.page, "step-title").count() == 0
        one.page.goto(empty.as_uri())
        expect(hook(one.page, "offline-empty")).to_be_visible()


def test_the_file_may_not_connect(chromium: Browser, tmp_path: Path) -> None:
    """Its own policy stops a connection that a script in it tries, before it leaves the browser."""
    office = make_office(tmp_path)
    file = _write(office, "zh", tmp_path / "page.html")
    free = tmp_path / "free.html"
    free.write_text("<!doctype html><title>without a policy</title>")
    assert _reaches(chromium, file) == ("stopped", [])
    # The same try leaves a page that has no policy: the test would see it.
    assert _reaches(chromium, free) == ("gone", [ELSEWHERE])


def _reaches(chromium: Browser, file: Path) -> tuple[str, list[str]]:
    """What becomes of a connection that the page tries, and what left the browser."""
    with chromium.new_context() as context:
        page, left = context.new_page(), list[str]()

        def answer(route: Route) -> None:
            left.append(route.request.url)
            route.fulfill(status=200, body="x", headers={"Access-Control-Allow-Origin": "*"})

        page.goto(file.as_uri())
        page.route("**/*", answer)
        return page.evaluate(TRY, ELSEWHERE), left
