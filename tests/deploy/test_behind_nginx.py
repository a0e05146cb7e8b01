"""The shipped site: nginx before intake and desk, roles, PostgreSQL and S3; what is typed there is nowhere."""

from __future__ import annotations

import hashlib
import io
import os
import re
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import obstore
import pytest
from playwright.sync_api import Browser
from sqlalchemy import insert

from crypto.framing import b64encode
from crypto.sealing.age import open_stream
from crypto.sealing.attachment_shape import PART_SIZE
from portal.cli.desk.enrolment import NewMember
from portal.cli.terminal import today
from portal.db_roles.privileges import StoreRole
from portal.edge.headers import strict_headers
from portal.mailroom.tables import SLOTS
from portal.office import EnrolledMember, OfficeFolder, sign_directory
from portal.office.sample import SAMPLE_MEMBERS
from portal.settings import StoreName
from portal.stores.engines import open_store
from tests.deploy.refusals import NGINX, locations, words
from tests.journeys.demo import Demo, Sign
from tests.journeys.test_callers import CALLERS, CALLS, PATHS
from tests.journeys.test_canary_on_server import STEM, WORDS, Roads, journey, stems, words_of
from tests.support.commands.yanlu_in_process import inside
from tests.support.commands.yanlu_process import enrol_all
from tests.support.offices.edge import Hands, as_role
from tests.support.privacy.canary_search import in_files, in_memory, in_rows, sightings
from tests.support.servers.nginx_site import Site, running_site
from tests.support.servers.postgres import Postgres
from tests.support.servers.s3 import S3
from tests.support.stores.backends import Stores, scaled_stores
from tests.support.stores.backups import Vault
from tests.support.stores.batch_slots import slots_at_once

MEMBERS = ("investigator-a", "investigator-b", "registrar-a", "approver-a", "outside-a")
# Where Debian's nginx would put what does not fit into memory.
TEMPORARY = Path("/var/lib/nginx/body")
NGINX_SAYS_NOTHING = re.compile(rb"user.*directive makes sense only.*\n")


@dataclass
class Shipped:
    """A running site, its members, where its stores lie, and since when."""

    site: Site
    stores: Stores
    s3: S3
    members: dict[str, NewMember]
    since: float

    def client(self, **more: object) -> httpx.Client:
        """A caller that believes the site's certificate."""
        trusted = ssl.create_default_context(cafile=self.site.certificate)
        return httpx.Client(verify=trusted, base_url=self.site.intake, **more)  # type: ignore[arg-type]

    def demo(self) -> Demo:
        """The same site as the journeys know one."""
        signs = {
            name: Sign(name, one.name, one.role, one.passphrase, one.device_secret, one.totp_secret, "")
            for name, one in self.members.items()
        }
        site = self.site
        pids = [process.pid for process in site.processes.values()]
        return Demo(
            site.intake,
            site.desk,
            site.code,
            site.settings.data,
            pids,
            signs,
            [],
            site.folder / "intake.log",
            site.settings,
        )

    def sightings(self, words: dict[str, str]) -> list[str]:
        """Wherever a word is on this machine: the site's files, rows, the database's and the bucket's files."""
        assert self.stores.server is not None
        assert self.s3.folder is not None
        self.stores.server.run("CHECKPOINT")
        seen = in_files(self.site.folder, words, but=("tls",))
        for folder in (self.stores.server.folder, self.s3.folder):
            seen += in_files(folder, words, since=self.since)
        for name in StoreName:
            store = open_store(self.site.settings, name)
            seen += in_rows(store, words)
            store.engine.dispose()
        return seen

    def servers(self) -> list[int]:
        """Our own processes: intake, desk and worker."""
        return [process.pid for process in self.site.processes.values()]


@pytest.fixture(scope="module")
def shipped(postgres: Postgres, s3: S3) -> Iterator[Shipped]:
    """The site with five enrolled members; our own code believes its certificate meanwhile."""
    since = time.time() - 1
    with scaled_stores(postgres, s3) as stores, running_site(stores) as site, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(site.certificate))
        members = enrol_all(as_role(site.settings, StoreRole.DESK), site.desk, MEMBERS)
        roles = {member.id: member for member in SAMPLE_MEMBERS}
        enrolled = [
            EnrolledMember(name, roles[name].role, roles[name].name, one.staff.recipient, one.staff.signing_key)
            for name, one in members.items()
        ]
        sign_directory(OfficeFolder(site.settings.office), enrolled, site.keepers, today())
        yield Shipped(site, stores, s3, members, since)


