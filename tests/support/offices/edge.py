"""An office in a folder, stores that are up to date, and a reporter: what tests of the edge start from."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import make_url

import crypto
from casework.deadlines.calendar_document import calendars_document
from casework.deadlines.calendars import Office as DayOffice
from casework.deadlines.public_holidays import shipped_calendar
from casework.policy.document import rules_document
from casework.policy.policy import Policy
from crypto.framing import sha256
from portal.db_roles.privileges import StoreRole, owner_of
from portal.mailroom.slots import open_urgent_slots
from portal.office import OfficeFolder
from portal.office.published import PublishedText, held_by
from portal.office.versions import PolicyVersion, rules_hash
from portal.settings import Settings, StoreName, read_settings
from portal.stores.engines import Store, open_store
from portal.stores.schemas import upgrade_stores
from portal.wiring.intake import build_intake
from portal.wiring.shared import build_mailroom
from portal.wiring.worker import build_worker
from tests.casework.policies import bound
from tests.crypto.sample import CHEAP, MEMBERS, TODAY, Case, Drawn, Office
from tests.support.samples.padded_json import as_sent
from tests.support.stores.backends import Stores

NOW = datetime.fromisoformat(f"{TODAY}T04:00:00+00:00")
PAGE = b'{"v":1}'
OTHER_DAY = datetime(2026, 12, 9, 4, tzinfo=UTC)


class Hands:
    """A clock whose hands a test moves."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The moment that was set."""
        return self.now


def settings_for(stores: Stores, folder: Path, **more: str) -> Settings:
    """Settings on the given stores, with the office in `folder/office`."""
    variables = {f"YANLU_URL_{name.upper()}": url for name, url in stores.urls.items()}
    keys = {"YANLU_S3_KEY": stores.blob_access_key, "YANLU_S3_SECRET": stores.blob_secret_key}
    variables |= {name: value for name, value in keys.items() if value}
    return read_settings(variables | {"YANLU_DATA": str(folder), "YANLU_BLOBS": stores.blobs} | more)


def as_login(settings: Settings, login: Callable[[StoreName], str]) -> Settings:
    """The same stores for another login on PostgreSQL; on SQLite, which has none, the same settings."""
    urls = {name: make_url(settings.url(name)) for name in StoreName}
    changed = {
        name: SecretStr(url.set(username=login(name)).render_as_string(hide_password=False))
        for name, url in urls.items()
        if url.get_backend_name() == "postgresql"
    }
    return settings.model_copy(update={"urls": settings.urls | changed})


def as_role(settings: Settings, role: StoreRole) -> Settings:
    """The settings of one process: as its role."""
    return as_login(settings, lambda _store: role.login)


def upgrade_as_owners(settings: Settings) -> None:
    """The newest schema, functions and rights, as each store's owner makes them."""
    upgrade_stores(as_login(settings, owner_of))


def write_office(folder: Path, office: Office) -> None:
    """Writes the sample office's signed documents as `yanlu office` would."""
    (folder / "roots").mkdir(parents=True)
    for number, root in enumerate(office.roots, 1):
        (folder / f"roots/{number}.note").write_bytes(root)
    office.page = sha256(PAGE)
    OfficeFolder(folder).write_directory(office.note())
    OfficeFolder(folder).publish("policies", PublishedText(PAGE))
    _write(folder, _sample_rules())


class Rules(NamedTuple):
    """What an office publishes of one policy."""

    id: str
    version: str
    document: bytes
    hash: str
    calendars: bytes


def _rules(policy: Policy) -> Rules:
    whole = held_by(policy, sorted(MEMBERS))
    works = DayOffice(shipped_calendar("cn"), ZoneInfo("Asia/Shanghai"))
    # The sample's directory names none.
    days = calendars_document(dict.fromkeys(("group", "works", "branch"), works), 2025, "zh")
    return Rules(whole.id, whole.version, rules_document(whole), rules_hash(whole), days)


@cache
def _sample_rules() -> Rules:
    return _rules(bound())


def _write(folder: Path, rules: Rules) -> str:
    office = OfficeFolder(folder)
    office.publish("rules", PublishedText(rules.document))
    office.write_versions((*office.versions(), PolicyVersion(rules.id, rules.version, None, rules.hash)))
    (folder / "published/calendars.json").write_bytes(rules.calendars)
    return rules.hash


def write_rules(folder: Path, policy: Policy) -> str:
    """Publishes the rules of a policy, each role held by every member, and calendars for all entities."""
    return _write(folder, _rules(policy))


