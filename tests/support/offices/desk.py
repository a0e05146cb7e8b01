"""The desk beside an edge: members who enrol as their browsers would, sign in, claim and act."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

import crypto
from casework.event_store.store import MemberId
from portal.accounts.members import Invitation, InviteCode, invite_member
from portal.accounts.totp import digits_at
from portal.db_roles.privileges import StoreRole
from portal.desk.desk import Desk
from portal.wiring.desk import build_desk
from tests.crypto.sample import MEMBERS, TODAY, Case, Drawn
from tests.support.offices.edge import Edge, as_role, open_edge
from tests.support.samples.padded_json import as_sent
from tests.support.stores.backends import Stores

FAST = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
OURS = {"X-Yanlu-Desk": "1"}
STEP = 30


def send(client: FlaskClient, path: str, body: object, method: str = "POST", **more: Any) -> Any:
    """Sends a JSON body as the desk's own page does."""
    content = as_sent(path, body)
    return client.open(
        path, method=method, data=content, content_type="application/json", headers=OURS, buffered=True, **more
    )


def secret_of(member: str) -> bytes:
    """A member's sign-in secret; tests don't stretch a passphrase for it."""
    return Drawn(f"signin/{member}")(32)


@dataclass
class Colleague:
    """A member in front of the desk."""

    room: DeskRoom = field(repr=False)
    name: str
    client: FlaskClient = field(repr=False)
    totp_secret: bytes = b""
    grants: dict[bytes, crypto.Grant] = field(default_factory=dict, repr=False)

    @property
    def keys(self) -> crypto.StaffKeys:
        """The member's keys."""
        return self.room.edge.office.staff(self.name)

    def cookie(self) -> str:
        """The session's cookie, as a browser sends it."""
        cookie = self.client.get_cookie("yanlu_desk")
        assert cookie is not None
        return f"{cookie.key}={cookie.value}"

    def get(self, path: str) -> Any:
        """A reading call."""
        return self.client.get(path)

    def send(self, path: str, body: object, method: str = "POST") -> Any:
        """A changing call."""
        return send(self.client, path, body, method)

    def attempt(self, **changes: str) -> Any:
        """Tries to sign in with what is right, less the changes; digits of the next time step."""
        self.room.pass_step()
        right = {
            "member": self.name,
            "secret": crypto.b64encode(secret_of(self.name)),
            "totp": digits_at(self.totp_secret, self.room.desk.now()),
        }
        return self.send("/api/session", right | changes)

    def open_batch(self) -> list[crypto.Grant]:
        """Opens whatever of the whole batch is addressed to this member."""
        directory = self.room.edge.office.directory()
        found: list[crypto.Grant] = []
        paths = ["/api/regrants", *(f"/api/batch/{day['day']}" for day in self.get("/api/batch").json["days"])]
        for path in paths:
            for entry in self.get(path).json["entries"]:
                grant = crypto.find_grant(self.keys, crypto.b64decode(entry["packet"]), directory)
                found += [grant] if grant else []
        return found

    def claim(self, grants: Sequence[crypto.Grant]) -> list[bool]:
        """Claims in one full block; gives what became of the real ones."""
        block = crypto.claim_block(grants, Drawn(f"block/{self.name}/{len(self.grants)}"))
        accepted = self.send("/api/claims", {"claims": block}).json["accepted"]
        by_case = {row["case"]: right for row, right in zip(block, accepted, strict=True)}
        self.grants |= {grant.case: grant for grant in grants}
        return [by_case[crypto.b64encode(grant.case)] for grant in grants]

    def take_in(self) -> list[bool]:
        """Opens the batch and claims what opened."""
        grants = self.open_batch()
        return self.claim(grants) if grants else []

    def case(self, case: bytes) -> Any:
        """The answer to asking for one case."""
        return self.get(f"/api/cases/{crypto.b64encode(case)}")

    def step(self, case: bytes, event: dict[str, object], **more: object) -> Any:
        """Sends one step."""
        body = {"event": event, "item": None, "blobs": [], "grant": None} | more
        return self.send(f"/api/cases/{crypto.b64encode(case)}/steps", body)

    def event(self, file: dict[str, Any], kind: str, dated: str = TODAY, **data: object) -> dict[str, object]:
        """A signed event over the head that the case file tells."""
        case = crypto.b64decode(file["case"])
        made = crypto.Event(case, file["head"]["n"] + 1, kind, dated, self.name, data)
        return crypto.sign_event(self.keys, made, crypto.b64decode(file["head"]["hash"])).document()

    def grant(self, file: dict[str, Any]) -> crypto.Grant:
        """The grant that this member holds, with the history that the case file has."""
        told = file["history"]
        return self.grants[crypto.b64decode(file["case"])].with_history(told and crypto.b64decode(told))

    def thread(self, file: dict[str, Any]) -> crypto.Thread:
        """The thread of a case file, opened and verified."""
        grant = self.grant(file)
        directory = self.room.edge.office.directory()
        events = crypto.verify_events(directory, crypto.b64decode(file["case"]), file["events"])
        return crypto.read_case(directory, grant, file["items"], crypto.named_items(events))

    def reply(self, file: dict[str, Any], text: str) -> tuple[dict[str, object], dict[str, object]]:
        """A sealed reply and the event that accompanies it."""
        grant = self.grants[crypto.b64decode(file["case"])]
        directory = self.room.edge.office.directory()
        message = crypto.Message(text)
        item = crypto.seal_reply(self.keys, directory, grant, self.thread(file), message, Drawn(text))
        return item.document(), self.event(file, "replied", item=crypto.b64encode(item.hash))

    def regrant(self, file: dict[str, Any], holders: Sequence[str], seed: str) -> dict[str, Any]:
        """The body of a re-grant step for exactly these holders."""
        grant = self.grant(file)
        made = crypto.seal_regrant(
            self.keys, self.room.edge.office.directory(), grant, self.thread(file), holders, Drawn(seed)
        )
        proof: dict[str, Any] = made.proof.document()
        names = {"grant": crypto.b64encode(made.grant.hash), "item": crypto.b64encode(made.item.hash), **proof}
        packet = {
            "packet": crypto.b64encode(made.packet),
            "history": crypto.b64encode(made.history),
            "access": crypto.b64encode(made.access_hash),
            "epoch": made.grant.epoch,
            **proof,
        }
        event_document = self.event(file, "regranted", **names)
        body = {"event": event_document, "item": made.item.document(), "blobs": [], "grant": packet}
        return {"body": body, "grant": made.grant}