@pytest.fixture(scope="module")
def told(shipped: Shipped, chromium: Browser) -> dict[str, str]:
    """Every word of a journey through nginx: report with a file, reply, note, coming back, answer."""
    context = {"ignore_https_errors": True, "user_agent": CALLERS["browser"]}
    roads = Roads(shipped.site.intake, shipped.site.desk, "investigator-b", "group", context)
    demo = shipped.demo()
    with slots_at_once(shipped.site.settings):
        receipt = journey(demo, chromium, roads)
    return words_of(receipt, demo.staff["investigator-b"])


@pytest.mark.timeout(1800)
def test_no_word_of_a_journey_is_on_the_machine_or_in_a_backup(
    shipped: Shipped, told: dict[str, str], tmp_path: Path
) -> None:
    """Not in a row, file, log segment, volume, archive (sealed or opened) or process, in any coat; planted ones are."""
    typed = stems(told)
    assert all(STEM in word for word in WORDS.values())
    assert shipped.sightings(typed) == []
    assert in_memory(shipped.servers(), typed) == []
    vault = Vault(shipped.site.settings, tmp_path)
    archives = {made.store: _archive(vault, made.store) for made in vault.backup(Hands())}
    assert archives.keys() == set(StoreName)
    for name, (sealed, opened) in archives.items():
        assert opened[:15] == b"yanlu/v1/backup", name
        assert sightings(sealed + opened, typed) == [], name
    _plant(shipped, "planted-canary-6104")
    word = {"x": "planted-canary-6104"}
    seen = "\n".join(shipped.sightings(word))
    assert shipped.s3.folder is not None
    assert all(place in seen for place in ("planted.log", str(shipped.s3.folder), "mailroom.slots", "pg_wal"))
    vault.backup(Hands(), StoreName.CASES, StoreName.MAILROOM)
    assert "x as raw" in sightings(_archive(vault, StoreName.MAILROOM)[1], word)


def _archive(vault: Vault, store: StoreName) -> tuple[bytes, bytes]:
    """An archive as it lies there, and opened with its key."""
    (source,) = vault.sources(store)
    sealed = b"".join(source.place.read(source.name))
    return sealed, b"".join(open_stream(io.BytesIO(sealed), source.identity, 1))


def _plant(shipped: Shipped, word: str) -> None:
    (shipped.site.folder / "planted.log").write_text(word)
    obstore.put(shipped.stores.open_blobs(), "planted", word.encode().hex().encode())
    store = open_store(shipped.site.settings, StoreName.MAILROOM)
    with store.write() as tx:
        tx.execute(insert(SLOTS), {"entity": word, "hour": 0, "packets": 2, "bucket": 8, "day": today()})
    store.engine.dispose()


@dataclass
class Caller:
    """A caller from an address of its own, with whatever a browser and proxies may say of it."""

    shipped: Shipped

    def call_everything(self) -> set[int]:
        """Right and wrong calls to both faces and to the onion's socket; gives the statuses."""
        said = {
            "User-Agent": CALLERS["browser"],
            "X-Forwarded-For": CALLERS["forwarded address"],
            "X-Real-IP": CALLERS["forwarded address"],
            "Forwarded": f"for={CALLERS['forwarded address']}",
            "Referer": f"https://{CALLERS['forwarded address']}/",
        }
        trusted = ssl.create_default_context(cafile=self.shipped.site.certificate)
        web = httpx.HTTPTransport(verify=trusted, local_address=CALLERS["address"])
        onion = httpx.HTTPTransport(uds=str(self.shipped.site.onion_socket))
        roads = ((web, self.shipped.site.intake), (web, self.shipped.site.desk), (onion, "http://of.onion"))
        codes: set[int] = set()
        for transport, face in roads:
            # The desk has a session in its cookie; to intake none goes on.
            cookie = {} if face == self.shipped.site.desk else {"Cookie": f"seen={CALLERS['forwarded address']}"}
            with httpx.Client(transport=transport, headers=said | cookie, timeout=60) as client:
                codes |= {client.get(f"{face}{path}").status_code for path in PATHS}
                codes |= {client.post(f"{face}{path}", content=b'{"v":1}').status_code for path in CALLS}
        return codes


SEEN_ONLY_BY_NGINX = {name: CALLERS[name] for name in ("browser", "address", "forwarded address")}


@pytest.mark.timeout(1800)
def test_who_calls_is_known_to_nobody_behind_nginx(shipped: Shipped, told: dict[str, str]) -> None:
    """No browser name or address is in a file, row, log, queue or in the memory of a face; without nginx it is."""
    assert told
    assert {200, 404, 422} <= Caller(shipped).call_everything()
    assert shipped.sightings(SEEN_ONLY_BY_NGINX) == []
    assert in_memory(shipped.servers(), SEEN_ONLY_BY_NGINX) == []
    directly = httpx.HTTPTransport(uds=str(shipped.site.folder / "run/intake.sock"))
    with httpx.Client(transport=directly, headers={"User-Agent": "CanaryAgent/planted-5521"}) as client:
        # More than one: what is freed first is often written over at once.
        assert {client.get("http://localhost/zh/").status_code for _ in range(20)} == {200}
    assert in_memory(shipped.servers(), {"x": "CanaryAgent/planted-5521"}) != []


