"""`/healthz` says 503 while a store is dead, within a bound, on every face and both kinds of stores."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import URL, make_url

from crypto.framing import b64encode
from portal.db_roles.privileges import StoreRole, stores_of
from portal.edge.health import FRESH_SECONDS, PATIENCE_SECONDS, WAITING, HealthCheck, add_health_check, health_of
from portal.edge.readiness import StoreReadiness, require_stores
from portal.mailroom.blobs import blob_probe
from portal.settings import Settings, StoreName
from portal.stores.answering import asks_store
from portal.stores.engines import StoreAway
from portal.wiring.desk import build_desk
from portal.wiring.intake import build_intake
from portal.wiring.watch import build_hr_upload_face, build_officer_face
from tests.support.faults.s3_fault_proxy import S3Fault, faulty_s3
from tests.support.offices.edge import as_role, settings_for
from tests.support.servers.ports import LOOPBACK
from tests.support.servers.s3 import S3
from tests.support.stores.backends import Stores, embedded_stores

FACES: dict[StoreRole, Callable[[Settings], Flask]] = {
    StoreRole.INTAKE: build_intake,
    StoreRole.DESK: build_desk,
    StoreRole.WATCH: build_officer_face,
    StoreRole.HR_UPLOAD: build_hr_upload_face,
}
# No service has it (tcpmux, RFC 1078, is historic).
DEAD_PORT = 1


def settings_of(stores: Stores, folder: Path, role: StoreRole) -> Settings:
    """A process's settings, the key of a watch's host among them."""
    (folder / "watch.key").write_text(f"{b64encode(bytes(32))}\n")
    return as_role(settings_for(stores, folder), role)


def without(settings: Settings, name: StoreName) -> Settings:
    """The same with a store that is gone: its server is stopped, its file was taken away."""
    url = make_url(settings.url(name))
    if url.get_backend_name() == "sqlite":
        return at(settings, name, url.set(database=f"{url.database}.gone"))
    return at(settings, name, url.set(host=LOOPBACK, port=DEAD_PORT, query={}))


def at(settings: Settings, name: StoreName, url: URL) -> Settings:
    """The same with one store at another address."""
    text = SecretStr(url.render_as_string(hide_password=False))
    return settings.model_copy(update={"urls": settings.urls | {name: text}})


@pytest.mark.parametrize("role", FACES)
def test_every_face_says_503_without_a_word_while_any_of_its_stores_is_dead(
    stores: Stores, tmp_path: Path, role: StoreRole
) -> None:
    """204 while all are there; 503 for each that is gone, nothing in the body, the same headers, no file made."""
    settings = settings_of(stores, tmp_path, role)
    well = FACES[role](settings).test_client().get("/healthz")
    assert (well.status_code, well.data) == (204, b"")
    files = sorted(tmp_path.rglob("*.sqlite*"))
    for name in stores_of(role):
        app = FACES[role](without(settings, name))
        ill = app.test_client().get("/healthz")
        assert (ill.status_code, ill.data) == (503, b""), name
        assert {key for key, _ in ill.headers} - {"Content-Length"} == {key for key, _ in well.headers}
    assert sorted(tmp_path.rglob("*.sqlite*")) == files


@pytest.mark.parametrize("role", [StoreRole.INTAKE, StoreRole.DESK])
def test_attachments_that_cannot_be_kept_are_no_good_health(tmp_path: Path, role: StoreRole, s3: S3) -> None:
    """A folder that is gone; a bucket that fails, hangs or closes every line: all said within seconds."""
    stores = embedded_stores(tmp_path)
    settings = settings_of(stores, tmp_path, role)
    ask = blob_probe(settings)
    ask()
    (tmp_path / "blobs").rename(tmp_path / "elsewhere")
    with pytest.raises(StoreAway, match="blobs"):
        ask()
    with faulty_s3(s3.endpoint) as server:
        url = s3.url(s3.fresh_prefix()).replace(s3.endpoint, server.url)
        keys = {"blob_access_key": s3.access_key, "blob_secret_key": s3.secret_key}
        bucket = blob_probe(settings_for(replace(stores, blobs=url, **keys), tmp_path))
        bucket()
        for fault in (S3Fault.FAILING, S3Fault.HANGING, S3Fault.GONE):
            server.suffer(fault)
            with pytest.raises(StoreAway, match="blobs"):
                bucket()
            server.suffer(S3Fault.NONE)
            bucket()
    app = FACES[role](settings)
    assert any(look.__qualname__.startswith("blob_probe") for look in health_of(app).checks)


def test_a_file_without_tables_is_no_store(tmp_path: Path) -> None:
    """An empty file in the place of a store is as good as none."""
    settings = settings_for(embedded_stores(tmp_path), tmp_path)
    Path(settings.url(StoreName.CASES).removeprefix("sqlite:///")).touch()
    with pytest.raises(StoreAway, match="cases"):
        asks_store(settings, StoreName.CASES)()


def test_a_database_that_takes_lines_and_says_nothing_is_given_up(stores: Stores, tmp_path: Path) -> None:
    """A server that hangs is as dead as one that is stopped, and who asks gets that answer."""
    settings = settings_for(stores, tmp_path)
    url = make_url(settings.url(StoreName.MAILROOM))
    if url.get_backend_name() == "sqlite":
        pytest.skip("a file does not hang")
    with faulty_s3(f"http://{LOOPBACK}:{DEAD_PORT}") as server:
        server.suffer(S3Fault.HANGING)
        host, port = server.listener.getsockname()
        ask = asks_store(at(settings, StoreName.MAILROOM, url.set(host=host, port=port, query={})), StoreName.MAILROOM)
        with pytest.raises(StoreAway, match="mailroom"):
            ask()


class Stage:
    """A look that a test holds up, and a clock of its own."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.looked = 0
        self.now = 0.0
        self.fault: Exception | None = None
        self.pulse = HealthCheck([self.look], ticks=lambda: self.now, patience=PATIENCE_SECONDS)

    def look(self) -> None:
        """Counts, waits to be let on, and fails when told."""
        self.looked += 1
        self.open.wait(30)
        if self.fault is not None:
            raise self.fault


