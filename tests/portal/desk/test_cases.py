"""Cases at the desk: claims, the thread, steps, re-grants, and what somebody excluded sees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import crypto
from casework.event_store.event_kinds import EventKind
from casework.event_store.store import CASES, RECUSALS
from portal.settings import StoreName
from tests.crypto.sample import MEMBERS, Drawn
from tests.support.offices.desk import Colleague, DeskRoom
from tests.support.offices.edge import put_part, random_report, report, sealed_parts

HIDDEN = ("Date",)


def seen(answer: Any) -> tuple[object, ...]:
    """All that a client sees of an answer, less the clock's header."""
    headers = sorted((name, value) for name, value in answer.headers if name not in HIDDEN)
    return (answer.status_code, headers, answer.data)


def holder(room: DeskRoom, name: str = "li-wei") -> tuple[Colleague, bytes]:
    """A holder who has claimed the one case there is."""
    case = room.file(random_report(room.edge))
    colleague = room.sign_in(name)
    assert colleague.take_in() == [True]
    return colleague, case


def test_a_report_reaches_its_holder_and_the_answer_reaches_the_mailbox(room: DeskRoom) -> None:
    """A holder claims a case out of the batch, reads it, answers, and the reporter's poll holds the answer."""
    filed = random_report(room.edge)
    case = room.file(filed)
    colleague = room.sign_in("li-wei")
    assert colleague.take_in() == [True]
    file = colleague.case(case).json
    assert [entry.mark for entry in colleague.thread(file).entries] == [None]
    item, event = colleague.reply(file, "我们收到了。")
    assert colleague.step(case, event, item=item).status_code == 201
    assert [entry.content for entry in room.edge.poll(filed).entries[1:]] == [crypto.write_json(item)]
    again = colleague.case(case).json
    assert (again["last"], again["head"]["n"]) == ({"to_office": 1, "to_reporter": 1}, 1)
    directory = room.edge.office.directory()
    assert [read.wrong for read in crypto.verify_events(directory, case, again["events"])] == [None, None]


def test_claims_come_in_blocks_of_eight_and_dummies_are_refused(room: DeskRoom) -> None:
    """Of a full block only the real claim is accepted, and another number than eight is refused."""
    filed = random_report(room.edge)
    room.file(filed)
    colleague = room.sign_in("li-wei")
    grant = filed.grant()
    block = crypto.claim_block([grant], Drawn("block"))
    accepted = colleague.send("/api/claims", {"claims": block}).json["accepted"]
    real = [row["case"] == crypto.b64encode(grant.case) for row in block]
    assert accepted == real
    assert len(colleague.get("/api/cases").json["cases"]) == 1
    assert colleague.send("/api/claims", {"claims": block[:7]}).status_code == 422


def test_a_wrong_access_token_claims_nothing(room: DeskRoom) -> None:
    """Knowing the case id is not enough: the access token decides."""
    case = room.file(random_report(room.edge))
    colleague = room.sign_in("li-wei")
    rows = [{"case": crypto.b64encode(case), "access": crypto.b64encode(bytes([n]) * 32)} for n in range(8)]
    assert colleague.send("/api/claims", {"claims": rows}).json["accepted"] == [False] * 8
    assert colleague.get("/api/cases").json == {"cases": [], "next": None}


def calls_on(colleague: Colleague, case: bytes, body: dict[str, Any], entry: object) -> list[Any]:
    """Every call that names a case."""
    path = f"/api/cases/{crypto.b64encode(case)}"
    blob = crypto.b64encode(bytes(16))
    return [
        colleague.get(path),
        colleague.get(f"{path}/former"),
        colleague.send(f"{path}/steps", body),
        colleague.send(f"{path}/key", entry, "PUT"),
        colleague.get(f"{path}/blobs/{blob}/parts/0"),
    ]


