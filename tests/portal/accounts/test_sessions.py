"""Sign-in: alike for unknown names, refused after too many tries, and over when it is over."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask

import crypto
from crypto.framing import sha256
from portal.accounts import failures, sessions
from portal.accounts.service import IDLE_SECONDS, LONGEST_SECONDS, SlowHash
from portal.accounts.totp import digits_at, matching_step
from portal.desk.app import desk_app
from portal.stores.engines import Store
from tests.crypto.sample import Drawn
from tests.support.offices.desk import Colleague, DeskRoom, secret_of, send

REFUSED = "urn:yanlu:error:sign-in-refused"


class CountingHasher(PasswordHasher):
    """argon2 that counts how often it verified."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.verified = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
        """Counts, then verifies."""
        self.verified += 1
        return super().verify(hash, password)


def shown(answer: Any) -> tuple[object, ...]:
    """What a client sees, less the clock."""
    return (answer.status_code, sorted(item for item in answer.headers if item[0] != "Date"), len(answer.data))


def test_an_unknown_name_is_refused_exactly_like_a_wrong_secret(room: DeskRoom) -> None:
    """Answer, statements and the work of argon2 are alike for a known and an unknown name."""
    colleague = room.enrol("li-wei")
    counting = CountingHasher()
    accounts = replace(room.desk.accounts, slow_hash=SlowHash.make(counting, Drawn("decoy")))
    colleague.client = desk_app(replace(room.desk, accounts=accounts)).test_client()
    answers, statements = [], []
    for name in ("li-wei", "nobody-1"):
        with room.statements() as said:
            answers.append(colleague.attempt(member=name, secret=crypto.b64encode(bytes(32))))
        statements.append(said)
        assert counting.verified == len(answers)
    assert shown(answers[0]) == shown(answers[1])
    assert answers[0].json["type"] == REFUSED
    assert answers[0].data == answers[1].data
    assert statements[0] == statements[1]


@pytest.mark.parametrize("wrong", [{"secret": crypto.b64encode(bytes(32))}, {"totp": "000000"}, {"member": "qian-yu"}])
def test_each_wrong_part_is_refused_alike(room: DeskRoom, wrong: dict[str, str]) -> None:
    """Secret, six digits and name must all be right; nobody is told which was not."""
    colleague = room.enrol("li-wei")
    answer = colleague.attempt(**wrong)
    assert (answer.status_code, answer.json["type"]) == (401, REFUSED)
    assert "Set-Cookie" not in answer.headers


def test_six_digits_are_good_for_one_sign_in(room: DeskRoom) -> None:
    """Digits that somebody looked over a shoulder for are used up."""
    colleague = room.sign_in("li-wei")
    digits = digits_at(colleague.totp_secret, room.desk.now())
    body = {"member": "li-wei", "secret": crypto.b64encode(secret_of("li-wei")), "totp": digits}
    assert colleague.send("/api/session", body).json["type"] == REFUSED


def test_wrong_secrets_are_refused_after_a_few_and_shut_nobody_out(room: DeskRoom) -> None:
    """After five wrong secrets more are told to wait; the member comes in elsewhere, and who is signed in goes on."""
    colleague = room.sign_in("li-wei")
    other = Colleague(room, "li-wei", room.app.test_client(), colleague.totp_secret)
    wrong = {"secret": crypto.b64encode(bytes(32))}
    answers = [other.attempt(**wrong).status_code for _try in range(failures.FREE_TRIES)]
    assert answers == [401] * failures.FREE_TRIES
    stay(room)
    blocked = other.attempt(**wrong)
    assert (blocked.status_code, blocked.json["type"]) == (429, "urn:yanlu:error:too-many-attempts")
    assert colleague.get("/api/me").status_code == 200
    elsewhere = Colleague(room, "li-wei", room.app.test_client(), colleague.totp_secret)
    stay(room)
    assert elsewhere.attempt().status_code == 200


def stay(room: DeskRoom) -> None:
    """Takes back most of the time step that the next try passes, so that the wait still runs."""
    room.edge.hands.now -= timedelta(seconds=20)


