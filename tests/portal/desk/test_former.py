"""The packet of before a re-grant: kept, and given to those who had it, until enough others have opened the new one."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

import crypto
from casework.event_store.store import CLAIMS, RECUSALS, CaseId
from crypto.case.regrants import RegrantStatement, proof_in, sign_regrant
from portal.cli.desk.client import DeskSession, open_case
from portal.cli.desk.commands import _asked
from portal.cli.desk.profile import Profile
from portal.cli.errors import CommandError
from portal.cli.keepers import recovered_cases_commands as commands
from portal.cli.keepers.recovered_cases import Back, Recovering, lines_of, recovery_key
from portal.cli.keepers.recovery_commands import sealed_case
from portal.cli.terminal import Terminal
from portal.cli.words import Catalogue
from portal.mailroom.grants import former_epochs
from tests.crypto.sample import Drawn
from tests.portal.desk.test_claims import own_claim
from tests.portal.desk.test_handing_over import Leaving
from tests.portal.desk.test_recovering import shares
from tests.support.offices.desk import Colleague, DeskRoom
from tests.support.offices.edge import put_part, random_report, sealed_parts

BRIBED, OTHER, THIRD = "li-wei", "sun-fang", "zhao-min"


class Held:
    """A case of three holders, one of whom is dishonest, and what its reporter knows."""

    def __init__(self, room: DeskRoom, folder: Path) -> None:
        self.room, self.made = room, random_report(room.edge)
        self.case = room.file(self.made)
        self.people = {name: room.sign_in(name) for name in (BRIBED, OTHER, THIRD)}
        for one in self.people.values():
            assert one.take_in() == [True]
        self.leaving = Leaving(room, folder, self.people)

    def path(self, what: str = "/former") -> str:
        """The address of the case as it was."""
        return f"/api/cases/{crypto.b64encode(self.case)}{what}"

    def former(self, name: str) -> Any:
        """What the desk answers somebody who asks for it."""
        assert self.people[name].attempt().status_code == 200
        return self.people[name].get(self.path())

    def taken_away(self) -> None:
        """Re-granted by a packet that opens for nobody, rightly signed."""
        bribed = self.people[BRIBED]
        body = bribed.regrant(bribed.case(self.case).json, [BRIBED], "away")["body"]
        for_nobody(bribed, self.case, body)
        self.sent(bribed, body)

    def regranted(self, who: str, *holders: str) -> None:
        """Re-granted honestly; those who hold it then take it up."""
        sender = self.people[who]
        made = sender.regrant(sender.case(self.case).json, holders, os.urandom(8).hex())
        self.sent(sender, made["body"])
        for name in holders:
            assert self.people[name].claim([made["grant"]]) == [True]

    def sent(self, who: Colleague, body: dict[str, Any]) -> None:
        """The desk takes it, and it is delivered."""
        answer = who.send(self.path("/steps"), body)
        assert answer.status_code == 201, answer.json
        self.room.edge.worker.work_once()

    def took(self, name: str) -> None:
        """A member signs that they opened the case."""
        one = self.people[name]
        assert one.attempt().status_code == 200
        event = one.event(one.case(self.case).json, "claimed", self.today(), **own_claim(one, self.case))
        assert one.step(self.case, event).status_code == 201

    def today(self) -> str:
        """The day by the desk's clock."""
        return self.room.desk.today().isoformat()

    def pass_days(self, days: int) -> None:
        """So many days later the janitor comes again."""
        self.room.edge.hands.now += timedelta(days=days)
        self.room.edge.worker.janitor.work()

    def kept(self) -> list[int]:
        """The epochs that are over whose packets are there."""
        return former_epochs(self.room.edge.mailroom, self.case)


def for_nobody(sender: Colleague, case: bytes, body: dict[str, Any]) -> None:
    """Puts a packet that nobody can open in the place of the right one of a step, signed as it should be."""
    packet = crypto.seal_dummy_grant(8, os.urandom)
    digest, before = crypto.read_packet(packet).hash, sender.grants[case]
    event = json.loads(body["event"]["payload"])["data"]
    unsigned = proof_in(event | {"signatures": []})
    move = RegrantStatement(sender.keys.office, case, before.epoch + 1, before.hash, digest)
    proof = sign_regrant(sender.keys, move, unsigned).document()
    names = event | proof | {"grant": crypto.b64encode(digest)}
    body["grant"] |= proof | {"packet": crypto.b64encode(packet)}
    body["event"] = sender.event(sender.case(case).json, "regranted", **names)


