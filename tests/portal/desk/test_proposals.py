"""Re-grants that need two signatures: proposed, signed by another, declined, expired; on both kinds of stores."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

import crypto
from casework.event_store.proposals import PROPOSAL_DAYS
from crypto.case.grant import read_packet
from crypto.framing import sha256
from tests.crypto.sample import Drawn
from tests.support.offices.desk import Colleague, DeskRoom
from tests.support.offices.edge import random_report, report


@dataclass
class Scene:
    """A case under a threshold of two, with members who have claimed it."""

    room: DeskRoom
    case: bytes
    directory: crypto.VerifiedDirectory
    people: dict[str, Colleague]

    @property
    def path(self) -> str:
        """Where the case stands."""
        return f"/api/cases/{crypto.b64encode(self.case)}"

    def propose(self, by: str, holders: list[str], **changes: Any) -> Any:
        """Sends a proposal as that member's client would; `changes` go into its body."""
        colleague = self.people[by]
        file = colleague.case(self.case).json
        body, made = self.proposal(colleague, file, holders)
        self.made = made
        return colleague.send(f"{self.path}/proposals", body | changes)

    def proposal(self, colleague: Colleague, file: dict[str, Any], holders: list[str]) -> tuple[dict[str, Any], Any]:
        """The body of a proposal, and what it proposes."""
        grant, rng = colleague.grant(file), Drawn(f"{colleague.name}/{file['head']['n']}")
        made = crypto.seal_regrant(colleague.keys, self.directory, grant, colleague.thread(file), holders, rng)
        event = colleague.event(file, "regrant-proposed", proposal=crypto.b64encode(made.grant.hash))
        body = {
            "event": event,
            "packet": crypto.b64encode(made.packet),
            "history": crypto.b64encode(made.history),
            "access": crypto.b64encode(made.access_hash),
            "epoch": made.grant.epoch,
            **made.proof.document(),
            "invited": None,
        }
        return body, made

    def sign(self, by: str, **changes: Any) -> Any:
        """Reviews and signs what waits, and sends it; `changes` go into the grant."""
        colleague = self.people[by]
        file = colleague.case(self.case).json
        waits = file["proposal"]
        packet = crypto.b64decode(waits["packet"])
        own = colleague.grants.get(self.case)
        told = packet, crypto.b64decode(waits["history"]), crypto.read_proof(waits["proof"])
        made = crypto.review_regrant(colleague.keys, *told, self.directory, own, file["items"])
        whole = crypto.cosign_regrant(colleague.keys, *told, self.directory, own, file["items"])
        before = own or crypto.before_regrant(made)
        thread = crypto.read_case(self.directory, before, file["items"])
        notice = crypto.announce_regrant(before, thread, made, whole, Drawn("notice")).document()
        names: dict[str, Any] = {
            "proposal": crypto.b64encode(made.hash),
            "grant": crypto.b64encode(made.hash),
            "item": crypto.b64encode(crypto.read_item(notice).hash),
            **whole.document(),
        }
        grant = {
            "packet": waits["packet"],
            "history": waits["history"],
            "access": crypto.b64encode(sha256(made.access)),
            "epoch": made.epoch,
            **whole.document(),
        } | changes
        event = colleague.event(file, "regrant-countersigned", **names)
        return colleague.step(self.case, event, item=notice, grant=grant)

    def waits(self, name: str) -> Any:
        """What the case file shows of a proposal."""
        return self.people[name].case(self.case).json["proposal"]


def require_two(room: DeskRoom) -> crypto.VerifiedDirectory:
    """The keepers sign a directory that asks for two signatures."""
    office = room.edge.office
    note = office.note(sequence=8, regrant_threshold=2)
    (room.edge.settings.office / "directory.note").write_bytes(note)
    return office.directory(sequence=8, regrant_threshold=2)


def scene(room: DeskRoom, *names: str, excluded: tuple[str, ...] = ()) -> Scene:
    """A case of these holders, each of whom has claimed it."""
    filed = report(room.edge, "excluding", excluded) if excluded else random_report(room.edge)
    case = room.file(filed)
    people = {name: room.sign_in(name) for name in names}
    for colleague in people.values():
        colleague.take_in()
    return Scene(room, case, require_two(room), people)