@dataclass
class Edge:
    """Intake and worker over one set of stores."""

    settings: Settings
    office: Office
    hands: Hands

    def __post_init__(self) -> None:
        self.app = build_intake(as_role(self.settings, StoreRole.INTAKE), self.hands)
        self.client: FlaskClient = self.app.test_client()
        # As in a demo: no test waits for an hour, but those of the slots themselves.
        self.worker = replace(build_worker(as_role(self.settings, StoreRole.WORKER), self.hands), demo=True)
        self.mailroom = build_mailroom(self.settings)
        self._eyes: dict[StoreName, Store] = {}

    def eyes(self, name: StoreName) -> Store:
        """A store as the database's own administrator sees it, whatever a process's role may see."""
        if name not in self._eyes:
            self._eyes[name] = open_store(self.settings, name)
        return self._eyes[name]

    def send(self, path: str, body: object, method: str = "POST") -> Any:
        """Sends a JSON body."""
        content = body if isinstance(body, bytes) else as_sent(path, body)
        return self.client.open(path, method=method, data=content, content_type="application/json", buffered=True)

    def submit(self, case: Case) -> Any:
        """Sends a report."""
        return self.send("/api/submissions", case.sealed.submission)

    def open_slots(self) -> int:
        """Whatever waits for the batch is put there, without waiting for the hour."""
        return open_urgent_slots(self.worker.mailroom, self.hands(), everything=True)

    def poll(self, case: Case) -> crypto.Listing:
        """Polls until everything is here."""
        polls: list[bytes] = []
        start = 0
        while not polls or not crypto.read_slots(polls).complete:
            body = {"v": 1, "token": crypto.b64encode(case.keys.mailbox_token), "from": start}
            answer = self.send("/api/poll", body)
            assert answer.status_code == 200
            polls.append(answer.data)
            start = crypto.read_slots(polls).next_from
        return crypto.read_slots(polls)

    def close(self) -> None:
        """Gives every connection back, so that a database can be dropped."""
        for store in self._eyes.values():
            store.engine.dispose()
        self.worker.close()
        self.app.extensions["yanlu_ledger"].store.engine.dispose()
        for mailroom in (self.mailroom, self.app.extensions["yanlu_mailroom"]):
            mailroom.store.engine.dispose()
            mailroom.erasure.store.engine.dispose()


def open_edge(stores: Stores, folder: Path, office: Office | None = None) -> Edge:
    """The edge of the sample office, or of another one, on stores without a row."""
    office = office or Office(Drawn("edge"))
    settings = settings_for(stores, folder)
    write_office(settings.office, office)
    if not stores.ready:
        upgrade_as_owners(settings)
    return Edge(settings, office, Hands())


def report(edge: Edge, name: str, excluded: tuple[str, ...] = (), *, files: tuple[bytes, ...] = ()) -> Case:
    """A sealed report of a reporter called `name` (only her randomness), with sealed attachments uploaded."""
    rng = Drawn(name)
    directory = edge.office.directory()
    keys = crypto.derive_reporter(crypto.draw_receipt(Drawn(f"{name}/receipt")), edge.office.office, CHEAP)
    holders = crypto.choose_holders(directory, "works", "company-whistleblowing", "fraud", excluded)
    new = crypto.draw_case(rng)
    attachments = [upload(edge, content, new.recipient, rng) for content in files]
    told = crypto.NewReport("验收单是假的。", "zh-CN", attachments=attachments)
    sealed = crypto.seal_report(directory, keys, new, holders, told, rng)
    return Case(edge.office, directory, keys, sealed, crypto.MailboxCursor(sealed.memo, 1))


def upload(edge: Edge, content: bytes, recipient: crypto.Recipient, rng: Drawn) -> crypto.Attachment:
    """Seals an attachment and sends its parts."""
    attachment, parts = sealed_parts(content, [recipient], rng)
    for k, part in enumerate(parts):
        answer = put_part(edge, attachment.blob, k, part)
        assert answer.status_code == 204
    return attachment


def sealed_parts(
    content: bytes, recipients: list[crypto.Recipient], rng: Drawn
) -> tuple[crypto.Attachment, list[bytes]]:
    """A sealed attachment and its upload parts."""
    import io

    sink = io.BytesIO()
    attachment = crypto.seal_attachment(io.BytesIO(content), len(content), "a.bin", "image/png", recipients, sink, rng)
    sealed = sink.getvalue()
    size = 8388608
    return attachment, [sealed[at : at + size] for at in range(0, len(sealed), size)]


def put_part(
    edge: Edge,
    blob: bytes,
    k: int,
    part: bytes,
    announced: bytes | None = None,
    *,
    language: str = "zh",
    client: FlaskClient | None = None,
) -> Any:
    """Sends one part."""
    import hashlib

    digest = hashlib.sha256(part).digest() if announced is None else announced
    path = f"/api/blobs/{crypto.b64encode(blob)}/parts/{k}"
    headers = {"X-Part-Hash": crypto.b64encode(digest), "Accept-Language": language}
    return (client or edge.client).put(path, data=part, headers=headers)


def random_report(edge: Edge) -> Case:
    """A report that no other test has made."""
    return report(edge, os.urandom(8).hex())