@pytest.fixture
def held(room: DeskRoom, tmp_path: Path) -> Iterator[Held]:
    """Three who hold a case, on each pair of stores; the janitor has been here."""
    room.edge.worker.janitor.work()
    made = Held(room, tmp_path)
    yield made
    made.leaving.lines.close()


def test_who_loses_a_case_to_a_packet_that_opens_for_nobody_still_reads_what_was_said(held: Held) -> None:
    """By the command's own client: the report and the answer of before, under a record that holds."""
    colleague = held.people[OTHER]
    item, event = colleague.reply(colleague.case(held.case).json, "我们在查。")
    assert colleague.step(held.case, event, item=item).status_code == 201
    held.taken_away()
    assert colleague.case(held.case).status_code == 404
    session = DeskSession(held.leaving.line(OTHER), held.room.edge.office.directory(), OTHER)
    file = session.former(crypto.b64encode(held.case))
    opened = open_case(colleague.keys, session.directory, file, None)
    assert (opened.grant.epoch, opened.is_damaged) == (0, False)
    types = [entry.inner.type for entry in opened.thread.verified if entry.inner]
    assert sorted(types) == ["reply", "report"]


def test_what_came_after_the_change_is_not_in_it(held: Held) -> None:
    """Who was removed rightly is given what they had, and nothing that the reporter or the others wrote since."""
    held.regranted(OTHER, OTHER, THIRD)
    post, _ = crypto.seal_message(held.made.keys, held.made.standing, crypto.Message("还有一件事"), os.urandom)
    assert held.room.edge.send("/api/posts", post).status_code == 202
    held.room.edge.worker.work_once()
    held.took(OTHER)
    now, before = held.people[OTHER].case(held.case).json, held.former(BRIBED).json
    assert len(before["items"]) == 1
    assert before["events"] == now["events"][: len(before["events"])]
    assert len(now["events"]) - len(before["events"]) == 3
    assert set(before) <= set(now)
    assert (before["stage"], before["epoch"], before["keyring"], before["proposal"]) == ("received", 0, None, None)


def test_it_is_for_those_alone_who_had_the_case_and_have_it_no_more(held: Held) -> None:
    """Neither a holder of today, nor who never claimed it, stepped back or left; before a re-grant nobody."""
    stranger = held.room.sign_in("qian-yu")
    assert [held.former(name).status_code for name in held.people] == [404, 404, 404]
    held.regranted(OTHER, OTHER, THIRD)
    assert [held.former(name).status_code for name in held.people] == [200, 404, 404]
    assert stranger.get(held.path()).status_code == 404
    assert held.people[BRIBED].get("/api/cases/unknown/former").status_code == 404
    held.leaving.sign_without(BRIBED)
    assert held.former(BRIBED).status_code == 404


def test_who_stepped_back_from_the_case_is_not_given_it(held: Held) -> None:
    """To them it is not there, neither as it is nor as it was."""
    held.regranted(OTHER, OTHER, THIRD)
    assert held.former(BRIBED).status_code == 200
    with held.room.desk.cases.write() as tx:
        tx.execute(RECUSALS.insert().values(case_id=held.case, member=BRIBED))
    assert held.former(BRIBED).status_code == 404


def test_attachments_of_before_are_given_with_it(held: Held) -> None:
    """By the id that stands in an item of before; a stranger gets none."""
    sender = held.people[BRIBED]
    grant = sender.grants[held.case]
    attachment, parts = sealed_parts(b"minutes" * 99, [grant.body.case_identity.recipient], Drawn("minutes"))
    assert put_part(held.room.edge, attachment.blob, 0, parts[0]).status_code == 204
    blob = crypto.b64encode(attachment.blob)
    listing = {
        "blob": blob,
        "size": attachment.sealed_size,
        "parts": [crypto.b64encode(one) for one in attachment.parts],
    }
    item, event = sender.reply(sender.case(held.case).json, "附件。")
    assert sender.step(held.case, event, item=item, blobs=[listing]).status_code == 201
    held.taken_away()
    part = held.path(f"/blobs/{blob}/parts/0")
    assert held.people[OTHER].get(part).data == parts[0]
    assert held.room.sign_in("qian-yu").get(part).status_code == 404


def test_it_stays_until_thirty_days_and_two_others_have_opened_the_new_one(held: Held) -> None:
    """The maker's own word does not count, nor one other's, nor time alone; then packet and claims of before go."""
    held.regranted(OTHER, OTHER, THIRD, BRIBED)
    for name in (OTHER, THIRD):
        held.took(name)
    held.pass_days(31)
    assert held.kept() == [0]
    held.took(BRIBED)
    held.pass_days(1)
    assert held.kept() == []
    with held.room.desk.cases.read() as connection:
        assert {row.epoch for row in connection.execute(CLAIMS.select())} == {0, 1}