@pytest.fixture
def two(room: DeskRoom) -> Scene:
    """Two holders of a case who need each other."""
    return scene(room, "li-wei", "sun-fang")


def reason(answer: Any) -> tuple[int, str]:
    """Status and kind of a refusal."""
    return answer.status_code, answer.json["type"].rpartition(":")[2]


def test_a_proposal_waits_and_the_second_signature_brings_it_into_force(two: Scene) -> None:
    """Proposed, it changes nothing; signed by the other, the new epoch is there and the reporter is told."""
    assert two.propose("li-wei", ["li-wei", "sun-fang", "zhao-min"]).status_code == 201
    waits = two.waits("sun-fang")
    assert (waits["by"], waits["epoch"], waits["invited"]) == ("li-wei", 1, None)
    assert two.people["sun-fang"].case(two.case).json["epoch"] == 0
    assert two.sign("sun-fang").status_code == 201
    both = two.people["sun-fang"]
    assert both.case(two.case).status_code == 404
    assert both.claim([two.made.grant]) == [True]
    file = both.case(two.case).json
    assert (file["epoch"], file["proposal"]) == (1, None)
    opened = both.grant(file)
    assert opened.hash == crypto.read_packet(crypto.b64decode(file["packet"])).hash
    assert opened.hash == two.made.grant.hash
    events = crypto.verify_events(two.directory, two.case, file["events"])
    crypto.check_proof(two.directory, opened, crypto.recorded_proof(events, opened.hash))
    kinds = [read.event.kind for read in events if read.event]
    assert kinds == ["received", "regrant-proposed", "regrant-countersigned"]
    assert [entry.mark for entry in crypto.read_case(two.directory, opened, file["items"]).entries] == [None, None]


def test_one_signature_is_not_enough_for_the_server_either(two: Scene) -> None:
    """A step with one signature, a proposal without one's own, and an own second signature are refused."""
    colleague = two.people["li-wei"]
    file = colleague.case(two.case).json
    alone = colleague.regrant(file, ["li-wei", "zhao-min"], "alone")
    assert reason(colleague.send(f"{two.path}/steps", alone["body"])) == (422, "step-refused")
    body, _ = two.proposal(two.people["sun-fang"], file, ["li-wei", "sun-fang"])
    names = {"proposal": crypto.b64encode(read_packet(crypto.b64decode(body["packet"])).hash)}
    stolen = body | {"event": colleague.event(file, "regrant-proposed", **names)}
    assert reason(colleague.send(f"{two.path}/proposals", stolen)) == (422, "step-refused")
    assert two.propose("li-wei", ["li-wei", "sun-fang"]).status_code == 201
    with pytest.raises(crypto.SignatureRefused):
        two.sign("li-wei")
    event = own_second(two)
    assert reason(event) == (422, "step-refused")


def own_second(two: Scene) -> Any:
    """The proposer's client lies: a made-up signature of the other, sent as if it had come from there."""
    colleague = two.people["li-wei"]
    file = colleague.case(two.case).json
    waits = file["proposal"]
    digest = crypto.b64encode(read_packet(crypto.b64decode(waits["packet"])).hash)
    invented = {"member": "sun-fang", "sig": crypto.b64encode(bytes(64))}
    proof = waits["proof"] | {"signatures": [*waits["proof"]["signatures"], invented]}
    item = two.made.item
    names: dict[str, Any] = {"proposal": digest, "grant": digest, "item": crypto.b64encode(item.hash), **proof}
    access = crypto.b64encode(two.made.access_hash)
    grant = {"packet": waits["packet"], "history": waits["history"], "access": access, "epoch": 1, **proof}
    event = colleague.event(file, "regrant-countersigned", **names)
    return colleague.step(two.case, event, item=item.document(), grant=grant)


