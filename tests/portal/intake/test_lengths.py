"""A submission or post of another length than its own is refused, so that no client can tell by it."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from sqlalchemy import func, select

import crypto
from portal.mailroom.tables import ITEMS, MAILBOXES
from tests.crypto.sample import Drawn
from tests.support.offices.edge import Edge, report
from tests.support.samples.padded_json import as_sent

Spoilt = dict[str, bytes]


def spoilt(sent: bytes) -> Spoilt:
    """The same JSON sent otherwise."""
    plain = sent.rstrip(b" ")
    return {
        "as JSON alone": plain,
        "a byte less": sent[:-1],
        "a byte more": sent + b" ",
        "another one's length": sent.ljust(262144),
        "a space inside": plain.replace(b'{"v":1,', b'{"v": 1,', 1).ljust(len(sent)),
        "a space before it": sent[-1:] + sent[:-1],
        "a line's end for a space": sent[:-1] + b"\n",
        "an escape for a letter": plain.replace(b'"v"', rb'"\u0076"', 1).ljust(len(sent)),
    }


def rows(edge: Edge) -> tuple[int, int]:
    """How many mailboxes and items there are."""
    with edge.mailroom.store.read() as connection:
        mailboxes, items = (connection.scalar(select(func.count()).select_from(one)) for one in (MAILBOXES, ITEMS))
    return mailboxes or 0, items or 0


def refused(answer: Any) -> bool:
    """Whether it was refused for its shape, or as longer than any."""
    wrong = ((422, "urn:yanlu:error:malformed"), (413, "urn:yanlu:error:too-large"))
    return (answer.status_code, answer.json["type"]) in wrong


def test_a_submission_of_another_length_is_refused(edge: Edge) -> None:
    """However the same report is written otherwise, it is not taken; as it is to be, it is."""
    sent = crypto.write_submission(report(edge, "ann").sealed.submission)
    for name, body in spoilt(sent).items():
        assert refused(edge.send("/api/submissions", body)), name
        assert rows(edge) == (0, 0), name
    assert edge.send("/api/submissions", sent).status_code == 201


def test_a_post_of_another_length_is_refused(edge: Edge) -> None:
    """So too for what is written into a mailbox, whether or not there is one."""
    case = report(edge, "ann")
    edge.submit(case)
    before = rows(edge)
    post, _ = crypto.seal_act(case.keys, case.standing, crypto.ActText(crypto.Declaration.WITHDRAW, ""), Drawn("act"))
    nobody = post | {"token": crypto.b64encode(bytes(32))}
    for name, body in (*spoilt(crypto.write_post(post)).items(), *spoilt(crypto.write_post(nobody)).items()):
        assert refused(edge.send("/api/posts", body)), name
        assert rows(edge) == before, name
    assert edge.send("/api/posts", crypto.write_post(post)).status_code == 202


def test_a_draft_of_another_length_is_refused(edge: Edge) -> None:
    """So too for a draft: a short one and a long one are saved by calls of one length, and poll as long."""
    case = report(edge, "ann")
    token, taken = crypto.b64encode(case.keys.mailbox_token), set[int]()
    for at, said in enumerate(("a", "收" * 9000), 1):
        draft = crypto.seal_draft(case.keys, at, {"account": said}, Drawn(f"draft-{at}"))
        sent = as_sent("/api/drafts", {"v": 1, "token": token, "draft": draft})
        for name, body in spoilt(sent).items():
            assert refused(edge.send("/api/drafts", body, "PUT")), name
        assert edge.send("/api/drafts", sent, "PUT").status_code == 202
        assert edge.poll(case).total == 3
        taken.add(len(sent))
    assert taken == {49152}


@pytest.mark.parametrize("name", list(spoilt(b"{}  ")))
def test_a_bundle_with_a_submission_of_another_length_is_refused(edge: Edge, name: str) -> None:
    """So too in a file."""
    sent = crypto.write_submission(report(edge, "ann").sealed.submission)
    body = spoilt(sent)[name]
    answer = edge.client.post("/api/bundles", data=b"yanlu-bundle/v1\n" + crypto.u64(len(body)) + body)
    assert (answer.status_code, rows(edge)) == (422, (0, 0))


def test_a_bundle_as_a_page_writes_it_is_taken(edge: Edge) -> None:
    """What it carries has the length of what is sent; without files it is a head of 24 bytes and that."""
    case, sink = report(edge, "ann"), io.BytesIO()
    crypto.write_bundle(case.sealed.submission, [], sink)
    assert sink.getvalue()[24:] == crypto.write_submission(case.sealed.submission)
    assert json.loads(sink.getvalue()[24:]) == case.sealed.submission
    assert edge.client.post("/api/bundles", data=sink.getvalue()).status_code == 201
