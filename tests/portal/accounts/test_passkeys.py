"""Passkeys: added under the member's own secret, a second factor or the device secret's stand-in, single use."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest

import crypto
from portal.accounts import challenges, failures, passkeys
from portal.accounts.members import revoke_member
from portal.accounts.passkeys import MOST_PASSKEYS
from portal.accounts.service import SlowHash
from portal.accounts.tables import CHALLENGES, PASSKEYS
from portal.desk.app import desk_app
from tests.crypto.sample import Drawn
from tests.portal.accounts.test_sessions import REFUSED, CountingHasher, shown
from tests.portal.desk.test_new_secrets import WRAPPED, change
from tests.support.browsers.software_authenticator import PRESENT, SoftKey
from tests.support.offices.desk import OURS, Colleague, DeskRoom, secret_of

STAND_IN = {"signin_secret": crypto.b64encode(bytes(range(32))), "wrapped_key": WRAPPED}


def call(colleague: Colleague, path: str, body: object, origin: str = "http://localhost") -> Any:
    """A call of a page at an origin."""
    headers = OURS | {"Origin": origin}
    return colleague.client.post(path, json=body, headers=headers)


def add(colleague: Colleague, key: SoftKey, stand_in: object = None, **changes: object) -> Any:
    """Adds a passkey as the member's browser does."""
    challenge = call(colleague, "/api/me/passkeys/challenge", {}).json["challenge"]
    right = {"secret": crypto.b64encode(secret_of(colleague.name)), "name": "laptop", "stand_in": stand_in}
    return call(colleague, "/api/me/passkeys", right | key.made(challenge) | changes)


def enter(colleague: Colleague, key: SoftKey, **changes: object) -> Any:
    """Signs in with a passkey as a second factor."""
    challenge = call(colleague, "/api/session/challenge", {}).json["challenge"]
    right = {"member": colleague.name, "secret": crypto.b64encode(secret_of(colleague.name)), "stands_in": False}
    return call(colleague, "/api/session/passkey", right | key.signed(challenge) | changes)


def elsewhere(colleague: Colleague) -> Colleague:
    """The same member in front of another browser."""
    return Colleague(colleague.room, colleague.name, colleague.room.app.test_client(), colleague.totp_secret)


def test_a_passkey_takes_the_place_of_the_six_digits(room: DeskRoom) -> None:
    """With it the member signs in, it is listed, removed it signs nobody in, and the digits go on working."""
    colleague, key = room.sign_in("li-wei"), SoftKey("one")
    assert add(colleague, key).status_code == 201
    (listed,) = colleague.get("/api/me/passkeys").json["passkeys"]
    assert (listed["name"], listed["day"], listed["wrapped_key"]) == ("laptop", room.desk.today().isoformat(), None)
    assert enter(elsewhere(colleague), key).status_code == 200
    assert call(colleague, f"/api/me/passkeys/{listed['credential']}/end", {}).status_code == 204
    assert enter(elsewhere(colleague), key).json["type"] == REFUSED
    assert elsewhere(colleague).attempt().status_code == 200


def test_a_passkey_with_prf_takes_the_place_of_the_device_secret_too(room: DeskRoom) -> None:
    """Its own secret signs in where it stands in and nowhere else; the member's own does not stand in for it."""
    colleague, key = room.sign_in("li-wei"), SoftKey("prf")
    assert add(colleague, key, STAND_IN).status_code == 201
    there, own = elsewhere(colleague), {"secret": STAND_IN["signin_secret"]}
    assert enter(there, key, stands_in=True, **own).status_code == 200
    assert there.get("/api/me/passkeys").json["passkeys"][0]["wrapped_key"] == WRAPPED
    assert enter(elsewhere(colleague), key, **own).status_code == 401
    assert enter(elsewhere(colleague), key, stands_in=True).status_code == 401
    assert enter(elsewhere(colleague), key).status_code == 200


WRONG_KEYS = {
    "user not verified": replace(SoftKey("one"), flags=PRESENT),
    "another key": SoftKey("two"),
    "another page": replace(SoftKey("one"), origin="http://evil.example"),
    "another port": replace(SoftKey("one"), origin="http://localhost:8443"),
    "a count that went back": replace(SoftKey("one"), count=6),
}


