"""The watch under an officer and an HR who are dishonest: their honest calls, altered and rightly signed."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import insert

from crypto.framing import b64encode, sha256, sign, verify_key
from crypto.text import write_json
from crypto.watch.calls import call_frame, call_header
from portal.watch.app import watch_app
from portal.watch.calls import HEADER
from portal.watch.hr_upload_views import MANIFEST, SIGNATURE, hr_upload_views
from portal.watch.officer_views import officer_views
from retaliation_watch.hr_ingest.manifest import FeedFile, Manifest, manifest_frame, write_manifest
from retaliation_watch.hr_ingest.proposals import drawn_frame, proposal_frame
from retaliation_watch.kinds import Measure
from retaliation_watch.store import AGREEMENTS, ALERTS, PACKETS, SOURCES
from retaliation_watch.weekly_run.weekly_run import RunContext, run_weekly
from tests.fuzz.dice import Dice
from tests.hostile.state import Ledgers
from tests.support.attacks.field_mutations import lies_at, places, value_at
from tests.support.offices.watch import ENTITY, NOW, OFFICER, PAPER, SEED, SOURCE, TODAY, Watch

BRANCH, OTHER_SEED = "hr-branch", bytes([8]) * 32
PEOPLE: Final = [f"E{number:03}" for number in range(40)]
NEVER_ENTERED: Final = [f"E{number}" for number in range(900, 904)]
"""Whom the alerts are about: the weekly run itself renews none of them."""
HEAD: Final = "event_id,employee_id,event_type,effective_date,recorded_on"
Doc = dict[str, object]


@dataclass(frozen=True)
class Sent:
    """A call as it is about to go: the officer signs its body, HR its payload."""

    method: str
    path: str
    document: Doc | None = None


class Office:
    """The watch with alerts, packets and two HR systems, one of which is honest."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        self.officer = watch_app(officer_views(watch.context), behind_tls=False)
        self.hr_upload = watch_app(hr_upload_views(watch.context), behind_tls=False)
        with watch.store.write() as tx:
            other = {"source": BRANCH, "entity": "branch", "key": verify_key(OTHER_SEED), "ended": False}
            tx.execute(insert(SOURCES), [other])
            row = {"entity": "branch", "body": "职代会", "day": NOW.date(), "paper": PAPER, "health": False}
            tx.execute(insert(AGREEMENTS), [row])
        watch.push(FeedFile.ROSTER, "工号,部门", *(f"{one},装配" for one in (*PEOPLE, *NEVER_ENTERED)))
        self.number = 0
        self.sequence = 100
        self.alerts = [self._alert(one) for one in NEVER_ENTERED]
        self.review = json.loads(self.send_hr(proposal(self, Dice("1"))).data)

    def _alert(self, employee: str) -> str:
        told = [{"kind": Measure.WRITTEN_WARNING.value, "recorded": TODAY.isoformat()}]
        alert = os.urandom(16)
        row = {
            "alert": alert,
            "person": self.watch.context.key.pseudonym(ENTITY, employee),
            "day": TODAY,
            "shown": TODAY,
        }
        row |= {"level": "amber", "state": "new", "evidence": json.dumps({"measures": told})}
        with self.watch.store.write() as tx:
            tx.execute(insert(ALERTS), [row])
        return b64encode(alert)

    def send_officer(self, sent: Sent, body: bytes | None = None) -> Any:
        """One call of the officer, signed over exactly these bytes."""
        content = body if body is not None else b"" if sent.document is None else write_json(sent.document)
        staff, seconds, nonce = self.watch.office.staff(OFFICER), int(NOW.timestamp()), os.urandom(16)
        route = f"{sent.method} {sent.path}"
        signature = staff.sign(call_frame(self.watch.office.office, OFFICER, route, seconds, nonce, content))
        headers = {HEADER: call_header(OFFICER, seconds, nonce, signature), "Content-Type": "application/json"}
        return self.officer.test_client().open(sent.path, method=sent.method, data=content, headers=headers)

    def send_hr(self, sent: Sent, payload: bytes | None = None) -> Any:
        """One call of HR, whose payload is signed with HR's key."""
        client = self.hr_upload.test_client()
        if sent.document is None:
            return client.open(sent.path, method=sent.method)
        content = payload if payload is not None else write_json(sent.document)
        if sent.method == "PUT":
            headers = {MANIFEST: b64encode(content), SIGNATURE: b64encode(sign(SEED, manifest_frame(content)))}
            return client.put(sent.path, data=self.file, headers=headers)
        framed = drawn_frame if sent.path.endswith("drawn") else proposal_frame
        told = {"payload": content.decode("utf-8", "replace"), "sig": b64encode(sign(SEED, framed(content)))}
        return client.open(sent.path, method=sent.method, json=told)

    @property
    def file(self) -> bytes:
        """This week's file of HR, in which nothing is new."""
        return f"{HEAD}\nA{self.sequence},E001,书面警告,2026-11-20,2026-11-20".encode()

    def the_others_go_on(self) -> None:
        """The other HR gets its receipt, a reporter's wish is entered, all lists answer, and the weekly run is done."""
        self.number += 1
        content = f"{HEAD}\nB{self.number},E001,书面警告,2026-11-20,2026-11-20".encode()
        payload = write_manifest(Manifest(BRANCH, FeedFile.EVENTS, self.number, TODAY, sha256(content)))
        headers = {MANIFEST: b64encode(payload), SIGNATURE: b64encode(sign(OTHER_SEED, manifest_frame(payload)))}
        receipt = self.hr_upload.test_client().put("/api/deliveries", data=content, headers=headers)
        assert receipt.status_code == 200
        assert json.loads(json.loads(receipt.data)["payload"])["state"] == "taken"
        # A month takes a few new people: the rest waits for the next one, and its packet stays.
        (outcome,) = self.send_officer(entries(self, Dice(str(self.number)))).json["outcomes"]
        assert outcome in ("entered", "waits"), outcome
        for path in ("packets", "agreements", "alerts", "feeds", f"feeds/{SOURCE}", f"feeds/{BRANCH}"):
            assert self.send_officer(Sent("GET", f"/api/{path}")).status_code == 200, path
        with self.watch.store.write() as tx:
            run_weekly(tx, ENTITY, TODAY, RunContext(os.urandom, self.watch.context.key.randomization_key))


