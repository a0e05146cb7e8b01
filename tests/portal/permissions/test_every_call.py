"""Every route of the desk × every role, against the real desk: allowed is not refused, refused gets the answer."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import pytest

import crypto
from casework.event_store.store import RECUSALS
from crypto.framing import b64encode
from crypto.office.directory_shape import Role
from portal.permissions.table import Others, RouteRule, Who, permissions
from portal.settings import StoreName
from tests.crypto.sample import MEMBERS, Case, Drawn, Office
from tests.support.offices.custody import Custody
from tests.support.offices.desk import OURS, Colleague, DeskRoom, send
from tests.support.offices.edge import Edge, open_edge, random_report, report, sealed_parts
from tests.support.stores.backends import embedded_stores

MORE: Final = {
    "bao-hu": "retaliation-officer",
    "jian-du": "oversight",
    "guan-cha": "council-observer",
    "shen-ji": "auditor",
    "guan-li": "administrator",
}
PEOPLE: Final = {Role.INVESTIGATOR: "li-wei", Role.REGISTRAR: "zhao-min", Role.APPROVER: "qian-yu"} | {
    Role.OUTSIDE: "wai-bu",
    Role.CUSTODIAN: "bao-guan-1",
    **{Role(role): name for name, role in MORE.items()},
}
EMPTY: Final = crypto.b64encode(sha256(b"").digest())
NOTHING: Final[dict[str, dict[str, object]]] = {
    "GET /api/batch": {"days": []},
    "GET /api/batch/<day>": {"entries": []},
    "GET /api/regrants": {"entries": []},
    "GET /api/removals": {"removals": [], "more": False},
    "POST /api/claims": {"accepted": [False] * 8},
    "GET /api/cases": {"cases": [], "next": None},
    "GET /api/cases/files": {"files": [None]},
    "GET /api/proposals": {"cases": []},
    "GET /api/news": {"v": 1, "batch": EMPTY, "cases": EMPTY},
}
"""What somebody is told for whom there is nothing."""
HIDDEN: Final = ("Date",)


class WholeOffice(Office):
    """The sample office with somebody in every role; all who may hold its cases do."""

    def directory_document(self, **changes: Any) -> dict[str, Any]:
        """The JSON of the directory."""
        desk = ["li-wei", "sun-fang", "zhao-min", "qian-yu", "jian-du", "wai-bu"]
        row = {"policy": "company-whistleblowing", "category": "*", "members": desk, "left_out": []}
        rows = [{"entity": one, **row} for one in ("works", "branch")]
        own = {"holders": rows, "oversight": ["shang-ji", "jian-du"]}
        return super().directory_document(**own | changes)


@dataclass
class World:
    """A desk at which somebody of every role is signed in, and all who may have claimed the one case."""

    room: DeskRoom
    case: Case
    people: dict[Role, Colleague]

    @property
    def id(self) -> bytes:
        """The case id."""
        return crypto.b64decode(self.case.sealed.submission["case"])


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    """Intake and worker of that office; who may do what does not depend on the stores."""
    with pytest.MonkeyPatch.context() as patch:
        for name, role in MORE.items():
            patch.setitem(MEMBERS, name, role)
        folder = tmp_path_factory.mktemp("duties")
        opened = open_edge(embedded_stores(folder), folder, WholeOffice(Drawn("duties")))
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def world(edge: Edge) -> Iterator[World]:
    """The desk, with a case and with a sealed name."""
    room = DeskRoom(edge)
    case = Custody(room).case
    people = {role: room.sign_in(name) for role, name in PEOPLE.items()}
    for role in crypto.HOLDER_ROLES:
        assert people[role].take_in() == [True]
    yield World(room, case, people)
    room.close()


def seen(answer: Any) -> tuple[object, ...]:
    """All that a client sees of an answer, less the clock's header."""
    return (answer.status_code, sorted(row for row in answer.headers if row[0] not in HIDDEN), answer.data)