def test_what_another_authenticator_or_page_signed_is_refused(room: DeskRoom) -> None:
    """A passkey that did not verify its user, a clone, and another page's signature sign nobody in."""
    colleague = room.sign_in("li-wei")
    assert add(colleague, SoftKey("one", count=7)).status_code == 201
    changes = {"credential": crypto.b64encode(SoftKey("one").credential)}
    told = {name: enter(elsewhere(colleague), key, **changes).status_code for name, key in WRONG_KEYS.items()}
    assert {name: code for name, code in told.items() if code not in (401, 429)} == {}
    assert enter(elsewhere(colleague), SoftKey("one", count=8)).status_code == 200


def test_a_challenge_is_good_once_and_not_for_long(room: DeskRoom) -> None:
    """A second use, one after five minutes, one of another origin and one for adding sign nobody in."""
    colleague, key = room.sign_in("li-wei"), SoftKey("one")
    add(colleague, key)
    there = elsewhere(colleague)
    spent = call(there, "/api/session/challenge", {}).json["challenge"]
    assert enter(there, key, **key.signed(spent)).status_code == 200
    assert enter(there, key, **key.signed(spent)).status_code == 401
    for_adding = call(colleague, "/api/me/passkeys/challenge", {}).json["challenge"]
    assert enter(there, key, **key.signed(for_adding)).status_code == 401
    # The guard compares hosts alone: a page of another scheme passes it, its challenge does not serve here.
    foreign = call(there, "/api/session/challenge", {}, origin="https://localhost").json["challenge"]
    assert enter(there, key, **key.signed(foreign)).status_code == 401
    late = call(there, "/api/session/challenge", {}).json["challenge"]
    room.edge.hands.now += timedelta(seconds=challenges.CHALLENGE_SECONDS)
    assert enter(there, key, **key.signed(late)).status_code == 401
    assert enter(there, key).status_code == 200


