"""Recorded measures that the weekly run puts up for review, and what HR reads of them: one rule, one draw, one text."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from crypto.framing import b64encode, sign
from portal.watch.app import watch_app
from portal.watch.hr_upload_views import hr_upload_views
from portal.watch.working_days import answer_day
from retaliation_watch.hr_ingest.manifest import FeedFile
from retaliation_watch.hr_ingest.proposals import drawn_frame, proposal_frame, propose, read_proposal
from retaliation_watch.review_sampling.classes import RULE, WORDING_EN
from retaliation_watch.store import DRAWS, ENTRIES, REVIEWS
from retaliation_watch.weekly_run.weekly_run import RunContext, run_weekly
from tests.support.commands.yanlu_in_process import inside
from tests.support.offices.edge import settings_for
from tests.support.offices.watch import ENTITY, NOW, SEED, SOURCE, TODAY, Watch, handle_marks, watch_of
from tests.support.stores.backends import embedded_stores

ROSTER = ("工号,部门,职级,入职日期", *(f"E{n:03d},U{n % 4},P1,2020-01-01" for n in range(240)))
HEAD = "event_id,employee_id,event_type,recorded_on"
LATE = TODAY - timedelta(days=5)


@pytest.fixture
def watch(tmp_path: Path, prepared: Path) -> Iterator[Watch]:
    """A watch of 240 people in four units."""
    with watch_of(tmp_path, prepared, *ROSTER) as made:
        yield made


def row(name: str, who: int, what: str = "书面警告", day: date = LATE) -> str:
    """A line of an event file."""
    return f"{name},E{who:03d},{what},{day}"


def looked(watch: Watch, today: date = TODAY) -> set[tuple[bytes, str]]:
    """A look; gives what is up for review: whom and what."""
    with watch.store.write() as tx:
        run_weekly(tx, ENTITY, today, RunContext(os.urandom, watch.context.key.randomization_key))
    return {(one["person"], one["kind"]) for one in watch.rows(REVIEWS) if one["source"] == RULE}


def person(watch: Watch, number: int) -> bytes:
    """A pseudonym."""
    return watch.context.key.pseudonym(ENTITY, f"E{number:03d}")


def test_grave_measures_are_all_reviewed_middle_ones_by_coin_and_daily_ones_never(watch: Watch) -> None:
    """Everybody's dismissal and third measure, about a quarter of warnings, no shift change; nothing twice."""
    lines = [row(f"W{n}", n) for n in range(200)] + [row("D1", 230, "辞退"), row("S1", 231, "班次调整")]
    lines += [row(f"T{n}", 232, "书面警告", LATE - timedelta(days=n)) for n in range(3)]
    watch.push(FeedFile.EVENTS, HEAD, *lines)
    found = looked(watch)
    assert (person(watch, 230), "dismissal") in found
    assert (person(watch, 232), "written_warning") in found
    assert not any(kind == "shift_change" for _, kind in found)
    assert 0.15 < sum((person(watch, n), "written_warning") in found for n in range(200)) / 200 < 0.37
    before = watch.rows(REVIEWS)
    assert looked(watch, TODAY + timedelta(days=7)) == found
    assert watch.rows(REVIEWS) == before


def test_an_answer_stays_whether_somebody_is_listed_later_or_a_row_is_dated_back(watch: Watch) -> None:
    """Two measures against one person get one answer, also when HR enters an earlier one afterwards."""
    for number in range(60):
        watch.enter(f"E{number:03d}", handle_marks(number + 1), today=date(2026, 6, 3))
    watch.push(FeedFile.EVENTS, HEAD, *(row(f"W{n}", n) for n in range(60)))
    yes = looked(watch)
    assert 0.2 < len(yes) / 60 < 0.65
    answers = watch.rows(DRAWS)
    assert len(answers) == 60
    back, again = date(2024, 3, 1), TODAY + timedelta(days=3)
    watch.push(FeedFile.EVENTS, HEAD, *(row(f"B{n}", n, "书面警告", back) for n in range(60)))
    watch.push(FeedFile.EVENTS, HEAD, *(row(f"A{n}", n, "奖金扣减", again) for n in range(60)))
    later = looked(watch, TODAY + timedelta(days=7)) - yes
    assert watch.rows(DRAWS) == answers
    assert {one for one, _ in later} == {one for one, _ in yes}


def test_a_listed_person_is_drawn_oftener_and_within_the_bound(watch: Watch) -> None:
    """Whom the coin finds unlisted it finds listed too: the chance rises, and the odds by two at most."""
    watch.push(FeedFile.EVENTS, HEAD, *(row(f"W{n}", n) for n in range(240)))
    plain = looked(watch)
    with watch.store.write() as tx:
        tx.execute(DRAWS.delete())
        tx.execute(REVIEWS.delete())
    for number in range(240):
        watch.enter(f"E{number:03d}", [], today=date(2026, 6, 3))
    listed = looked(watch)
    assert plain < listed
    assert 0.3 < len(listed) / 240 < 0.5