def test_wrong_digits_make_everybody_wait_who_has_the_secret(room: DeskRoom) -> None:
    """Six digits cannot be guessed beside a stolen secret: after five wrong ones even the right ones wait a while."""
    colleague = room.sign_in("li-wei")
    other = Colleague(room, "li-wei", room.app.test_client(), colleague.totp_secret)
    wrong = {"totp": "000000"}
    answers = [other.attempt(**wrong).status_code for _try in range(failures.FREE_TRIES)]
    assert answers == [401] * failures.FREE_TRIES
    stay(room)
    assert other.attempt().status_code == 429
    assert colleague.get("/api/me").status_code == 200
    room.edge.hands.now += timedelta(seconds=failures.FIRST_WAIT_SECONDS)
    assert other.attempt().status_code == 200


def test_nobody_learns_from_the_answer_whether_a_secret_was_right(room: DeskRoom) -> None:
    """Tries with the right and with a wrong secret, all with wrong digits, get the same answers and statements."""
    room.enrol("li-wei")
    seen: list[list[object]] = []
    for secret in (secret_of("li-wei"), bytes(32)):
        colleague = Colleague(room, "li-wei", room.app.test_client(), b"")
        told: list[object] = []
        for _try in range(failures.FREE_TRIES + 2):
            with room.statements() as said:
                told.append(shown(colleague.send("/api/session", attempt_with(secret))))
            told.append(said)
        seen.append(told)
        room.edge.hands.now += timedelta(seconds=failures.WINDOW_SECONDS + 1)
    assert seen[0] == seen[1]


class Together(PasswordHasher):
    """argon2 whose verdicts are all there before the first of them is heard."""

    def __init__(self, callers: int) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.barrier = threading.Barrier(callers)

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
        """Verifies, then waits for all the others."""
        right = super().verify(hash, password)
        self.barrier.wait(60)
        return right