@dataclass
class DeskRoom:
    """The desk of an edge's office."""

    edge: Edge

    def __post_init__(self) -> None:
        self.app = build_desk(as_role(self.edge.settings, StoreRole.DESK), self.edge.hands, FAST)
        self.desk: Desk = self.app.extensions["yanlu_desk"]

    def pass_step(self) -> None:
        """Moves the clock to the next time step: six digits are good for one sign-in."""
        self.edge.hands.now = self.edge.hands.now.fromtimestamp(self.desk.now() + STEP, self.edge.hands.now.tzinfo)

    def invite(self, name: str) -> InviteCode:
        """Invites a member of the sample office."""
        role = crypto.Role(MEMBERS[name])
        invitation = Invitation(MemberId(name), role, "works", crypto.localized({"zh": name, "en": name}, "zh"))
        return invite_member(self.desk.accounts, invitation, self.desk.today())

    def keys_body(self, name: str, code: str, totp_secret: bytes) -> dict[str, object]:
        """What a member's browser sends after it has made the keys."""
        staff = self.edge.office.staff(name)
        rng = Drawn(f"wrapped/{name}")
        wrapped = {
            "v": 1,
            "salt": crypto.b64encode(rng(16)),
            "nonce": crypto.b64encode(rng(12)),
            "box": crypto.b64encode(rng(48)),
        }
        return {
            "code": code,
            "recipient": staff.recipient,
            "signing": crypto.b64encode(staff.signing_key),
            "proof": crypto.b64encode(crypto.prove_keys(staff, code)),
            "wrapped_key": wrapped,
            "signin_secret": crypto.b64encode(secret_of(name)),
            "totp": digits_at(totp_secret, self.desk.now()),
        }

    def begin(self, name: str) -> tuple[Colleague, InviteCode]:
        """An invited member who has opened the wizard."""
        import base64

        code = self.invite(name)
        colleague = Colleague(self, name, self.app.test_client())
        welcome = colleague.send("/api/enrolment", {"code": code}).json
        colleague.totp_secret = base64.b32decode(welcome["totp_secret"])
        return colleague, code

    def enrol(self, name: str) -> Colleague:
        """A member who has passed the dummy case."""
        colleague, code = self.begin(name)
        answer = colleague.send("/api/enrolment/keys", self.keys_body(name, code, colleague.totp_secret))
        assert answer.status_code == 200, answer.text
        word = crypto.open_trial(colleague.keys, crypto.b64decode(answer.json["trial"]), answer.json["items"])
        assert colleague.send("/api/enrolment/trial", {"code": code, "word": word}).status_code == 204
        return colleague

    def sign_in(self, name: str) -> Colleague:
        """A member who is signed in."""
        colleague = self.enrol(name)
        answer = colleague.attempt()
        assert answer.status_code == 200, answer.text
        return colleague

    def file(self, case: Case) -> bytes:
        """Sends a report, lets the worker open its case; gives the case id."""
        assert self.edge.submit(case).status_code == 201
        self.edge.worker.work_once()
        self.edge.open_slots()
        return crypto.b64decode(case.sealed.submission["case"])

    def close(self) -> None:
        """Gives every connection back."""
        for engine in self.engines():
            engine.dispose()

    def engines(self) -> list[Engine]:
        """The engines of the desk's stores."""
        desk = self.desk
        stores = (desk.cases, desk.accounts.store, desk.mailroom.store, desk.mailroom.erasure.store, desk.identity)
        stores = (*stores, self.app.extensions["yanlu_ledger"].store)
        return [store.engine for store in stores]

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """Every statement that the desk sends to its stores meanwhile."""
        said: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
            said.append(" ".join(statement.split()))

        for engine in self.engines():
            event.listen(engine, "before_cursor_execute", note)
        try:
            yield said
        finally:
            for engine in self.engines():
                event.remove(engine, "before_cursor_execute", note)


@contextmanager
def desk_room(stores: Stores, folder: Path) -> Iterator[DeskRoom]:
    """Both faces of a sample office on stores without a row, for as long as a test needs them."""
    edge = open_edge(stores, folder)
    opened = DeskRoom(edge)
    yield opened
    opened.close()
    edge.close()