def code_of(answer: Any) -> str:
    """The code of a refusal; empty for anything else."""
    told = answer.json if answer.is_json else {}
    return str(told.get("type", "")).rpartition(":")[2] if isinstance(told, dict) else ""


def put_part(colleague: Colleague, path: str) -> Any:
    """Uploads the first part of something sealed."""
    _, (part, *_) = sealed_parts(b"x" * 99, [colleague.keys.identity.recipient], Drawn("part"))
    headers = OURS | {"X-Part-Hash": b64encode(sha256(part).digest())}
    return colleague.client.put(path, data=part, headers=headers)


def step_body(world: World, colleague: Colleague) -> dict[str, object]:
    """A right step of anyone who reads the case, over its head as it is now."""
    file = world.people[Role.INVESTIGATOR].case(world.id).json
    return {"event": colleague.event(file, "taken"), "item": None, "blobs": [], "grant": None}


def proposal_body(world: World, colleague: Colleague) -> dict[str, object]:
    """A proposal of the right shape, which no record takes: its event is of another kind."""
    holder = world.people[Role.INVESTIGATOR]
    made = holder.regrant(holder.case(world.id).json, ["li-wei"], "proposed")["body"]
    event = step_body(world, colleague)["event"]
    return made["grant"] | {"event": event, "invited": None}


def key_body(world: World, colleague: Colleague) -> dict[str, object]:
    """A right entry of the keyring."""
    grant = world.people[Role.INVESTIGATOR].grants[world.id]
    return crypto.seal_keyring_entry(colleague.keys, grant, Drawn(colleague.name))


def claims_body(world: World, _colleague: Colleague) -> dict[str, object]:
    """A full block with the right access token."""
    return {"claims": crypto.claim_block([world.people[Role.INVESTIGATOR].grants[world.id]], Drawn("block"))}


Body = Callable[[World, Colleague], object]
BODIES: Final[dict[str, Body]] = {
    "POST /api/claims": claims_body,
    "POST /api/cases/<case>/steps": step_body,
    "POST /api/cases/<case>/proposals": proposal_body,
    "PUT /api/cases/<case>/key": key_body,
    "POST /api/submissions": lambda world, _colleague: world.case.sealed.submission,
}
"""What is right to send; every other call gets a body without shape, which only anyone who may is told of."""
VALUES: Final = {
    "<blob>": b64encode(bytes(16)),
    "<request>": b64encode(bytes(16)),
    "<k>": "0",
    "<day>": "2026-11-24",
    "<bits>": "0",
    "<drawer>": "0",
    "<name>": "A" * 43,
    "<int:size>": "64",
    "<path:rest>": "0/000",
    "<path:path>": "zh/",
}
LEAVES: Final = "POST /api/session/end"


def address(rule: str, case: bytes) -> str:
    """The rule with values that fit."""
    if rule == "/api/cases/files":
        return f"{rule}?case={b64encode(case)}"
    for name, value in (VALUES | {"<case>": b64encode(case)}).items():
        rule = rule.replace(name, value)
    return rule


def make(world: World, colleague: Colleague, call: RouteRule, case: bytes) -> Any:
    """One call of one member; leaving is tried by somebody who is not signed in, so that the member stays."""
    name, path = f"{call.method} {call.rule}", address(call.rule, case)
    if call.method == "GET":
        return colleague.get(path)
    if name == "PUT /api/blobs/<blob>/parts/<k>":
        return put_part(colleague, path)
    body = BODIES[name](world, colleague) if name in BODIES else {}
    client = world.room.app.test_client() if name == LEAVES else colleague.client
    return send(client, path, body, call.method)