def test_each_holder_may_have_a_proposal_waiting(two: Scene) -> None:
    """One made over the same head is told that the head moved; made again, each is shown the other's."""
    first, second = two.people["li-wei"], two.people["sun-fang"]
    file = second.case(two.case).json
    late, _ = two.proposal(second, file, ["sun-fang", "li-wei", "qian-yu"])
    assert two.propose("li-wei", ["li-wei", "sun-fang", "zhao-min"]).status_code == 201
    assert reason(second.send(f"{two.path}/proposals", late)) == (409, "head-moved")
    assert reason(two.propose("li-wei", ["li-wei", "sun-fang"])) == (409, "proposal-open")
    assert two.propose("sun-fang", ["sun-fang", "li-wei"]).status_code == 201
    assert (two.waits("sun-fang")["by"], two.waits("li-wei")["by"]) == ("li-wei", "sun-fang")
    assert first.case(two.case).json["head"]["n"] == 2
    assert two.sign("sun-fang").status_code == 201
    with two.room.edge.worker.cases.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM proposals").scalar() == 0


def declined(here: Scene, by: str, digest: str) -> Any:
    """That member declines what has this hash."""
    colleague = here.people[by]
    event = colleague.event(colleague.case(here.case).json, "regrant-declined", proposal=digest)
    return colleague.step(here.case, event)


def shown(here: Scene, name: str) -> str:
    """The hash of what that member is asked."""
    return crypto.b64encode(read_packet(crypto.b64decode(here.waits(name)["packet"])).hash)


def test_a_proposal_is_withdrawn_by_its_proposer_and_by_nobody_else(two: Scene) -> None:
    """Declined, it is asked of that member no more; withdrawn, it can be signed by nobody, and another may follow."""
    for _ in range(2):
        assert two.propose("li-wei", ["li-wei", "sun-fang", "zhao-min"]).status_code == 201
        digest = shown(two, "sun-fang")
        assert reason(declined(two, "sun-fang", crypto.b64encode(bytes(32)))) == (422, "step-refused")
        assert declined(two, "sun-fang", digest).status_code == 201
        assert reason(declined(two, "sun-fang", digest)) == (422, "step-refused")
        assert (two.waits("sun-fang"), shown(two, "li-wei")) == (None, digest)
        assert declined(two, "li-wei", digest).status_code == 201
        assert two.waits("li-wei") is None
        assert reason(declined(two, "li-wei", digest)) == (422, "step-refused")


def test_the_one_to_be_removed_stands_in_nobodys_way(room: DeskRoom) -> None:
    """They decline, and propose something else first: the others still see the removal and sign it."""
    here = scene(room, "li-wei", "sun-fang", "zhao-min")
    assert here.propose("zhao-min", ["li-wei", "sun-fang", "zhao-min"]).status_code == 201
    bogus = shown(here, "li-wei")
    assert here.propose("li-wei", ["li-wei", "sun-fang"]).status_code == 201
    removal = here.made
    assert declined(here, "zhao-min", crypto.b64encode(removal.grant.hash)).status_code == 201
    assert declined(here, "sun-fang", bogus).status_code == 201
    assert here.waits("sun-fang")["by"] == "li-wei"
    assert here.sign("sun-fang").status_code == 201
    assert here.people["zhao-min"].case(here.case).status_code == 404
    assert here.people["sun-fang"].claim([removal.grant]) == [True]


def test_nobody_is_kept_busy_declining(two: Scene) -> None:
    """A member proposes four times a day in a case, and no fifth time."""
    for _ in range(4):
        assert two.propose("li-wei", ["li-wei", "sun-fang"]).status_code == 201
        assert declined(two, "li-wei", shown(two, "li-wei")).status_code == 201
    assert reason(two.propose("li-wei", ["li-wei", "sun-fang"])) == (422, "step-refused")
    assert two.propose("sun-fang", ["li-wei", "sun-fang"]).status_code == 201


def test_a_proposal_waits_for_three_days(two: Scene) -> None:
    """On the fourth day nobody sees it and nobody can sign it; the janitor takes it away, and a new one is welcome."""
    assert two.propose("li-wei", ["li-wei", "sun-fang"]).status_code == 201
    now = two.room.edge.hands.now
    assert PROPOSAL_DAYS == 3
    two.room.edge.hands.now = now + timedelta(days=PROPOSAL_DAYS)
    for colleague in two.people.values():
        assert colleague.attempt().status_code == 200
    assert two.waits("sun-fang") is not None
    two.room.edge.hands.now = now + timedelta(days=PROPOSAL_DAYS + 1)
    for colleague in two.people.values():
        assert colleague.attempt().status_code == 200
    assert two.waits("sun-fang") is None
    janitor = two.room.edge.worker.janitor
    janitor.work()
    two.room.edge.hands.now += timedelta(days=1)
    janitor.work()
    with two.room.edge.worker.cases.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM proposals").scalar() == 0