def test_whoever_is_excluded_sees_what_there_is_for_a_case_that_does_not_exist(room: DeskRoom) -> None:
    """Status, headers, body and number of statements are alike for a forbidden and an absent case."""
    filed = report(room.edge, "about-sun-fang", ("sun-fang",))
    case = room.file(filed)
    member, excluded = room.sign_in("li-wei"), room.sign_in("sun-fang")
    assert member.take_in() == [True]
    assert excluded.open_batch() == []
    assert excluded.get("/api/cases").json == {"cases": [], "next": None}
    assert member.get("/api/batch").json == excluded.get("/api/batch").json
    file = member.case(case).json
    body = {"event": excluded.event(file, "taken"), "item": None, "blobs": [], "grant": None}
    entry = crypto.seal_keyring_entry(member.keys, member.grants[case], Drawn("entry"))
    with room.statements() as forbidden_said:
        forbidden = calls_on(excluded, case, body, entry)
    with room.statements() as absent_said:
        absent = calls_on(excluded, bytes(range(16)), body, entry)
    assert [seen(answer) for answer in forbidden] == [seen(answer) for answer in absent]
    assert [answer.status_code for answer in forbidden] == [404] * 5
    assert forbidden_said == absent_said
    assert len(forbidden_said) >= 8


def test_a_step_on_an_older_head_is_refused(room: DeskRoom) -> None:
    """Who looked before a colleague acted is told so and changes nothing."""
    colleague, case = holder(room)
    other = room.sign_in("sun-fang")
    assert other.take_in() == [True]
    file = colleague.case(case).json
    assert other.step(case, other.event(file, "taken")).status_code == 201
    late = colleague.step(case, colleague.event(file, "taken"))
    assert (late.status_code, late.json["type"]) == (409, "urn:yanlu:error:head-moved")
    assert colleague.case(case).json["taken_by"] == ["sun-fang"]


def test_the_same_step_again_changes_nothing_and_a_replayed_one_does_not_come_back(room: DeskRoom) -> None:
    """A step whose answer was lost may be sent again; its event under another place is refused."""
    colleague, case = holder(room)
    file = colleague.case(case).json
    item, event = colleague.reply(file, "收到。")
    assert colleague.step(case, event, item=item).status_code == 201
    assert colleague.step(case, event, item=item).status_code == 200
    after = colleague.case(case).json
    assert len(after["items"]) == 2
    moved = crypto.Event(case, 2, "replied", "2026-11-24", "li-wei", {"item": crypto.b64encode(bytes(32))})
    replayed = {"payload": moved.payload(), "sig": event["sig"]}
    assert colleague.step(case, replayed, item=item).json["type"] == "urn:yanlu:error:step-refused"
    assert colleague.case(case).json["events"] == after["events"]


def test_two_members_race_to_regrant_and_one_wins(room: DeskRoom) -> None:
    """Of two re-grants over one head the first ends every claim; the second finds no such case."""
    first, case = holder(room)
    second = room.sign_in("sun-fang")
    assert second.take_in() == [True]
    file = first.case(case).json
    mine = first.regrant(file, ["li-wei", "zhao-min"], "first")
    theirs = second.regrant(file, ["sun-fang", "qian-yu"], "second")
    path = f"/api/cases/{crypto.b64encode(case)}/steps"
    assert first.send(path, mine["body"]).status_code == 201
    lost = second.send(path, theirs["body"])
    assert (lost.status_code, lost.json["type"]) == (404, "urn:yanlu:error:no-such-case")
    assert first.case(case).status_code == 404
    with room.desk.cases.read() as connection:
        former = connection.exec_driver_sql("SELECT member, epoch FROM claims").all()
    # They tell who is given the new packet with the case, and open nothing.
    assert sorted(former) == [("li-wei", 0), ("sun-fang", 0)]
    assert [len(member.get("/api/regrants").json["entries"]) for member in (first, second)] == [1, 1]
    assert first.claim([mine["grant"]]) == [True]
    renewed = first.case(case).json
    assert renewed["epoch"] == 1
    assert crypto.read_packet(crypto.b64decode(renewed["packet"])).hash == mine["grant"].hash
    assert second.claim([theirs["grant"]]) == [False]


ZEROS = crypto.b64encode(bytes(64))
FORGERIES: dict[str, Callable[[dict[str, Any]], object]] = {
    "two forged signatures": lambda _: [{"member": name, "sig": ZEROS} for name in ("li-wei", "sun-fang")],
    "an invented second name": lambda proof: [*proof["signatures"], {"member": "sun-fang", "sig": ZEROS}],
    "another's name": lambda proof: [proof["signatures"][0] | {"member": "sun-fang"}],
    "nobody": lambda _: [],
    "somebody who never claimed it": lambda proof: [proof["signatures"][0] | {"member": "qian-yu"}],
}


