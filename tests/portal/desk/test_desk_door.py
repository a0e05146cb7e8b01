"""The door of the desk: other pages, missing sessions, headers, the static bundle."""

from __future__ import annotations

import pytest

from casework.event_store.store import MemberId
from crypto.office.holders import is_within_reach
from portal.accounts.tables import MEMBERS
from portal.desk.desk import entities_read
from tests.support.offices.desk import OURS, DeskRoom, send
from tests.support.offices.edge import random_report

FOREIGN = "urn:yanlu:error:foreign-page"
READS = ("/api/me", "/api/batch", "/api/batch/2026-11-24", "/api/cases", "/api/cases/AAAAAAAAAAAAAAAAAAAAAA")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Yanlu-Desk": "0"},
        OURS | {"Origin": "https://elsewhere.example"},
        OURS | {"Origin": "null"},
        OURS | {"Origin": "http://["},
        OURS | {"Origin": "http://localhost/elsewhere"},
        OURS | {"Origin": "//localhost"},
        OURS | {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_another_page_cannot_make_a_browser_act(room: DeskRoom, headers: dict[str, str]) -> None:
    """Without our header, from another origin or across sites nothing is changed."""
    colleague = room.sign_in("li-wei")
    answer = colleague.client.post("/api/session/end", json={}, headers=headers)
    assert (answer.status_code, answer.json["type"]) == (403, FOREIGN)
    assert colleague.get("/api/me").status_code == 200


def test_our_own_page_acts(room: DeskRoom) -> None:
    """The desk's own origin with our header passes."""
    colleague = room.sign_in("li-wei")
    headers = OURS | {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert colleague.client.post("/api/session/end", json={}, headers=headers).status_code == 204


@pytest.mark.parametrize("path", READS)
def test_nothing_is_told_without_a_session(room: DeskRoom, path: str) -> None:
    """Every reading call of the interface asks for a session first."""
    answer = room.app.test_client().get(path)
    assert (answer.status_code, answer.json["type"]) == (401, "urn:yanlu:error:sign-in-first")


def test_uploads_need_a_session(room: DeskRoom) -> None:
    """Nobody outside of the office fills the desk's storage."""
    client = room.app.test_client()
    answer = client.put("/api/blobs/AAAAAAAAAAAAAAAAAAAAAA/parts/0", data=b"x", headers=OURS)
    assert answer.status_code == 401
    assert client.get("/api/blobs/AAAAAAAAAAAAAAAAAAAAAA").status_code == 401


def test_a_name_that_no_store_keeps_is_refused_in_words(room: DeskRoom) -> None:
    """A sign-in under a name with a NUL in it is refused as malformed on either back end, and is no fault."""
    body = {"member": "li-wei\0", "secret": "A" * 43, "totp": "123456"}
    answer = send(room.app.test_client(), "/api/session", body)
    assert (answer.status_code, answer.json["type"]) == (422, "urn:yanlu:error:malformed")


def test_pictures_are_drawn_in_an_origin_of_their_own(room: DeskRoom) -> None:
    """The frame is sandboxed by its own header, whatever the page around it says."""
    headers = room.app.test_client().get("/frame/").headers
    assert headers["Content-Security-Policy"].startswith("sandbox allow-scripts; default-src 'none'")
    assert "connect-src" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]
    # Without this Firefox shows no picture at all: to it the frame is a foreign origin.
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_a_holder_gets_the_batches_of_the_own_group_and_of_no_other(room: DeskRoom) -> None:
    """All entities of the group, so that nobody can tell who was added to a case; none of a group without a place."""
    office = room.edge.office
    document = office.directory_document()
    far = office.entity("far"), office.entity("far-branch", superior="far")
    row = document["holders"][0] | {"entity": "far-branch", "members": ["zhao-min"]}
    changes = {"entities": [*document["entities"], *far], "holders": [*document["holders"], row]}
    directory = office.directory(**changes)
    group = ["branch", "group", "works"]
    read = {name: entities_read(directory, MemberId(name), None) for name in ("li-wei", "wai-bu", "zhao-min")}
    assert read == {"li-wei": group, "wai-bu": group, "zhao-min": sorted([*group, "far", "far-branch"])}
    # Anyone who oversees the office may be turned to from anywhere, and a newcomer begins at home.
    assert entities_read(directory, MemberId("shang-ji"), None) == sorted([*group, "far", "far-branch"])
    assert entities_read(directory, MemberId("nobody"), None) == []
    assert entities_read(directory, MemberId("nobody"), "far") == ["far", "far-branch"]
    # To whom a colleague may be added follows: every entity whose batch the member gets, and no other.
    for name in ("li-wei", "wai-bu", "zhao-min", "shang-ji"):
        reached = [one.id for one in directory.content.entities if is_within_reach(directory.content, name, one.id)]
        assert sorted(reached) == entities_read(directory, MemberId(name), None), name
    assert is_within_reach(directory.content, "nobody", "far")
    members = [room.sign_in(name) for name in ("li-wei", "wai-bu")]
    room.file(random_report(room.edge))
    batches = [member.get("/api/batch").json for member in members]
    assert batches[0] == batches[1] != {"days": []}


def test_a_batch_of_another_group_is_not_handed_out(room: DeskRoom) -> None:
    """Anyone who has no place in the group of a report gets none of its packets, not even how many there are."""
    office = room.edge.office
    room.file(random_report(room.edge))
    stranger = room.sign_in("zhao-min")
    assert stranger.get("/api/batch").json != {"days": []}
    document = office.directory_document()
    rows = [{**row, "members": ["li-wei"], "left_out": []} for row in document["holders"]]
    far = rows[0] | {"entity": "far", "members": ["zhao-min"]}
    note = office.note(sequence=8, entities=[*document["entities"], office.entity("far")], holders=[*rows, far])
    (room.edge.settings.office / "directory.note").write_bytes(note)
    with room.desk.accounts.store.write() as tx:
        tx.execute(MEMBERS.update().where(MEMBERS.c.member == "zhao-min").values(entity="far"))
    assert stranger.get("/api/batch").json == {"days": []}
    assert stranger.get("/api/batch/2026-11-24").json == {"entries": []}


def test_without_a_directory_nobody_reads_a_case(room: DeskRoom) -> None:
    """An office whose directory has expired gives out nothing until its keepers sign again."""
    colleague = room.sign_in("li-wei")
    (room.edge.settings.office / "directory.note").unlink()
    answer = colleague.get("/api/cases")
    assert (answer.status_code, answer.json["type"]) == (503, "urn:yanlu:error:office-not-ready")
    assert colleague.get("/api/me").status_code == 200
