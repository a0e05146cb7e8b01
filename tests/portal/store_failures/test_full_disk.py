"""A full or read-only disk under all stores: every call is answered in words, and all is well once it is well."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import crypto
from portal.stores.schemas import upgrade_stores
from tests.crypto.sample import Case, Drawn, Office
from tests.support.faults.consistency_check import ConsistencyCheck
from tests.support.faults.full_disk import SmallDisk, small_disk
from tests.support.faults.recording_clients import Holder, Reporter, random_content
from tests.support.offices.desk import DeskRoom
from tests.support.offices.edge import Edge, Hands, put_part, report, sealed_parts, settings_for, write_office
from tests.support.samples.padded_json import sent
from tests.support.stores.backends import embedded_stores

WORDS = "张三在三号车间收了回扣"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """A disk of a few megabytes."""
    with small_disk(tmp_path / "disk") as made:
        yield made


@pytest.fixture
def edge(disk: SmallDisk) -> Iterator[Edge]:
    """An edge whose stores, attachments and office lie on it."""
    settings, office = settings_for(embedded_stores(disk.root), disk.root), Office(Drawn("disk"))
    write_office(settings.office, office)
    upgrade_stores(settings)
    opened = Edge(settings, office, Hands())
    yield opened
    opened.close()


def calls(edge: Edge, case: Case, language: str) -> dict[str, Any]:
    """Every call that writes, and what it was answered."""
    headers = {"Accept-Language": language}
    attachment, (part,) = sealed_parts(random_content(), [edge.office.recovery.recipient], Drawn(language))
    draft = crypto.seal_draft(case.keys, 1, {"text": WORDS}, Drawn("d"))
    token = crypto.b64encode(case.keys.mailbox_token)
    post, _ = crypto.seal_message(case.keys, case.standing, crypto.Message(WORDS), Drawn("m"))
    saved = {"v": 1, "token": token, "draft": draft}
    send, filed = edge.client.open, sent("/api/submissions", case.sealed.submission)
    return {
        "part": put_part(edge, attachment.blob, 0, part, language=language),
        "report": send("/api/submissions", method="POST", headers=headers, **filed),
        "post": send("/api/posts", method="POST", headers=headers, **sent("/api/posts", post)),
        "draft": send("/api/drafts", method="PUT", headers=headers, **sent("/api/drafts", saved)),
    }


def claims(reporter: Reporter) -> list[dict[str, str]]:
    """A block with the one real claim."""
    return crypto.claim_block([reporter.made.grant()], Drawn("block"))


def in_words(answers: dict[str, Any], statuses: set[int], language: str) -> None:
    """Each answer is a problem of one of these kinds in this language."""
    for name, answer in answers.items():
        assert answer.status_code in statuses, (name, answer.status_code)
        assert answer.mimetype == "application/problem+json"
        assert answer.headers["Content-Language"] == {"zh": "zh-CN", "en": "en"}[language], name
        assert answer.json["status"] == answer.status_code


def secrets_in(text: str, case: Case) -> list[str]:
    """Words, tokens and ids of the reporter that stand in a text."""
    known = [case.keys.mailbox_token, case.sealed.memo.case, crypto.read_submission(case.sealed.submission).mailbox]
    return [word for word in (WORDS, *map(crypto.b64encode, known), *(key.hex() for key in known)) if word in text]


def test_a_full_disk_refuses_in_words_and_loses_nothing(
    edge: Edge, disk: SmallDisk, capfd: pytest.CaptureFixture[str]
) -> None:
    """While not a byte fits every writing call says so; what was confirmed still opens, and later all is taken."""
    before, after = Reporter("before", edge, random_content()), report(edge, "after")
    before.report()
    room = DeskRoom(edge)
    holder = Holder(room.sign_in("li-wei"))
    with disk.full():
        in_words({"claim": holder.member.send("/api/claims", {"claims": claims(before)})}, {507, 503}, "zh")
        for language in ("zh", "en"):
            in_words(calls(edge, after, language), {507, 503}, language)
        edge.worker.work_once()
        assert crypto.open_mailbox(before.made.keys, edge.poll(before.made)) is not None
        assert edge.poll(after).entries == []
    assert {name: answer.status_code for name, answer in calls(edge, after, "zh").items()} == {
        "part": 204,
        "report": 201,
        "post": 202,
        "draft": 202,
    }
    assert secrets_in("".join(capfd.readouterr()), after) == []
    assert (
        ConsistencyCheck(edge, holder, [before, Reporter("after", edge, None, confirmed=True, filed=after)]).hold()
        == []
    )
    room.close()


def test_a_read_only_disk_refuses_in_words_and_nobody_has_to_restart(
    edge: Edge, disk: SmallDisk, capfd: pytest.CaptureFixture[str]
) -> None:
    """A face that meets a read-only disk, or starts on one, answers 503 in words, and writes once it may."""
    case = report(edge, "ann")
    edge.close()
    with disk.read_only():
        again = Edge(edge.settings, edge.office, edge.hands)
        for one in (edge, again):
            for language in ("zh", "en"):
                in_words(calls(one, case, language), {503}, language)
    for one, status in ((edge, 201), (again, 200)):
        assert one.submit(case).status_code == status
    assert secrets_in("".join(capfd.readouterr()), case) == []
    again.close()