def test_nothing_of_a_proposal_lies_bare(two: Scene) -> None:
    """Packet and proof wait under the case's erasure key: without it they are noise."""
    assert two.propose("li-wei", ["li-wei", "sun-fang"]).status_code == 201
    with two.room.desk.cases.read() as connection:
        packet, proof = connection.exec_driver_sql("SELECT packet, proof FROM proposals").one()
    assert b"age-encryption.org" not in bytes(packet) + bytes(proof)
    assert b"signatures" not in bytes(proof)


def test_a_case_with_one_living_holder_is_countersigned_by_the_outside_holder(room: DeskRoom) -> None:
    """Asked by name, the outside holder reviews the case without a claim, may do nothing else, signs, and holds it."""
    # In a small office an exclusion lets the report go to the outside holder alone.
    alone = scene(room, "wai-bu", "shang-ji", excluded=("li-wei", "sun-fang", "zhao-min", "qian-yu"))
    asked = alone.people["shang-ji"]
    assert asked.case(alone.case).status_code == 404
    assert asked.get("/api/proposals").json == {"cases": []}
    assert alone.propose("wai-bu", ["wai-bu", "shang-ji"], invited="shang-ji").status_code == 201
    assert asked.get("/api/proposals").json == {"cases": [crypto.b64encode(alone.case)]}
    assert asked.get("/api/cases").json == {"cases": [], "next": None}
    file = asked.case(alone.case).json
    assert reason(asked.step(alone.case, asked.event(file, "taken"))) == (422, "step-refused")
    assert alone.people["wai-bu"].get("/api/proposals").json == {"cases": []}
    assert alone.sign("shang-ji").status_code == 201
    assert asked.case(alone.case).status_code == 404
    assert asked.claim([alone.made.grant]) == [True]
    assert asked.case(alone.case).json["epoch"] == 1
    assert asked.get("/api/proposals").json == {"cases": []}


def test_who_is_not_asked_sees_what_there_is_for_a_case_that_does_not_exist(two: Scene) -> None:
    """A member who neither holds the case nor is asked gets the same answer for its proposals as for none."""
    assert two.propose("li-wei", ["li-wei", "sun-fang"]).status_code == 201
    stranger = two.room.sign_in("qian-yu")
    body, _ = two.proposal(two.people["li-wei"], two.people["li-wei"].case(two.case).json, ["li-wei"])
    absent = f"/api/cases/{crypto.b64encode(bytes(range(16)))}/proposals"
    answers = [stranger.send(path, body) for path in (f"{two.path}/proposals", absent)]
    assert [reason(answer) for answer in answers] == [(404, "no-such-case")] * 2
    assert stranger.get("/api/proposals").json == {"cases": []}


@pytest.mark.parametrize(
    ("asked", "holders"), [("zhao-min", ("li-wei", "sun-fang")), ("sun-fang", ("li-wei", "sun-fang"))]
)
def test_nobody_is_asked_but_an_outside_holder_where_no_other_is_left(
    room: DeskRoom, asked: str, holders: tuple[str, ...]
) -> None:
    """Not somebody of the group, whom the report may leave out and who would see the case; not a holder of it."""
    here = scene(room, *holders)
    answer = here.propose("li-wei", ["li-wei", "sun-fang", "zhao-min"], invited=asked)
    assert reason(answer) == (422, "step-refused")
    stranger = room.sign_in("zhao-min")
    assert stranger.get("/api/proposals").json == {"cases": []}
    assert stranger.case(here.case).status_code == 404


def test_a_sole_holder_asks_an_outside_holder_and_no_colleague(room: DeskRoom) -> None:
    """A colleague in the group may be one whom the report leaves out."""
    alone = scene(room, "li-wei", excluded=("sun-fang",))
    assert reason(alone.propose("li-wei", ["li-wei", "zhao-min"], invited="sun-fang")) == (422, "step-refused")
    assert room.sign_in("sun-fang").case(alone.case).status_code == 404
    assert alone.propose("li-wei", ["li-wei", "wai-bu"], invited="wai-bu").status_code == 201