def test_a_letter_follows_an_entry_from_the_next_month_on(watch: Watch) -> None:
    """What HR is asked about a measure of the month of the report is what it would be asked about anybody's."""
    lines = [row(f"W{n}", n) for n in range(240)]
    watch.push(FeedFile.EVENTS, HEAD, *lines)
    plain = looked(watch)
    with watch.store.write() as tx:
        tx.execute(DRAWS.delete())
        tx.execute(REVIEWS.delete())
    for number in range(240):
        watch.enter(f"E{number:03d}", handle_marks(number + 1), today=TODAY)
    assert {entry["counted"] for entry in watch.rows(ENTRIES)} == {TODAY.replace(day=1)}
    assert looked(watch) == plain


def test_a_measure_that_was_proposed_is_not_put_up_again(watch: Watch) -> None:
    """A dismissal that HR proposed is answered on its day; once it is recorded there is one review, not two."""
    told = {"v": 1, "source": SOURCE, "employee": "E001", "kind": "dismissal", "planned": "2026-12-01"}
    payload = json.dumps(told).encode()
    with watch.store.write() as tx:
        proposal, entity = read_proposal(tx, payload, sign(SEED, proposal_frame(payload)))
        days = answer_day(watch.context.directory, ENTITY, NOW)
        propose(tx, watch.context.key, proposal, entity, days)
    watch.push(FeedFile.EVENTS, HEAD, row("D1", 1, "辞退", TODAY), row("D2", 2, "辞退", TODAY))
    assert looked(watch, TODAY + timedelta(days=2)) == {(person(watch, 2), "dismissal")}
    assert len(watch.rows(REVIEWS)) == 2


def test_hr_reads_what_was_drawn_by_its_own_number_and_in_one_wording(watch: Watch) -> None:
    """A signed question of today gets the whole list, padded; another source, day or signature gets nothing."""
    watch.push(FeedFile.EVENTS, HEAD, row("D1", 1, "辞退"), row("S1", 2, "班次调整"))
    looked(watch)
    client = watch_app(hr_upload_views(watch.context), behind_tls=False).test_client()

    def asked(**changes: str) -> tuple[int, bytes]:
        told = {"v": 1, "source": SOURCE, "day": str(TODAY), "since": str(TODAY)} | changes
        payload = json.dumps(told)
        signed = {"payload": payload, "sig": b64encode(sign(SEED, drawn_frame(payload.encode())))}
        answer = client.post("/api/drawn", json=signed)
        return answer.status_code, answer.data

    status, content = asked()
    found = json.loads(content)
    assert (status, len(content) % 65536) == (200, 0)
    assert [(one["employee"], one["kind"], one["recorded"]) for one in found["reviews"]] == [
        ("E001", "dismissal", str(LATE))
    ]
    assert (found["rule"], found["words"]["en"]) == (RULE, WORDING_EN)
    assert len(asked(since=str(TODAY + timedelta(days=1)))[1]) == len(content)
    assert asked(day="2026-11-20")[0] == asked(source="hr-else")[0] == 403
    assert client.post("/api/drawn", json={"payload": "{}", "sig": b64encode(bytes(64))}).status_code == 403


def test_hr_reads_it_by_its_own_command(
    watch: Watch, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`yanlu watch drawn` signs, writes the list for the owner alone, and says what was refused."""
    watch.push(FeedFile.EVENTS, HEAD, row("D1", 1, "辞退"))
    looked(watch)
    transport = httpx.WSGITransport(watch_app(hr_upload_views(watch.context), behind_tls=False))

    def ask(method: str, url: str, **more: Any) -> httpx.Response:
        with httpx.Client(transport=transport) as client:
            return client.request(method, url, **more)

    monkeypatch.setattr("portal.cli.watch.drawn_reviews_command.send_request", ask)
    monkeypatch.setattr("portal.cli.watch.drawn_reviews_command.today", lambda: TODAY)
    key, out = tmp_path / "hr.key", tmp_path / "drawn.json"
    key.write_text(b64encode(SEED))
    (tmp_path / "own").mkdir()
    settings = settings_for(embedded_stores(tmp_path / "own"), tmp_path / "own")

    def run(source: str) -> Any:
        line = ("--source", source, "--key-file", str(key), "--to", "http://hr-upload", "--since", str(TODAY))
        return inside(capsys, monkeypatch, settings, "watch", "drawn", *line, "--out", str(out), "--json")

    assert [one["employee"] for one in run(SOURCE).document["reviews"]] == ["E001"]
    assert (out.stat().st_mode & 0o777, json.loads(out.read_text("utf-8"))["rule"]) == (0o600, RULE)
    assert run("hr-else").code != 0