@pytest.mark.parametrize("forged", FORGERIES)
def test_a_regrant_with_a_forged_signature_takes_no_case_away(room: DeskRoom, forged: str) -> None:
    """A packet that opens for nobody, under names that did not sign: refused, and nothing has changed."""
    bribed, case = holder(room)
    other = room.sign_in("sun-fang")
    assert other.take_in() == [True]
    body = bribed.regrant(file := bribed.case(case).json, ["li-wei"], "garbage")["body"]
    nobody = crypto.seal_dummy_grant(8, Drawn("nobody"))
    digest = crypto.b64encode(crypto.read_packet(nobody).hash)
    proof = {name: body["grant"][name] for name in ("day", "sequence", "binding", "signatures")}
    proof |= {"signatures": FORGERIES[forged](proof)}
    names = {"grant": digest, "item": crypto.b64encode(_hash(body["item"])), **proof}
    body |= {"event": bribed.event(file, "regranted", **names)}
    body["grant"] |= {"packet": crypto.b64encode(nobody), **proof}
    refused = bribed.send(f"/api/cases/{crypto.b64encode(case)}/steps", body)
    assert (refused.status_code, refused.json["reason"]) == (422, "signature")
    while room.edge.worker.work_once():
        continue
    for colleague in (bribed, other):
        assert colleague.case(case).json == file
        item, event = colleague.reply(colleague.case(case).json, "我们在查。")
        assert colleague.step(case, event, item=item).status_code == 201
        file = colleague.case(case).json


LATE = {"day": "2026-11-01"}
ELSEWHERE = {"binding": crypto.b64encode(bytes(32))}


@pytest.mark.parametrize("change", [LATE, {"sequence": 6}, ELSEWHERE], ids=["day", "directory", "binding"])
def test_a_signature_counts_for_what_it_was_given(room: DeskRoom, change: dict[str, Any]) -> None:
    """The same right signature beside another day, directory or binding is refused by the server."""
    colleague, case = holder(room)
    file = colleague.case(case).json
    body = colleague.regrant(file, ["li-wei"], "next")["body"]
    proof = {name: body["grant"][name] for name in ("day", "sequence", "binding", "signatures")} | change
    names = {"grant": _grant_hash(body), "item": crypto.b64encode(_hash(body["item"])), **proof}
    wrong = body | {"event": colleague.event(file, "regranted", **names), "grant": body["grant"] | change}
    path = f"/api/cases/{crypto.b64encode(case)}/steps"
    refused = colleague.send(path, wrong)
    assert (refused.status_code, refused.json["reason"]) == (422, "day" if change is LATE else "signature")
    beside = colleague.send(path, body | {"grant": body["grant"] | change})
    assert (beside.status_code, beside.json["reason"]) == (422, "names")
    untold = colleague.send(path, body | {"item": None})
    assert (untold.status_code, untold.json["reason"]) == (422, "item")
    assert colleague.send(path, body).status_code == 201


def _grant_hash(body: dict[str, Any]) -> str:
    return crypto.b64encode(crypto.read_packet(crypto.b64decode(body["grant"]["packet"])).hash)


def _hash(item: Any) -> bytes:
    return crypto.read_item(item).hash


def test_a_regrant_must_be_the_next_epoch_and_name_its_grant(room: DeskRoom) -> None:
    """A skipped epoch, a grant that the event does not name, and a grant without its kind are refused."""
    colleague, case = holder(room)
    file = colleague.case(case).json
    body = colleague.regrant(file, ["li-wei"], "next")["body"]
    path = f"/api/cases/{crypto.b64encode(case)}/steps"
    skipped = body | {"grant": body["grant"] | {"epoch": 2}}
    unnamed = body | {"event": colleague.event(file, "regranted", item=crypto.b64encode(bytes(32)))}
    unkind = body | {"event": colleague.event(file, EventKind.SELF_ASSIGNED)}
    for wrong in (skipped, unnamed, unkind):
        assert colleague.send(path, wrong).json["type"] == "urn:yanlu:error:step-refused"
    assert colleague.case(case).json["epoch"] == 0
    assert colleague.send(path, body).status_code == 201