def surprise(call: RouteRule, role: Role, answer: Any) -> str | None:
    """What the answer says otherwise than the table; None when it says the same."""
    action, name, code = permissions().by_call[call], f"{call.method} {call.rule}", code_of(answer)
    told = f"{role} {name}: {answer.status_code} {code}"
    refused = answer.status_code in (401, 403) or code in ("no-such-case", "not-your-part")
    if action.allows(role):
        if answer.status_code >= 500 and code != "office-not-ready":
            return told
        return told if refused or (name in NOTHING and answer.json == NOTHING[name]) else None
    if action.others is Others.REFUSED:
        return None if (answer.status_code, code) == (403, "not-your-part") else told
    if name in NOTHING:
        return None if (answer.status_code, answer.json) == (200, NOTHING[name]) else told
    return None if (answer.status_code, code) == (404, "no-such-case") else told


@pytest.mark.parametrize("role", Role)
def test_each_role_gets_what_the_table_says_at_every_route(world: World, role: Role) -> None:
    """Not one call is let through or refused otherwise than by the table."""
    colleague = world.people[role]
    found = [surprise(call, role, make(world, colleague, call, world.id)) for call in permissions().by_call]
    # Only outside holders are ever asked for a second signature: to all others nothing is waiting; nor is a re-grant.
    empty = [f"{role} GET /api/{one}: 200 " for one in ("proposals", "regrants", "removals")]
    # Who has the case today finds nothing of before.
    empty.append(f"{role} GET /api/cases/<case>/former: 404 no-such-case")
    assert [one for one in found if one is not None and one not in empty] == []
    assert colleague.get("/api/me").status_code == 200


@pytest.mark.parametrize("role", [role for role in Role if role not in crypto.HOLDER_ROLES])
def test_who_holds_no_case_is_told_what_there_is_for_nobody(world: World, role: Role) -> None:
    """To such a role each call that names a case answers like one that names none, with the same statements."""
    compare(world, world.people[role], world.id)


def compare(world: World, colleague: Colleague, case: bytes) -> None:
    """Every call of the table that names a case, for this case and for one that there is not."""
    calls = [call for call in permissions().by_call if "<case>" in call.rule or call.rule == "/api/cases/files"]
    assert len(calls) >= 5
    # From here on the session is as fresh as it can be: no call notes that it was used.
    assert colleague.get("/api/me").status_code == 200
    for call in calls:
        told: list[tuple[object, ...]] = []
        said: list[list[str]] = []
        for one in (case, bytes(range(16))):
            # With what the test itself reads to make the body.
            with world.room.statements() as statements:
                told.append(seen(make(world, colleague, call, one)))
            said.append(statements)
        assert told[0] == told[1], call
        assert told[0][0] == (200 if call.rule == "/api/cases/files" else 404), call
        assert said[0] == said[1] != [], call


def test_who_stepped_back_is_told_what_there_is_for_nobody(world: World) -> None:
    """A recused member's answer is that of a case that does not exist, byte for byte and statement for statement."""
    room = world.room
    case = room.file(random_report(room.edge))
    recused = room.sign_in("sun-fang")
    assert True in recused.take_in()
    assert recused.case(case).status_code == 200
    with room.edge.eyes(StoreName.CASES).write() as tx:
        tx.execute(RECUSALS.insert().values(case_id=case, member="sun-fang"))
    compare(world, recused, case)


def test_who_is_excluded_is_told_what_there_is_for_nobody(world: World) -> None:
    """So is the answer of whom the reporter excluded, who holds other cases at the same desk."""
    room = world.room
    case = room.file(report(room.edge, os.urandom(8).hex(), ("qian-yu",)))
    excluded = world.people[Role.APPROVER]
    assert case not in {grant.case for grant in excluded.open_batch()}
    compare(world, excluded, case)


def test_nobody_gets_in_without_signing_in(world: World) -> None:
    """Whatever is not for anybody asks for a session first."""
    stranger = Colleague(world.room, "li-wei", world.room.app.test_client())
    stranger.grants = world.people[Role.INVESTIGATOR].grants
    wanted = [call for call, action in permissions().by_call.items() if action.who is not Who.ANYBODY]
    answers = {call: make(world, stranger, call, world.id) for call in wanted}
    assert [call for call, answer in answers.items() if answer.status_code not in (401, 422)] == []
    assert [code_of(answer) for answer in answers.values()].count("sign-in-first") > 15