def test_of_a_burst_of_digits_at_many_workers_five_are_judged(room: DeskRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of forty wrong ones at once beside the right secret, at two workers, five are compared; after each wait one."""
    colleague, judged = room.enrol("li-wei"), list[str]()

    def noting(secret: bytes, digits: str, now: int, last: int) -> int | None:
        judged.append(digits)
        return matching_step(secret, digits, now, last)

    monkeypatch.setattr(sessions, "matching_step", noting)
    slow = SlowHash(Together(BURST), room.desk.accounts.slow_hash.decoy, threading.BoundedSemaphore(BURST))
    accounts = replace(room.desk.accounts, slow_hash=slow)
    workers = [desk_app(replace(room.desk, accounts=accounts)) for _ in range(2)]
    assert burst(workers, secret_of("li-wei")) == {401: failures.FREE_TRIES, 429: BURST - failures.FREE_TRIES}
    assert len(judged) == failures.FREE_TRIES
    stay(room)
    assert colleague.attempt().status_code == 429
    room.edge.hands.now += timedelta(seconds=failures.FIRST_WAIT_SECONDS)
    judged.clear()
    burst(workers, secret_of("li-wei"))
    assert len(judged) == 1
    room.edge.hands.now += timedelta(seconds=failures.WINDOW_SECONDS + 1)
    judged.clear()
    burst(workers, secret_of("li-wei"))
    # A quarter of an hour later it is one again, not five.
    assert len(judged) == 1


def test_a_burst_of_right_digits_lets_one_in_and_counts_for_nothing(room: DeskRoom) -> None:
    """Of forty at once with the same right digits one is let in; its success takes back what the name had tried."""
    colleague = room.enrol("li-wei")
    slow = SlowHash(Together(BURST), room.desk.accounts.slow_hash.decoy, threading.BoundedSemaphore(BURST))
    app = desk_app(replace(room.desk, accounts=replace(room.desk.accounts, slow_hash=slow)))
    room.pass_step()
    told = burst([app], secret_of("li-wei"), digits_at(colleague.totp_secret, room.desk.now()))
    assert told[200] == 1
    assert told.keys() <= {200, 401, 429}
    assert sum(told.values()) == BURST


def test_a_try_that_waits_while_another_signs_in_is_judged_after_it(room: DeskRoom) -> None:
    """The count that it waits for goes meanwhile: it begins a new one, and nothing fails."""
    store, found = room.desk.accounts.store, list[int]()

    def second() -> None:
        with store.write() as connection:
            found.append(failures.lock_tries(connection, "li-wei", room.desk.now()).failures)

    waiting = threading.Thread(target=second)
    with store.write() as connection:
        failures.note_failure(connection, failures.lock_tries(connection, "li-wei", room.desk.now()), right_secret=True)
    with store.write() as connection:
        assert failures.lock_tries(connection, "li-wei", room.desk.now()).failures == 1
        waiting.start()
        while not store.embedded and not is_waited_for(store):
            threading.Event().wait(0.01)
        failures.forget_failures(connection, "li-wei")
    waiting.join()
    assert found == [0]


def is_waited_for(store: Store) -> bool:
    """Whether somebody waits for a row of this database."""
    with store.read() as connection:
        asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        return bool(connection.exec_driver_sql(asked).scalar())


BURST = 40


def burst(workers: list[Flask], secret: bytes, digits: str = "000000") -> Counter[int]:
    """As many tries at once, spread over the workers; how often each status was answered."""
    told: Counter[int] = Counter()
    body = attempt_with(secret) | {"totp": digits}

    def knock(app: Flask) -> None:
        told[send(app.test_client(), "/api/session", body).status_code] += 1

    callers = [threading.Thread(target=knock, args=(workers[n % len(workers)],)) for n in range(BURST)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    return told


def attempt_with(secret: bytes) -> dict[str, str]:
    """A try with wrong digits."""
    return {"member": "li-wei", "secret": crypto.b64encode(secret), "totp": "000000"}


def test_the_wait_grows_to_a_quarter_of_an_hour_and_no_further() -> None:
    """Nobody can lock a member out for longer than fifteen minutes by trying wrongly."""
    waits = [failures.wait_after(tries) for tries in range(40)]
    assert waits[:8] == [0, 0, 0, 0, 0, 30, 60, 120]
    assert max(waits) == failures.WINDOW_SECONDS == 900
    assert waits == sorted(waits)


def test_unknown_names_are_refused_after_as_many_tries(room: DeskRoom) -> None:
    """The count itself tells nobody whether a name exists."""
    colleague = room.enrol("li-wei")
    seen = {
        name: [colleague.attempt(member=name, secret=crypto.b64encode(bytes(32))).status_code for _ in range(5)]
        for name in ("li-wei", "nobody-1")
    }
    assert seen["li-wei"] == seen["nobody-1"] == [401] * 5


def test_signing_out_ends_the_session_on_the_server(room: DeskRoom) -> None:
    """The old cookie is dead, no matter who kept it, and the browser is told to clear everything."""
    colleague = room.sign_in("li-wei")
    cookie = colleague.client.get_cookie("yanlu_desk")
    assert cookie is not None
    answer = colleague.send("/api/session/end", {})
    assert answer.status_code == 204
    assert '"cookies"' in answer.headers["Clear-Site-Data"]
    assert '"storage"' in answer.headers["Clear-Site-Data"]
    assert colleague.client.get_cookie("yanlu_desk") is None
    thief = room.app.test_client()
    thief.set_cookie("yanlu_desk", cookie.value)
    assert thief.get("/api/me").status_code == 401


@pytest.mark.parametrize("limit", [IDLE_SECONDS, LONGEST_SECONDS])
def test_a_session_ends_by_itself(room: DeskRoom, limit: int) -> None:
    """It ends when nobody used it for half an hour, and after ten hours even when somebody did."""
    colleague = room.sign_in("li-wei")
    pause = IDLE_SECONDS if limit == IDLE_SECONDS else IDLE_SECONDS - 60
    waited = 0
    while waited + pause < limit:
        room.edge.hands.now += timedelta(seconds=pause)
        waited += pause
        assert colleague.get("/api/me").status_code == 200
    room.edge.hands.now += timedelta(seconds=limit - waited - 1)
    if limit == IDLE_SECONDS:
        room.edge.hands.now += timedelta(seconds=1)
    else:
        assert colleague.get("/api/me").status_code == 200
        room.edge.hands.now += timedelta(seconds=1)
    assert colleague.get("/api/me").status_code == 401


def test_the_cookie_is_closed_to_scripts_and_other_sites(room: DeskRoom) -> None:
    """HttpOnly, SameSite=Strict, no Domain, no lifetime of its own; the store holds a hash of it only."""
    colleague = room.enrol("li-wei")
    header = colleague.attempt().headers["Set-Cookie"]
    assert "HttpOnly" in header
    assert "SameSite=Strict" in header
    assert not {"Domain", "Expires", "Max-Age"} & {part.split("=")[0].strip() for part in header.split(";")}
    token = header.split("=", 1)[1].split(";")[0]
    with room.desk.accounts.store.read() as connection:
        rows = connection.exec_driver_sql("SELECT session_hash FROM sessions").all()
    assert [bytes(row[0]) for row in rows] == [sha256(token.encode())]


def test_a_lost_database_gives_no_secret_away(room: DeskRoom) -> None:
    """The sign-in secret is kept as an argon2 hash."""
    room.enrol("li-wei")
    with room.desk.accounts.store.read() as connection:
        stored = connection.exec_driver_sql("SELECT signin_hash FROM members").scalar_one()
    assert stored.startswith("$argon2id$")


def half_of(colleague: Colleague) -> str:
    """The half of the tab's key that the server keeps beside this session."""
    return str(colleague.get("/api/session/key-half").json["key_half"])


def test_a_session_has_half_of_a_key_which_ends_with_it(room: DeskRoom) -> None:
    """The same as long as the session lasts, another for every session, none after signing out."""
    here = room.sign_in("li-wei")
    there = Colleague(room, "li-wei", room.app.test_client(), here.totp_secret)
    assert there.attempt().status_code == 200
    assert half_of(here) == half_of(here) != half_of(there)
    assert len(crypto.b64decode(half_of(here), 32)) == 32
    kept = crypto.b64decode(half_of(here))
    here.send("/api/session/end", {})
    assert here.get("/api/session/key-half").status_code == 401
    with room.desk.accounts.store.read() as connection:
        rows = connection.exec_driver_sql("SELECT key_half FROM sessions").all()
    assert [bytes(row[0]) for row in rows] == [crypto.b64decode(half_of(there))] != [kept]


def test_another_sign_in_of_the_same_browser_keeps_the_half_for_its_other_tabs(room: DeskRoom) -> None:
    """The session that is replaced ends; another member who signs in there, and one after the end, get another half."""
    colleague = room.sign_in("li-wei")
    half, old = half_of(colleague), colleague.cookie().split("=", 1)[1]
    assert colleague.attempt().status_code == 200
    assert half_of(colleague) == half
    thief = room.app.test_client()
    thief.set_cookie("yanlu_desk", old)
    assert thief.get("/api/session/key-half").status_code == 401
    other = room.enrol("sun-fang")
    other.client.set_cookie("yanlu_desk", colleague.cookie().split("=", 1)[1])
    assert other.attempt().status_code == 200
    assert half_of(other) != half
    # The session that another takes the place of is over.
    assert colleague.get("/api/session/key-half").status_code == 401
    assert colleague.attempt().status_code == 200
    assert half_of(colleague) != half
    half = half_of(colleague)
    room.edge.hands.now += timedelta(seconds=IDLE_SECONDS)
    assert colleague.get("/api/session/key-half").status_code == 401
    assert colleague.attempt().status_code == 200
    assert half_of(colleague) != half


def test_a_refused_sign_in_takes_nothing_from_the_session_that_is_there(room: DeskRoom) -> None:
    """Neither the session nor its half changes."""
    colleague = room.sign_in("li-wei")
    half = half_of(colleague)
    assert colleague.attempt(secret=crypto.b64encode(bytes(32))).status_code == 401
    assert half_of(colleague) == half


def test_no_half_goes_on_for_longer_than_a_session(room: DeskRoom) -> None:
    """Signing in again and again in one browser keeps it for ten hours, and then another is drawn."""
    colleague = room.sign_in("li-wei")
    half, waited = half_of(colleague), 0
    while waited < LONGEST_SECONDS:
        assert half_of(colleague) == half
        pause = min(IDLE_SECONDS - 60, LONGEST_SECONDS - waited)
        room.edge.hands.now += timedelta(seconds=pause)
        waited += pause
        assert colleague.attempt().status_code == 200
    assert half_of(colleague) != half
