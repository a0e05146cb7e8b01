"""Enrolment: an invitation works once, keys prove themselves, the dummy case is opened."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta
from typing import Any

import pytest

import crypto
from casework.event_store.store import MemberId
from portal.accounts import enrolment
from portal.accounts.errors import MemberExists
from portal.accounts.members import INVITE_DAYS, TRIES, MemberState, all_members, revoke_member
from tests.support.offices.desk import DeskRoom, send


def test_an_invitation_leads_through_keys_and_dummy_case_once(room: DeskRoom) -> None:
    """After the word of the dummy case the member has passed, and the code opens nothing any more."""
    colleague, code = room.begin("li-wei")
    body = room.keys_body("li-wei", code.lower(), colleague.totp_secret)
    answer = colleague.send("/api/enrolment/keys", body)
    word = crypto.open_trial(colleague.keys, crypto.b64decode(answer.json["trial"]), answer.json["items"])
    assert (
        colleague.send("/api/enrolment/trial", {"code": code.replace("-", " "), "word": f" {word} "}).status_code == 204
    )
    found = all_members(room.desk.accounts)[0]
    assert (found.state, found.recipient) == (MemberState.PASSED, colleague.keys.recipient)
    calls = [("", {"code": code}), ("/keys", body), ("/trial", {"code": code, "word": word})]
    for path, again in calls:
        refused = colleague.send(f"/api/enrolment{path}", again)
        assert (refused.status_code, refused.json["type"]) == (404, "urn:yanlu:error:no-such-invite")


def test_keys_are_taken_once(room: DeskRoom) -> None:
    """Anyone who learns the code later cannot put other keys in place of the member's."""
    colleague, code = room.begin("li-wei")
    body = room.keys_body("li-wei", code, colleague.totp_secret)
    assert colleague.send("/api/enrolment/keys", body).status_code == 200
    assert colleague.send("/api/enrolment/keys", body).json["type"] == "urn:yanlu:error:no-such-invite"
    assert colleague.send("/api/enrolment", {"code": code}).status_code == 404


def test_of_two_who_send_keys_at_once_one_is_refused(room: DeskRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one's keys are being taken nobody's others are, nor more wrong words than the invitation allows."""
    colleague, code = room.begin("li-wei")
    body = room.keys_body("li-wei", code, colleague.totp_secret)
    late, pool, seal = list[Future[Any]](), ThreadPoolExecutor(), enrolment.seal_trial

    def meanwhile(*given: Any) -> Any:
        if not late:
            late.append(pool.submit(lambda: send(room.app.test_client(), "/api/enrolment/keys", body)))
            wait(late, timeout=0.5)
        return seal(*given)

    monkeypatch.setattr("portal.accounts.enrolment.seal_trial", meanwhile)
    assert colleague.send("/api/enrolment/keys", body).status_code == 200
    assert late[0].result().json["type"] == "urn:yanlu:error:no-such-invite"
    pool.shutdown()


@pytest.mark.parametrize("wrong", ["proof", "signing", "totp", "recipient"])
def test_keys_that_do_not_prove_themselves_are_refused(room: DeskRoom, wrong: str) -> None:
    """Another proof, signing key, recipient or six digits leave the invitation as it was."""
    colleague, code = room.begin("li-wei")
    body = room.keys_body("li-wei", code, colleague.totp_secret)
    other = room.keys_body("sun-fang", code, colleague.totp_secret) | {"totp": "000000"}
    refused = colleague.send("/api/enrolment/keys", body | {wrong: other[wrong]})
    assert (refused.status_code, refused.json["type"]) == (422, "urn:yanlu:error:keys-refused")
    assert colleague.send("/api/enrolment/keys", body).status_code == 200


def test_a_wrong_word_is_refused_and_ten_of_them_end_the_invitation(room: DeskRoom) -> None:
    """A member who has not read the dummy case does not pass."""
    colleague, code = room.begin("li-wei")
    body = room.keys_body("li-wei", code, colleague.totp_secret)
    answer = colleague.send("/api/enrolment/keys", body)
    word = crypto.open_trial(colleague.keys, crypto.b64decode(answer.json["trial"]), answer.json["items"])
    wrong = {"code": code, "word": "000000" if word != "000000" else "111111"}
    for _try in range(TRIES):
        refused = colleague.send("/api/enrolment/trial", wrong)
        assert (refused.status_code, refused.json["type"]) == (422, "urn:yanlu:error:trial-refused")
    assert colleague.send("/api/enrolment/trial", {"code": code, "word": word}).status_code == 404
    assert all_members(room.desk.accounts)[0].state is MemberState.KEYED


def test_an_invitation_expires(room: DeskRoom) -> None:
    """After two weeks the code is as unknown as any other."""
    colleague, code = room.begin("li-wei")
    room.edge.hands.now += timedelta(days=INVITE_DAYS)
    assert colleague.send("/api/enrolment", {"code": code}).status_code == 200
    room.edge.hands.now += timedelta(days=1)
    late, unknown = (colleague.send("/api/enrolment", {"code": one}) for one in (code, "0000-0000-0000-0000"))
    assert late.status_code == 404
    assert late.data == unknown.data


def test_a_new_invitation_ends_the_one_before_but_never_replaces_a_member(room: DeskRoom) -> None:
    """Inviting again gives a fresh code until the member has passed; then it is refused."""
    colleague, old = room.begin("li-wei")
    new = room.invite("li-wei")
    assert colleague.send("/api/enrolment", {"code": old}).status_code == 404
    assert colleague.send("/api/enrolment", {"code": new}).status_code == 200
    room.enrol("sun-fang")
    with pytest.raises(MemberExists):
        room.invite("sun-fang")


def test_a_revoked_member_is_out_at_once(room: DeskRoom) -> None:
    """Revoking ends the session that is open, and nobody signs in under the name again."""
    colleague = room.sign_in("li-wei")
    assert revoke_member(room.desk.accounts, MemberId("li-wei"))
    assert colleague.get("/api/me").status_code == 401
    assert colleague.attempt().status_code == 401
    assert not revoke_member(room.desk.accounts, MemberId("nobody"))


def test_what_is_not_a_wrapped_key_is_not_kept(room: DeskRoom) -> None:
    """A seed that is not wrapped, or anything else in its place, is refused for its shape."""
    colleague, code = room.begin("li-wei")
    body = room.keys_body("li-wei", code, colleague.totp_secret)
    seed = {"v": 1, "seed": crypto.b64encode(bytes(32))}
    answer = send(colleague.client, "/api/enrolment/keys", body | {"wrapped_key": seed})
    assert (answer.status_code, answer.json["type"]) == (422, "urn:yanlu:error:malformed")