def test_two_others_alone_do_not_shorten_thirty_days(held: Held) -> None:
    """On the thirtieth day it goes, and who was removed is given nothing any more."""
    held.people["qian-yu"] = held.room.sign_in("qian-yu")
    assert held.people["qian-yu"].take_in() == [True]
    held.regranted(OTHER, OTHER, THIRD, "qian-yu")
    for name in (THIRD, "qian-yu"):
        held.took(name)
    held.pass_days(29)
    assert (held.kept(), held.former(BRIBED).status_code) == ([0], 200)
    held.pass_days(1)
    assert (held.kept(), held.former(BRIBED).status_code) == ([], 404)


def test_a_second_change_does_not_push_out_what_nobody_has_opened(held: Held) -> None:
    """Anyone who makes one packet after the other takes away neither: each waits for its own."""
    held.regranted(BRIBED, BRIBED, OTHER)
    held.regranted(BRIBED, BRIBED)
    held.pass_days(40)
    assert held.kept() == [1, 0]
    assert [held.former(name).json["epoch"] for name in (OTHER, THIRD)] == [1, 0]
    with held.room.desk.cases.read() as connection:
        assert {(row.member, row.epoch) for row in connection.execute(CLAIMS.select())} >= {(OTHER, 1), (THIRD, 0)}


def test_a_deletion_reaches_it(held: Held) -> None:
    """Under the case's erasure key: once that is gone, the packet of before is too."""
    held.taken_away()
    assert held.former(OTHER).status_code == 200
    mailroom = held.room.edge.mailroom
    with mailroom.store.read() as connection:
        [(erasure_id,)] = connection.exec_driver_sql("SELECT DISTINCT erasure_id FROM grants").all()
    mailroom.erasure.destroy([bytes(erasure_id)])
    assert held.former(OTHER).status_code == 404


def recovering(held: Held) -> Recovering:
    """Outside holders with the recovery key."""
    office = held.room.edge.office
    key = recovery_key(office.directory(), shares(office.recovery.seed))
    return Recovering(office.directory(), key, [office.staff("wai-bu")], [OTHER])


def test_the_recovery_key_opens_the_packet_of_before(
    held: Held, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody can take the case up again, and what was said is written down, in both languages told as what it is."""
    held.taken_away()
    row = sealed_case(held.room.desk.cases, held.room.edge.mailroom, CaseId(held.case))
    assert row is not None
    one = recovering(held).recover(row)
    assert (one.back, one.regrant) == (Back.FORMER, None)
    assert one.history is not None
    kinds = [entry["type"] for entry in cast("list[dict[str, object]]", one.history["entries"])]
    assert kinds == [None, "report"]
    out = tmp_path / "out"
    commands._write_histories([one], commands._histories(out))
    [written] = lines_of(tmp_path / "out.histories")
    assert (written, stat.S_IMODE((tmp_path / "out.histories").stat().st_mode)) == (one.history, 0o600)
    for language, said in (("en", "with the key of before"), ("zh", "更换前的密钥")):
        commands._print_result(Terminal(Catalogue(language), as_json=False), [one], out)
        assert said in capsys.readouterr().out


def test_without_a_packet_of_before_nothing_is_made_up(held: Held) -> None:
    """One that names a former packet of others, or of another case, opens nothing."""
    held.taken_away()
    row = sealed_case(held.room.desk.cases, held.room.edge.mailroom, CaseId(held.case))
    assert row is not None
    work = recovering(held)
    assert work.recover(row | {"former": []}).back is Back.NOT_OURS
    [former] = row["former"]  # type: ignore[misc]
    assert work.recover(row | {"former": [former | {"packet": row["packet"]}]}).back is Back.NOT_OURS
    assert work.recover(row | {"case": crypto.b64encode(bytes(16))}).back is Back.REFUSED
    assert work.recover(row | {"former": [7]}).back is Back.REFUSED


def test_the_command_opens_it(held: Held, tmp_path: Path) -> None:
    """`yanlu desk open CASE --former` for who has lost the case; for who has it, there is nothing of before."""
    held.taken_away()
    session = DeskSession(held.leaving.line(THIRD), held.room.edge.office.directory(), THIRD)
    keys, profile, name = held.people[THIRD].keys, Profile(tmp_path / "p"), crypto.b64encode(held.case)
    assert _asked(session, keys, profile, name, former=True).grant.epoch == 0
    with pytest.raises(CommandError):
        _asked(session, keys, profile, name, former=False)