def test_every_answer_is_as_strict_as_the_faces(shipped: Shipped) -> None:
    """Pages, refusals of the faces and nginx's own carry the strict headers, name no server and hold no HTML."""
    site = shipped.site
    with shipped.client(headers={"Accept-Language": "de, en;q=0.7"}, timeout=60) as client:
        page = client.get("/")
        large = client.put("/api/blobs/AAAAAAAAAAAAAAAAAAAAAA/parts/0", content=bytes(10 * 1024 * 1024))
        (site.folder / "run/intake.sock").rename(site.folder / "run/away.sock")
        away = client.get("/")
        (site.folder / "run/away.sock").rename(site.folder / "run/intake.sock")
        wrong = client.get("/" + "a" * 20_000)
        assert [page.status_code, large.status_code, away.status_code] == [200, 413, 503]
    for answer in (page, large, away):
        for name, value in strict_headers(behind_tls=True).items():
            assert answer.headers[name] == value, name
    assert [answer.headers.get("Server") for answer in (page, large, away, wrong)] == [None] * 4
    for answer in (large, away, wrong):
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["type"].startswith("urn:yanlu:error:")
    assert large.json()["title"] == "This is too large"
    with httpx.Client(timeout=60) as client:
        sent_on = client.get(f"http://report.localhost:{site.plain_port}/zh/?a=b")
    assert (sent_on.status_code, sent_on.headers["Location"]) == (308, "https://report.localhost/zh/?a=b")
    assert "Server" not in sent_on.headers


def test_only_our_names_are_answered_and_only_over_tls_of_today(shipped: Shipped) -> None:
    """Another name or an old protocol gets no handshake, and nothing is kept by which a session could be resumed."""
    site = shipped.site

    def shake(name: str, context: ssl.SSLContext) -> ssl.SSLSocket:
        line = socket.create_connection(("127.0.0.1", site.port), timeout=30)
        try:
            return context.wrap_socket(line, server_hostname=name)
        except BaseException:
            line.close()
            raise

    trusted = ssl.create_default_context(cafile=site.certificate)
    with shake("report.localhost", trusted) as line:
        assert line.version() == "TLSv1.3"
        assert line.session is None or not line.session.has_ticket
    with pytest.raises(ssl.SSLError):
        shake("elsewhere.localhost", trusted)
    old = ssl.create_default_context(cafile=site.certificate)
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(ssl.SSLError):
        shake("report.localhost", old)


def test_no_body_lies_in_a_temporary_file_of_nginx(shipped: Shipped) -> None:
    """A whole part, and a bundle larger than any buffer, pass nginx without its making a file."""
    before = TEMPORARY.stat().st_mtime_ns
    part = os.urandom(PART_SIZE)
    with shipped.client(timeout=60) as client:
        digest = b64encode(hashlib.sha256(part).digest())
        # The second part of an upload has no header that could be wrong.
        path = f"/api/blobs/{b64encode(os.urandom(16))}/parts/1"
        assert client.put(path, content=part, headers={"X-Part-Hash": digest}).status_code == 204
        assert client.post("/api/bundles", content=os.urandom(2 * PART_SIZE)).status_code == 422
    assert TEMPORARY.stat().st_mtime_ns == before


def test_the_command_line_reaches_the_mailbox_through_nginx(
    shipped: Shipped,
    told: dict[str, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`yanlu inbox` over TLS reads the reply that a browser got, and verifies it."""
    receipt = tmp_path / "receipt"
    receipt.write_text(told["receipt"])
    office = ("--office", shipped.site.intake, "--office-key", shipped.site.code)
    said = inside(capsys, monkeypatch, shipped.site.settings, "inbox", *office, "--receipt-file", receipt, "--json")
    texts = [entry["text"] for entry in said.document["entries"] if entry["type"] == "reply"]
    assert texts == [told["reply"]]


def test_processes_leave_nothing_in_the_home_folder_and_nginx_says_nothing(shipped: Shipped) -> None:
    """No control socket and no file of gunicorn's lies at home, and nothing that nginx said is about a call."""
    assert list((shipped.site.folder / "home").iterdir()) == []
    log = (shipped.site.folder / "nginx.log").read_bytes()
    assert NGINX_SAYS_NOTHING.sub(b"", log) == b""


def test_what_nginx_says_is_what_the_faces_say() -> None:
    """`words.conf` and `refusals.conf` are made from the sentences and headers of the faces."""
    assert (NGINX / "words.conf").read_text("utf-8") == words()
    assert (NGINX / "refusals.conf").read_text("utf-8") == locations()