def test_nobody_writes_in_another_name_or_without_a_signature(room: DeskRoom) -> None:
    """An event that a colleague signed, one signed with another key, and one unsigned are all refused."""
    colleague, case = holder(room)
    file = colleague.case(case).json
    other = Colleague(room, "sun-fang", room.app.test_client())
    right = colleague.event(file, "taken")
    forged = right | {"sig": other.event(file, "taken")["sig"]}
    assert colleague.step(case, other.event(file, "taken")).status_code == 422
    assert colleague.step(case, forged).status_code == 422
    assert colleague.step(case, right | {"sig": None}).status_code == 422
    assert colleague.case(case).json["head"]["n"] == 0


def test_an_attachment_of_the_office_is_taken_with_its_item_and_read_back(room: DeskRoom) -> None:
    """An upload that is not whole stops the step; whole, it becomes readable with the case only."""
    colleague, case = holder(room)
    file = colleague.case(case).json
    grant = colleague.grants[case]
    attachment, parts = sealed_parts(b"minutes" * 999, [grant.body.case_identity.recipient], Drawn("minutes"))
    listing = {
        "blob": crypto.b64encode(attachment.blob),
        "size": attachment.sealed_size,
        "parts": [crypto.b64encode(part) for part in attachment.parts],
    }
    item, event = colleague.reply(file, "附件。")
    early = colleague.step(case, event, item=item, blobs=[listing])
    assert (early.status_code, early.json["type"]) == (409, "urn:yanlu:error:parts-missing")
    assert put_part(room.edge, attachment.blob, 0, parts[0]).status_code == 204
    assert colleague.step(case, event, item=item, blobs=[listing]).status_code == 201
    path = f"/api/cases/{file['case']}/blobs/{listing['blob']}/parts/0"
    assert colleague.get(path).data == parts[0]
    assert colleague.get(path.replace("parts/0", "parts/1")).status_code == 404


def test_a_keyring_entry_is_kept_and_never_goes_back(room: DeskRoom) -> None:
    """The entry comes back with the case; one of a lower epoch is refused."""
    colleague, case = holder(room)
    path = f"/api/cases/{crypto.b64encode(case)}/key"
    old = crypto.seal_keyring_entry(colleague.keys, colleague.grants[case], Drawn("old"))
    made = colleague.regrant(colleague.case(case).json, ["li-wei"], "pin")
    assert colleague.send(path, old, "PUT").status_code == 204
    assert colleague.send(f"/api/cases/{crypto.b64encode(case)}/steps", made["body"]).status_code == 201
    assert colleague.claim([made["grant"]]) == [True]
    new = crypto.seal_keyring_entry(colleague.keys, made["grant"], Drawn("new"))
    assert colleague.send(path, new, "PUT").status_code == 204
    refused = colleague.send(path, old, "PUT")
    assert (refused.status_code, refused.json["type"]) == (409, "urn:yanlu:error:older-key")
    assert colleague.case(case).json["keyring"] == new


def test_a_custodian_gets_no_batch_and_claims_nothing(room: DeskRoom) -> None:
    """Without a holder's role the lists are empty, even with a right access token."""
    filed = random_report(room.edge)
    case = room.file(filed)
    keeper = room.sign_in("bao-guan-1")
    assert keeper.get("/api/batch").json == {"days": []}
    assert keeper.claim([filed.grant()]) == [False]
    assert keeper.get("/api/cases").json == {"cases": [], "next": None}
    assert keeper.case(case).status_code == 404


@pytest.mark.parametrize("change", [{"role": "administrator"}, {"until": "2026-11-23"}])
def test_a_claim_ends_with_the_holders_place_in_the_directory(room: DeskRoom, change: dict[str, str]) -> None:
    """A member whose role changed or whose time is over finds no case, though the claim is still there."""
    colleague, case = holder(room)
    office = room.edge.office
    members = [office.member(name, **(change if name == "li-wei" else {})) for name in MEMBERS]
    rows = office.directory_document()["holders"]
    if "role" in change:
        rows = [row | {"members": [name for name in row["members"] if name != "li-wei"]} for row in rows]
    note = office.note(sequence=8, members=members, holders=rows)
    (room.edge.settings.office / "directory.note").write_bytes(note)
    assert colleague.case(case).status_code == 404
    assert colleague.get("/api/cases").json == {"cases": [], "next": None}
    assert colleague.get("/api/batch").json == {"days": []}
    assert colleague.get("/api/me").status_code == 200