def entries(office: Office, lot: Dice) -> Sent:
    """A wish out of a packet, entered."""
    packet = office.watch.wish(lot.choice(PEOPLE), os.urandom(16))
    with office.watch.store.write() as tx:
        tx.execute(insert(PACKETS), [{"packet_hash": sha256(packet), "packet": packet}])
    wish = {
        "entity": ENTITY, "employee": lot.choice(PEOPLE), "marks": [b64encode(os.urandom(32)) for _ in range(3)],
        "link": b64encode(os.urandom(7356)), "ends": False, "packet": b64encode(sha256(packet)),
    }  # fmt: skip
    return Sent("POST", "/api/entries", {"v": 1, "wishes": [wish], "opened": [b64encode(sha256(packet))]})


def proposal(office: Office, lot: Dice) -> Sent:
    """A measure that HR plans and asks about."""
    office.sequence += 1
    told: Doc = {"v": 1, "source": SOURCE, "employee": lot.choice(PEOPLE), "kind": "dismissal"}
    return Sent("POST", "/api/reviews", told | {"planned": f"2026-12-{1 + lot.below(28):02}"})


def _delivery(office: Office, _lot: Dice) -> Sent:
    office.sequence += 1
    manifest = Manifest(SOURCE, FeedFile.EVENTS, office.sequence, TODAY, sha256(office.file))
    return Sent("PUT", "/api/deliveries", manifest.document())


def _form(office: Office, _lot: Dice) -> Sent:
    version = office.send_officer(Sent("GET", f"/api/feeds/{SOURCE}")).json["feed"]["version"]
    told: Doc = {"v": 1, "version": version, "columns": [], "kinds": [["罚站", "verbal_warning"]], "dates": None}
    return Sent("POST", f"/api/feeds/{SOURCE}/form", told)


def _of_alert(method: str, what: str, document: Doc | None = None) -> Callable[[Office, Dice], Sent]:
    return lambda office, lot: Sent(method, f"/api/alerts/{lot.choice(office.alerts)}/{what}", document)


def _plain(method: str, path: str, document: Doc | None = None) -> Callable[[Office, Dice], Sent]:
    return lambda _office, _lot: Sent(method, path, document)