@pytest.fixture
def stage() -> Iterator[Stage]:
    """A pulse whose looks the test lets on."""
    made = Stage()
    yield made
    made.open.set()


def test_a_verdict_is_kept_for_a_second_whoever_asks(stage: Stage) -> None:
    """A thousand callers within a second cost one look; then comes the next, and its verdict counts."""
    stage.open.set()
    assert all(stage.pulse.is_healthy() for _ in range(1000))
    assert stage.looked == 1
    stage.fault = StoreAway("cases")
    stage.now += FRESH_SECONDS
    assert not stage.pulse.is_healthy()
    assert not stage.pulse.is_healthy()
    assert stage.looked == 2


def test_a_look_that_hangs_holds_few_callers_and_none_for_long(stage: Stage) -> None:
    """One look hangs: four callers wait for it, others do not; once it is overdue all get 503, and no new look."""
    stage.open.set()
    assert stage.pulse.is_healthy()
    stage.open.clear()
    stage.now += FRESH_SECONDS
    begun = time.monotonic()
    with ThreadPoolExecutor(64) as pool:
        verdicts = [pool.submit(stage.pulse.is_healthy) for _ in range(64)]
        while sum(verdict.done() for verdict in verdicts) < 64 - WAITING:
            assert time.monotonic() - begun < 30
            time.sleep(0.01)
        assert all(verdict.result() for verdict in verdicts if verdict.done())
        stage.now += PATIENCE_SECONDS
        assert not stage.pulse.is_healthy()
        assert stage.looked == 2
        stage.open.set()
    while stage.pulse._running is not None:
        time.sleep(0.01)
    assert stage.pulse.is_healthy()


def test_a_face_is_ill_until_its_stores_are_up_to_date_and_asks_for_them_by_itself() -> None:
    """Anyone who asks for nothing but its health brings a face up as well: a balancer sends it no other call."""
    app, there = Flask("face"), [False]

    def look() -> None:
        if not there[0]:
            raise StoreAway("mailroom")

    require_stores(add_health_check(app), StoreReadiness(look, pause=0))
    health_of(app).fresh = 0
    client = app.test_client()
    assert (client.get("/healthz").status_code, client.get("/healthz").data) == (503, b"")
    there[0] = True
    assert client.get("/healthz").status_code == 204


def test_what_is_wrong_is_written_down_once_and_by_name_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """The journal names the store when it goes and when it is back; an error's own words are never repeated."""
    faults: list[Exception | None] = [None, StoreAway("cases"), StoreAway("cases"), RuntimeError("secret"), None]

    def look() -> None:
        fault = faults.pop(0)
        if fault is not None:
            raise fault

    pulse = HealthCheck([look], fresh=0)
    assert [pulse.is_healthy() for _ in range(5)] == [True, False, False, False, True]
    said = capsys.readouterr().out
    counts = {word: said.count(word) for word in ("not well", "well again", '"cases"', "RuntimeError", "secret")}
    assert counts == {"not well": 2, "well again": 1, '"cases"': 1, "RuntimeError": 1, "secret": 0}


def test_a_look_that_cannot_begin_is_no_good_health_and_the_next_one_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no thread can be started the face is ill for that call alone."""
    pulse = HealthCheck([lambda: None])
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", _no_thread)
        assert not pulse.is_healthy()
    assert pulse.is_healthy()


def _no_thread(_thread: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")