def test_what_the_mailroom_did_not_take_at_once_the_worker_brings(room: DeskRoom) -> None:
    """A step is durable before it is delivered: a mailroom that could not write gets it in the next round."""
    colleague, case = holder(room)
    file = colleague.case(case).json
    item, event = colleague.reply(file, "稍后。")
    with room.edge.mailroom.store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE items RENAME COLUMN sealed TO sealed_away")
    assert colleague.step(case, event, item=item).status_code == 201
    with room.edge.mailroom.store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE items RENAME COLUMN sealed_away TO sealed")
    assert room.edge.worker.work_once() >= 1
    assert item in colleague.case(case).json["items"]


def rows_of(answer: Any) -> list[str]:
    """The ids of the cases of a page."""
    return [row["case"] for row in answer.json["cases"]]


def test_views_come_in_pages_and_name_what_is_due(room: DeskRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each case stands on one page, in order; a view lists what its clocks and its people say, and no other view is."""
    monkeypatch.setattr("casework.event_store.lists.PAGE", 2)
    cases = [room.file(random_report(room.edge)) for _ in range(5)]
    colleague = room.sign_in("li-wei")
    assert colleague.take_in() == [True] * 5
    seen: list[str] = []
    query = "/api/cases?view=all"
    for length in (2, 2, 1):
        page = colleague.get(query)
        assert len(rows_of(page)) == length
        seen += rows_of(page)
        query = f"/api/cases?view=all&after={page.json['next']}"
    assert page.json["next"] is None
    whole = colleague.get("/api/cases").json
    assert whole == colleague.get("/api/cases?view=all").json
    assert rows_of(colleague.get(f"/api/cases?after={whole['next']}")) == seen[2:4]
    assert sorted(seen) == sorted(crypto.b64encode(case) for case in cases)
    mine = crypto.b64encode(cases[3])
    assert rows_of(colleague.get("/api/cases?view=mine")) == []
    assert colleague.step(cases[3], colleague.event(colleague.case(cases[3]).json, "taken")).status_code == 201
    assert rows_of(colleague.get("/api/cases?view=mine")) == [mine]
    soon, past = room.desk.now() + 3600, room.desk.now() - 3600
    with room.edge.eyes(StoreName.CASES).write() as tx:
        for case, due in ((cases[0], soon), (cases[1], past)):
            tx.execute(CASES.update().where(CASES.c.case_id == case).values(next_due=due))
        tx.execute(CASES.update().where(CASES.c.case_id == cases[2]).values(waiting=True))
    assert rows_of(colleague.get("/api/cases?view=due")) == [crypto.b64encode(cases[0])]
    assert rows_of(colleague.get("/api/cases?view=overdue")) == [crypto.b64encode(cases[1])]
    assert rows_of(colleague.get("/api/cases?view=waiting")) == [crypto.b64encode(cases[2])]
    for wrong in ("view=none", "view=", "after=", "view=all&after=x", f"after={'_' * 32}"):
        assert colleague.get(f"/api/cases?{wrong}").status_code == 422


def test_what_the_policy_refuses_is_told_in_the_readers_words(room: DeskRoom) -> None:
    """A step that is not allowed here is refused in words, with what is allowed; the case file tells rules and dues."""
    colleague, case = holder(room)
    file = colleague.case(case).json
    assert colleague.get(f"/office/rules/{file['rules']}.json").json["id"] == file["policy"]
    assert file["standing"]["owner"] is None
    refused = colleague.step(case, colleague.event(file, "closed", role="company"))
    assert refused.status_code == 422
    assert refused.json["reason"] == "not-in-policy"
    assert "办结" in refused.json["detail"]
    assert "acknowledged" in [row["act"] for row in refused.json["allowed"]]
    assert all(row["name"] for row in refused.json["allowed"])


def test_whoever_has_stepped_back_finds_no_such_case(room: DeskRoom) -> None:
    """To a recused member the case is not there, in no list and at no address."""
    colleague, case = holder(room)
    other = room.sign_in("sun-fang")
    assert other.take_in() == [True]
    with room.edge.eyes(StoreName.CASES).write() as tx:
        tx.execute(RECUSALS.insert().values(case_id=case, member="sun-fang"))
    assert other.case(case).status_code == 404
    assert other.get("/api/cases").json == {"cases": [], "next": None}
    assert rows_of(other.get("/api/cases?view=all")) == []
    assert colleague.case(case).status_code == 200