Make = Callable[[Office, Dice], Sent]
OFFICER_CALLS: Final[dict[str, Make]] = {
    "GET /api/packets": _plain("GET", "/api/packets"),
    "POST /api/entries": entries,
    "POST /api/links": _plain("POST", "/api/links", {"v": 1, "entity": ENTITY, "employee": PEOPLE[0]}),
    "GET /api/agreements": _plain("GET", "/api/agreements"),
    "GET /api/alerts": _plain("GET", "/api/alerts"),
    "POST /api/alerts/<alert>/name": _of_alert("POST", "name"),
    "POST /api/alerts/<alert>/state": _of_alert("POST", "state", {"v": 1, "state": "closed"}),
    "POST /api/alerts/<alert>/evidence": _of_alert("POST", "evidence"),
    "GET /api/alerts/<alert>/steps": _of_alert("GET", "steps"),
    "POST /api/letters": _plain("POST", "/api/letters"),
    "POST /api/link-requests": lambda _office, _lot: Sent(
        "POST", "/api/link-requests", {"v": 1, "content": b64encode(os.urandom(32))}
    ),
    "POST /api/cover": _plain("POST", "/api/cover", {"v": 1, "entity": ENTITY, "near": PEOPLE[:2]}),
    "GET /api/feeds": _plain("GET", "/api/feeds"),
    "GET /api/feeds/<source>": _plain("GET", f"/api/feeds/{SOURCE}"),
    "POST /api/feeds/<source>/form": _form,
}
HR_CALLS: Final[dict[str, Make]] = {
    "PUT /api/deliveries": _delivery,
    "POST /api/reviews": proposal,
    "GET /api/reviews/<review>": lambda office, _lot: Sent("GET", f"/api/reviews/{office.review['review']}"),
    "POST /api/drawn": _plain("POST", "/api/drawn", {"v": 1, "source": SOURCE, "day": str(TODAY), "since": str(TODAY)}),
}
TRACES: Final[dict[str, tuple[str, frozenset[str]]]] = {
    "POST /api/entries": ("", frozenset({"entries", "tallies", "waiting", "packets"})),
    "POST /api/alerts/<alert>/name": ("namings", frozenset({"namings", "alerts"})),
    "POST /api/alerts/<alert>/state": ("alerts", frozenset({"alerts"})),
    "POST /api/alerts/<alert>/evidence": ("outbox_log", frozenset({"alerts", "outbox_log"})),
    "POST /api/letters": ("namings", frozenset({"namings"})),
    "POST /api/link-requests": ("outbox_log", frozenset({"outbox_log", "namings"})),
    "POST /api/feeds/<source>/form": (
        "forms",
        frozenset({"forms", "events", "quarantined_rows", "deliveries", "people"}),
    ),
    "PUT /api/deliveries": (
        "deliveries",
        frozenset({"deliveries", "events", "people", "quarantined_rows", "figures", "reviews"}),
    ),
    "POST /api/reviews": ("reviews", frozenset({"reviews"})),
}
"""Of each changing call: the table in which what was done stays on record, and all that it may touch."""


@dataclass
class WatchCallFuzzer:
    """Calls of a dishonest officer and of a dishonest HR, one after the other."""

    office: Office = field(repr=False)
    lot: Dice = field(repr=False)
    sent: Counter[str] = field(default_factory=Counter[str])
    taken: Counter[str] = field(default_factory=Counter[str])

    def __post_init__(self) -> None:
        self._ledgers = Ledgers(self.office.watch.store)

    def once(self, rule: str) -> None:
        """One call, honestly made, altered and rightly signed."""
        makes, send = (
            (OFFICER_CALLS, self.office.send_officer) if rule in OFFICER_CALLS else (HR_CALLS, self.office.send_hr)
        )
        made = makes[rule](self.office, self.lot)
        how, sent, body = self._altered(made)
        before = self._ledgers.now()
        try:
            answers = [send(sent, body) for _ in range(2 if how == "twice" else 1)]
            self.sent[rule] += len(answers)
            assert all(one.status_code < 500 for one in answers), [one.status_code for one in answers]
            touched = {name for _, name in self._ledgers.change(before).tables}
            self._judge(rule, touched, taken=any(one.status_code < 400 for one in answers))
        except Exception as error:
            error.add_note(f"{rule} {sent.path}: {how}")
            raise

    def _judge(self, rule: str, touched: set[str], *, taken: bool) -> None:
        """What was refused changed nothing; what was taken stays on record, and the others go on."""
        assert taken or not touched, touched
        if not touched:
            return
        self.taken[rule] += 1
        record, may = TRACES[rule]
        assert touched <= may, touched - may
        assert record in {"", *touched}
        self.office.the_others_go_on()

    def _altered(self, made: Sent) -> tuple[str, Sent, bytes | None]:
        way = self.lot.choice(["as it is", "twice", "path", "field", "field", "lie", "lie"])
        if way == "path" or (made.document is None and way in ("field", "lie")):
            value = self.lot.choice(["x", b64encode(os.urandom(16)), BRANCH, "%00", "..%2F", "0"])
            parts = made.path.split("/")
            parts[min(3, len(parts) - 1)] = value
            return f"path {value}", Sent(made.method, "/".join(parts), made.document), None
        if made.document is None or way in ("as it is", "twice"):
            return way, made, None
        at = self.lot.choice(list(places(made.document)))
        if way == "lie":
            lie = self.lot.choice(list(lies_at(made.document, at)))
            return f"{lie.where}: {lie.how}", made, lie.body
        values: list[object] = [
            BRANCH,
            "branch",
            "group",
            PEOPLE[9],
            "E999",
            "2026-11-26",
            "2020-01-01",
            0,
            2**31 - 1,
            None,
            [],
            "x",
        ]
        document = json.loads(json.dumps(made.document))
        parent = value_at(document, at[:-1]) if at[:-1] else document
        parent[at[-1]] = self.lot.choice(values)
        return f"{at}: {parent[at[-1]]}", made, json.dumps(document).encode()