def test_challenges_at_the_door_are_bounded(room: DeskRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often one is asked for, no more than so many wait, and a signed-in member's own stays."""
    monkeypatch.setattr(challenges, "MOST_AT_DOOR", 3)
    colleague, key = room.sign_in("li-wei"), SoftKey("one")
    own = call(colleague, "/api/me/passkeys/challenge", {}).json["challenge"]
    for _ in range(5):
        call(colleague, "/api/session/challenge", {})
    with room.desk.accounts.store.read() as connection:
        waiting = connection.execute(CHALLENGES.select()).all()
    assert sorted(row.member or "" for row in waiting) == ["", "", "", "li-wei"]
    assert add(colleague, key, **key.made(own)).status_code == 422
    own = call(colleague, "/api/me/passkeys/challenge", {}).json["challenge"]
    assert call(colleague, "/api/session/challenge", {}).status_code == 200
    right = {"secret": crypto.b64encode(secret_of("li-wei")), "name": "laptop", "stand_in": None}
    assert call(colleague, "/api/me/passkeys", right | key.made(own)).status_code == 201


def test_an_open_session_alone_adds_no_passkey(room: DeskRoom) -> None:
    """A wrong secret, an unverified user, a passkey that is there, a ninth one and no session are refused."""
    colleague = room.sign_in("li-wei")
    assert add(colleague, SoftKey("one"), secret=crypto.b64encode(bytes(32))).json["type"] == REFUSED
    assert add(colleague, SoftKey("one", flags=PRESENT)).json["type"] == "urn:yanlu:error:passkey-refused"
    assert add(colleague, SoftKey("one"), {"signin_secret": STAND_IN["signin_secret"]}).status_code == 422
    assert colleague.get("/api/me/passkeys").json == {"passkeys": []}
    for number in range(MOST_PASSKEYS):
        assert add(colleague, SoftKey(str(number))).status_code == 201
    assert add(colleague, SoftKey("0")).json["type"] == "urn:yanlu:error:passkey-refused"
    assert add(colleague, SoftKey("nine")).json["type"] == "urn:yanlu:error:too-many-passkeys"
    assert elsewhere(colleague).get("/api/me/passkeys").status_code == 401


def test_with_passkeys_an_unknown_name_looks_like_a_known_one(room: DeskRoom) -> None:
    """Answer, statements and argon2's work are alike for a member with a passkey, one without, and nobody."""
    colleague = room.sign_in("li-wei")
    add(colleague, SoftKey("one"))
    room.enrol("sun-fang")
    counting = CountingHasher()
    accounts = replace(room.desk.accounts, slow_hash=SlowHash.make(counting, Drawn("decoy")))
    stranger = Colleague(room, "li-wei", desk_app(replace(room.desk, accounts=accounts)).test_client())
    told: list[tuple[object, ...]] = []
    for name in ("li-wei", "sun-fang", "nobody-1"):
        for stands_in in (False, True):
            counting.verified = 0
            with room.statements() as said:
                changes = {"member": name, "secret": crypto.b64encode(bytes(31) + b"1"), "stands_in": stands_in}
                answer = enter(stranger, SoftKey("other"), **changes)
            told.append((*shown(answer), answer.data, tuple(said), counting.verified))
        room.edge.hands.now += timedelta(seconds=failures.WINDOW_SECONDS + 1)
    assert told[0::2] == [told[0]] * 3
    assert told[1::2] == [told[1]] * 3
    assert told[0][0] == 401


def test_others_wrong_tries_do_not_shut_out_who_has_passkey_and_secret(room: DeskRoom) -> None:
    """After many wrong ones the next wrong one is told to wait, and the right passkey comes in all the same."""
    colleague, key = room.sign_in("li-wei"), SoftKey("one")
    add(colleague, key)
    wrong = {"secret": crypto.b64encode(bytes(32))}
    answers = [enter(elsewhere(colleague), key, **wrong).status_code for _ in range(failures.FREE_TRIES + 1)]
    assert answers == [401] * failures.FREE_TRIES + [429]
    assert enter(elsewhere(colleague), key).status_code == 200


@pytest.mark.parametrize("way", ["digits", "passkey", "adding"])
def test_nobody_who_was_checked_before_a_change_of_secrets_is_let_in_after_it(
    room: DeskRoom, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """A sign-in, or a new passkey, that was under way while the secrets changed is refused and leaves nothing."""
    colleague, key = room.sign_in("li-wei"), SoftKey("one")
    assert add(colleague, key, STAND_IN).status_code == 201
    late, checked = elsewhere(colleague), {"digits": "sessions.draw_token", "passkey": "passkeys.count_of"}
    if way == "adding":
        assert late.attempt().status_code == 200
    place = f"portal.accounts.{checked.get(way, 'passkeys.new_key')}"
    module, _, name = place.rpartition(".")
    check = getattr(import_module(module), name)

    def meanwhile(*given: Any) -> Any:
        assert change(colleague).status_code == 204
        return check(*given)

    monkeypatch.setattr(place, meanwhile)
    answer = {
        "digits": late.attempt,
        "passkey": lambda: enter(late, key, secret=STAND_IN["signin_secret"], stands_in=True),
        "adding": lambda: add(late, SoftKey("two"), STAND_IN),
    }[way]()
    assert (answer.status_code, answer.json["type"]) == (401, REFUSED)
    assert late.get("/api/me").status_code == 401
    with room.desk.accounts.store.read() as connection:
        assert connection.execute(PASSKEYS.select()).all() == []


def test_a_passkey_that_is_being_added_while_its_member_leaves_is_deleted(
    room: DeskRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Leaving waits for what is under way, and takes it away with everything else."""
    colleague = room.sign_in("li-wei")
    late, pool, check = list[Future[bool]](), ThreadPoolExecutor(), passkeys._check_place

    def meanwhile(*given: Any) -> None:
        late.append(pool.submit(revoke_member, room.desk.accounts, colleague.name))
        wait(late, timeout=0.5)
        check(*given)

    monkeypatch.setattr("portal.accounts.passkeys._check_place", meanwhile)
    assert add(colleague, SoftKey("one"), STAND_IN).status_code == 201
    assert late[0].result()
    with room.desk.accounts.store.read() as connection:
        assert connection.execute(PASSKEYS.select()).all() == []
    pool.shutdown()


def test_new_secrets_and_a_leaving_end_every_passkey(room: DeskRoom) -> None:
    """What was wrapped under the passphrase as it was is gone, and so is all of a member who left."""
    for name, end in (("li-wei", change), ("sun-fang", lambda one: revoke_member(room.desk.accounts, one.name))):
        colleague = room.sign_in(name)
        assert add(colleague, SoftKey(name), STAND_IN).status_code == 201
        end(colleague)
    with room.desk.accounts.store.read() as connection:
        assert connection.execute(PASSKEYS.select()).all() == []
