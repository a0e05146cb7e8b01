"""HR's upload: what HR sees never depends on the list; replayed, reordered and corrected rows end in one state."""

from __future__ import annotations

import itertools
import json
import traceback
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from sqlalchemy import event, insert

from crypto.errors import CryptoError
from crypto.framing import b64decode, b64encode, check_signature, frame, sha256, sign, verify_key
from portal.cli.watch.feed_commands import _import_one
from portal.db_roles.privileges import RIGHTS, StoreRole
from portal.settings import StoreName
from portal.watch.hr_upload_views import ingest_file
from portal.watch.working_days import answer_day
from retaliation_watch.errors import ColumnsUnread, FormRefused, ManifestRefused, NoAgreement, SequenceUsed
from retaliation_watch.hr_ingest.delivery_state import DeliveryState
from retaliation_watch.hr_ingest.feed_gaps import gaps_of
from retaliation_watch.hr_ingest.forms import store_form
from retaliation_watch.hr_ingest.manifest import FeedFile, Manifest, manifest_frame, write_manifest
from retaliation_watch.hr_ingest.proposals import (
    Verdict,
    answer_review,
    proposal_frame,
    propose,
    read_proposal,
    review_answer,
)
from retaliation_watch.store import DELIVERIES, EVENTS, PEOPLE, QUARANTINED_ROWS, SOURCES
from tests.support.offices.watch import ENTITY, NOW, SEED, SOURCE, Watch, open_watch, payload_of
from tests.support.stores.backends import Stores, ready_embedded_stores

SEED_B = bytes([8]) * 32
HEAD = "event_id,employee_id,event_type,effective_date,recorded_on,value_before,value_after,annual_salary,备注"
ROSTER = (
    "工号,部门,职级,直接上级工号,入职日期",
    *(f"E{n:03d},装配,P{n % 3},E001,2020-01-0{1 + n % 9}" for n in range(80)),
)


@pytest.fixture
def watch(tmp_path: Path, prepared: Path) -> Iterator[Watch]:
    """A watch on embedded stores; the tests that name `stores` run on both pairs."""
    made = open_watch(ready_embedded_stores(tmp_path, prepared), tmp_path)
    yield made
    made.close()


def row(number: int, who: int, what: str = "书面警告", day: str = "2026-11-20", after: str = "") -> str:
    """A line of an event file."""
    return f"A{number},E{who:03d},{what},{day},{day},,{after},200000,张三因举报被处分"


def test_the_drops_role_reads_neither_list_nor_alerts() -> None:
    """What HR's upload may do in the watch's store names no entry, no packet, no alert and no tally."""
    assert RIGHTS[StoreRole.HR_UPLOAD].keys() == {StoreName.WATCH}
    tables = RIGHTS[StoreRole.HR_UPLOAD][StoreName.WATCH].tables
    assert not {"entries", "packets", "alerts", "tallies", "namings"} & tables.keys()


def test_a_receipt_is_signed_and_tells_lines_and_codes(watch: Watch) -> None:
    """The host's key signs it; a bad row is told by line and code, and its text lies under the key alone."""
    lines = [HEAD, *(row(n, n) for n in range(60)), "A61,E001,书面警告,31.12.2026x,2026-11-20,,,,", row(62, 3, "罚站")]
    receipt = watch.push(FeedFile.EVENTS, *lines)
    told = json.loads(receipt)
    message = frame("yanlu/v1/hr-receipt", sha256(told["payload"].encode()))
    check_signature(b64decode(watch.context.key.verify_key), message, b64decode(told["sig"]))
    with pytest.raises(CryptoError):
        check_signature(b64decode(watch.context.key.verify_key), message[:-1], b64decode(told["sig"]))
    found = payload_of(receipt)
    assert (found["read"], found["accepted"], found["lines"]) == (62, 61, [[62, "bad-date"], [63, "unmapped-kind"]])
    assert found["columns_dropped"] == 2
    (quarantined,) = watch.rows(QUARANTINED_ROWS)
    assert "31.12.2026x" in watch.context.key.decrypt_text(quarantined["delivery"], quarantined["ciphertext"])
    everything = repr([watch.rows(table) for table in (EVENTS, PEOPLE, DELIVERIES, QUARANTINED_ROWS)])
    assert "张三" not in everything
    assert "E001" not in everything
    assert "200000" not in everything


def test_replayed_reordered_and_corrected_files_end_in_the_same_state(
    stores: Stores, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever order files come in and however often, the rows that count in the end are the same."""
    files = {
        1: (HEAD, row(1, 1), row(2, 2)),
        2: (HEAD, row(2, 2, "降薪", after="100"), row(3, 3)),
        3: (HEAD, row(1, 1), row(4, 4, day="2026-01-05")),
    }
    ends: list[object] = []
    watch = open_watch(stores, tmp_path_factory.mktemp("orders"))
    for order in [*itertools.permutations(files), (1, 2, 1, 3, 2, 3), (3, 3, 2, 1)]:
        for number in order:
            watch.push(FeedFile.EVENTS, *files[number], sequence=number)
        newest: dict[bytes, dict[str, object]] = {}
        for one in watch.rows(EVENTS):
            if one["event"] not in newest or one["sequence"] > newest[one["event"]]["sequence"]:
                newest[one["event"]] = one
        ends.append(newest)
        with watch.store.write() as tx:
            tx.execute(EVENTS.delete())
            tx.execute(DELIVERIES.delete())
    assert len(ends[0]) == 4  # type: ignore[arg-type]
    assert all(end == ends[0] for end in ends)
    watch.close()


def test_a_forged_file_about_everybody_waits_for_the_officer(watch: Watch) -> None:
    """A file of three times the usual rows is held and changes nothing; released and sent again it is taken."""
    watch.push(FeedFile.ROSTER, *ROSTER)
    for week in range(4):
        assert (
            payload_of(watch.push(FeedFile.EVENTS, HEAD, *(row(10 * week + n, n) for n in range(9))))["state"]
            == "taken"
        )
    before = watch.rows(EVENTS)
    forged = (HEAD, *(row(1000 + n, n) for n in range(79)))
    held = watch.push(FeedFile.EVENTS, *forged, sequence=9)
    assert payload_of(held)["state"] == DeliveryState.HELD
    assert watch.rows(EVENTS) == before
    assert watch.push(FeedFile.EVENTS, *forged, sequence=9) == held
    with watch.store.write() as tx:
        tx.execute(DELIVERIES.update().where(DELIVERIES.c.state == "held").values(state=DeliveryState.RELEASED.value))
    assert payload_of(watch.push(FeedFile.EVENTS, *forged, sequence=9))["state"] == "taken"
    assert len(watch.rows(EVENTS)) == len(before) + 79


def test_a_small_file_about_most_people_waits_too(watch: Watch) -> None:
    """A file of the usual size that names more than half of all people is held."""
    watch.push(FeedFile.ROSTER, *ROSTER)
    for week in range(3):
        watch.push(FeedFile.EVENTS, HEAD, *(row(100 * week + n, n % 5) for n in range(40)))
    assert payload_of(watch.push(FeedFile.EVENTS, HEAD, *(row(900 + n, n) for n in range(41))))["state"] == "held"


def test_only_what_the_source_signed_is_taken(watch: Watch) -> None:
    """Another file, a changed manifest, an unknown source, and another file under a number are refused."""
    content = "\n".join((HEAD, row(1, 1))).encode()
    payload, signature = watch.signed(FeedFile.EVENTS, content, 1)
    for manifest, digest in ((payload, sha256(b"x")), (payload.replace(b"events", b"roster"), sha256(content))):
        with pytest.raises(ManifestRefused):
            ingest_file(watch.context, manifest, signature, digest, BytesIO(content))
    with pytest.raises(ManifestRefused):
        ingest_file(
            watch.context, payload.replace(SOURCE.encode(), b"hr-else"), signature, sha256(content), BytesIO(content)
        )
    watch.push(FeedFile.EVENTS, HEAD, row(1, 1), sequence=1)
    with pytest.raises(SequenceUsed):
        watch.push(FeedFile.EVENTS, HEAD, row(2, 2), sequence=1)


def test_an_unchanged_file_is_a_delivery_of_its_own(watch: Watch) -> None:
    """A file that comes again under the next number keeps both, and the source that sends it has not fallen silent."""
    for week, day in enumerate((date(2026, 11, 1), date(2026, 11, 22)), 1):
        assert payload_of(watch.push(FeedFile.EVENTS, HEAD, row(1, 1), sequence=week, day=day))["state"] == "taken"
    assert [(one["sequence"], one["day"].day) for one in sorted_deliveries(watch)] == [(1, 1), (2, 22)]
    with watch.store.read() as connection:
        assert gaps_of(connection, ENTITY, NOW.date()) == []
    with pytest.raises(SequenceUsed):
        watch.push(FeedFile.EVENTS, HEAD, row(2, 2), sequence=2)


def sorted_deliveries(watch: Watch) -> list[dict[str, Any]]:
    """All deliveries by their number."""
    return sorted(watch.rows(DELIVERIES), key=lambda one: one["sequence"])


def test_another_source_with_the_same_file_changes_nothing_of_the_first(watch: Watch) -> None:
    """What a second system delivers is kept beside the first one's delivery, be it byte for byte the same."""
    watch.push(FeedFile.EVENTS, HEAD, row(1, 1))
    with watch.store.write() as tx:
        tx.execute(insert(SOURCES), [{"source": "hr-b", "entity": ENTITY, "key": verify_key(SEED_B), "ended": False}])
        store_form(tx, "hr-b", b'{"columns":{},"kinds":{},"dates":"mdy"}')
    content = "\n".join((HEAD, row(1, 1))).encode()
    payload = write_manifest(Manifest("hr-b", FeedFile.EVENTS, 7, NOW.date(), sha256(content)))
    ingest_file(watch.context, payload, sign(SEED_B, manifest_frame(payload)), sha256(content), BytesIO(content))
    kept = [(one["source"], one["sequence"], payload_of(one["receipt"])["form"]) for one in sorted_deliveries(watch)]
    assert kept == [(SOURCE, 1, 0), ("hr-b", 7, 1)]


def test_a_file_that_no_memory_holds_is_refused_whole(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond so many rows a file is refused with a receipt that says so, and nothing of it is kept."""
    monkeypatch.setattr("retaliation_watch.hr_ingest.row_reader.MAX_ROWS", 3)
    assert payload_of(watch.push(FeedFile.EVENTS, HEAD, *(row(n, n) for n in range(3))))["state"] == "taken"
    refused = payload_of(watch.push(FeedFile.EVENTS, HEAD, *(row(n + 10, n) for n in range(4))))
    assert (refused["state"], refused["fault"]) == ("refused", "too-many-rows")
    assert len(watch.rows(EVENTS)) == 3


def test_a_fault_in_the_columns_tells_no_employee(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the columns of a file cannot be worked on, neither the exception nor what stands behind it quotes a row."""
    number = pl.col("employee_id").cast(pl.Int64).cast(pl.String)
    monkeypatch.setattr("retaliation_watch.hr_ingest.row_reader.text_of", lambda *_: number)
    with pytest.raises(ColumnsUnread) as found:
        watch.push(FeedFile.EVENTS, HEAD, row(1, 7))
    assert str(found.value) == "InvalidOperationError"
    assert (found.value.__cause__, found.value.__context__) == (None, None)
    assert "E007" not in "".join(traceback.format_exception(found.value))
    assert watch.rows(DELIVERIES) == []


def test_a_folder_that_others_write_into_changes_nothing_that_was_hashed(
    watch: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is kept is what was signed, though the file is altered meanwhile; a manifest that is none stops no other."""
    content = "\n".join((HEAD, row(1, 1))).encode()
    payload, signature = watch.signed(FeedFile.EVENTS, content, 1)
    told = {"payload": payload.decode(), "sig": b64encode(signature)}
    (tmp_path / "events.csv").write_bytes(content)
    (tmp_path / "events.csv.manifest.json").write_text(json.dumps(told))
    (tmp_path / "deep.csv.manifest.json").write_text("[" * 10_000)

    def meanwhile(*given: Any) -> str:
        (tmp_path / "events.csv").write_bytes(content.replace(b"E001", b"E002"))
        return ingest_file(*given)

    monkeypatch.setattr("portal.cli.watch.feed_commands.ingest_file", meanwhile)
    done = [_import_one(watch.context, one)["state"] for one in sorted(tmp_path.glob("*.manifest.json"))]
    assert done == ["MalformedJson", "taken"]
    assert [one["person"] for one in watch.rows(EVENTS)] == [watch.context.key.pseudonym(ENTITY, "E001")]


def test_a_day_to_come_is_refused(watch: Watch) -> None:
    """A delivery dated ahead would hide that its source falls silent; tomorrow has begun somewhere."""
    watch.push(FeedFile.EVENTS, HEAD, row(1, 1), day=NOW.date() + timedelta(days=1))
    with pytest.raises(ManifestRefused):
        watch.push(FeedFile.EVENTS, HEAD, row(2, 2), day=NOW.date() + timedelta(days=2))


def test_a_roster_that_comes_again_changes_what_it_says_and_no_box(
    stores: Stores, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Who moved is where the newest roster says, who came is boxed too, and everybody's number opens as before."""
    watch = open_watch(stores, tmp_path_factory.mktemp("rosters"))
    watch.push(FeedFile.ROSTER, "工号,部门", "E001,装配", "E002,装配", sequence=2)
    before = {one["person"]: one["ciphertext"] for one in watch.rows(PEOPLE)}
    watch.push(FeedFile.ROSTER, "工号,部门", "E001,包装", "E003,包装", sequence=3)
    watch.push(FeedFile.ROSTER, "工号,部门", "E001,旧", "E002,旧", sequence=1)
    rows = watch.rows(PEOPLE)
    told = {
        watch.context.key.decrypt_text(one["person"], one["ciphertext"]): (one["org_unit"], one["sequence"])
        for one in rows
    }
    assert told == {"E001": ("包装", 3), "E002": ("装配", 2), "E003": ("包装", 3)}
    assert before.items() <= {one["person"]: one["ciphertext"] for one in rows}.items()
    watch.close()


def test_without_an_agreement_nothing_is_kept(stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A delivery for an entity that has not agreed is refused, and no row is written."""
    watch = open_watch(stores, tmp_path_factory.mktemp("none"), agreed=False)
    with pytest.raises(NoAgreement):
        watch.push(FeedFile.EVENTS, HEAD, row(1, 1))
    assert watch.rows(DELIVERIES) == watch.rows(EVENTS) == []
    watch.close()


def test_a_new_form_reads_old_rows_anew(watch: Watch) -> None:
    """A kind that nobody knew is kept without one, and gets it from the next version of the form."""
    watch.push(FeedFile.EVENTS, HEAD, row(1, 1, "罚站"), row(2, 2))
    assert sorted(str(one["kind"]) for one in watch.rows(EVENTS)) == ["None", "written_warning"]
    with watch.store.write() as tx:
        form, changed = store_form(tx, SOURCE, '{"columns":{},"kinds":{"罚站":"verbal_warning"},"dates":null}'.encode())
    assert (form.version, changed) == (1, 1)
    assert sorted(str(one["kind"]) for one in watch.rows(EVENTS)) == ["verbal_warning", "written_warning"]
    with watch.store.write() as tx:
        assert store_form(tx, SOURCE, b'{"columns":{},"kinds":{},"dates":null}')[1] == 1
    for wrong in (
        b"{",
        b"[]",
        b'{"columns":{"x":"nothing"},"kinds":{},"dates":null}',
        b'{"columns":{},"kinds":{"x":"y"},"dates":null}',
        b'{"columns":{},"kinds":{},"dates":"xyz"}',
    ):
        with watch.store.write() as tx, pytest.raises(FormRefused):
            store_form(tx, SOURCE, wrong)


def test_kinds_that_touch_health_are_not_kept(watch: Watch) -> None:
    """A medical referral is a good row, and lies nowhere while the agreement does not name it."""
    told = payload_of(watch.push(FeedFile.EVENTS, HEAD, row(1, 1, "指定体检"), row(2, 2)))
    assert (told["set_aside"], len(watch.rows(EVENTS))) == (0, 1)


def test_a_kind_that_falls_silent_and_a_source_that_does_are_noticed(watch: Watch) -> None:
    """Weekly warnings that stop are a gap, seldom ones that stop are none; neither is a source that delivers."""
    start = date(2025, 9, 1)
    lines = [row(n, n % 70, day=str(start + timedelta(weeks=n))) for n in range(50)]
    lines += [row(500 + n, n % 70, "调岗", str(start + timedelta(weeks=n))) for n in range(64)]
    lines += [row(900, 1, "降职", str(start))]
    watch.push(FeedFile.EVENTS, HEAD, *lines, day=date(2026, 11, 22))
    with watch.store.read() as connection:
        found = gaps_of(connection, ENTITY, NOW.date())
        assert [(gap.kind, gap.since) for gap in found] == [("written_warning", start + timedelta(weeks=49))]
        assert [gap.kind for gap in gaps_of(connection, ENTITY, date(2026, 12, 24))] == [None, "written_warning"]
        assert gaps_of(connection, "group", NOW.date()) == []


def test_every_proposal_is_answered_alike_on_its_third_working_day(watch: Watch) -> None:
    """Before its day there is no answer whatever the officer said; on it there is one; all answers are equally long."""
    ids: list[bytes] = []
    days = answer_day(watch.context.directory, ENTITY, NOW)
    assert (days[1] - days[0]).days in (3, 5)
    for number in range(3):
        document = {"v": 1, "source": SOURCE, "employee": f"E{number}", "kind": "dismissal", "planned": "2026-12-01"}
        payload = json.dumps(document).encode()
        with watch.store.write() as tx:
            proposal, entity = read_proposal(tx, payload, sign(SEED, proposal_frame(payload)))
            ids.append(propose(tx, watch.context.key, proposal, entity, days))
            with pytest.raises(ManifestRefused):
                read_proposal(tx, payload.replace(b"E", b"F"), sign(SEED, proposal_frame(payload)))
    with watch.store.write() as tx:
        answer_review(tx, ids[0], Verdict.GROUNDS)
        early = [review_answer(tx, one, days[1] - timedelta(days=1)) for one in ids]
        late = [review_answer(tx, one, days[1]) for one in ids]
    assert [json.loads(one)["answer"] for one in early] == [None] * 3
    assert [json.loads(one)["answer"] for one in late] == ["send-grounds", "no-objection", "no-objection"]
    assert {len(one) for one in (*early, *late)} == {1024}


def test_a_delivery_looks_at_none_that_came_before_but_those_it_asks_for(watch: Watch) -> None:
    """However many files were taken: each question about deliveries is answered by an index."""
    asked: list[tuple[str, Any]] = []
    watch.push(FeedFile.ROSTER, *ROSTER)
    event.listen(
        watch.store.engine, "before_cursor_execute", lambda _c, _k, text, values, *_: asked.append((text, values))
    )
    watch.push(FeedFile.EVENTS, HEAD, row(1, 2))
    watch.push(FeedFile.ROSTER, *ROSTER)
    questions = [one for one in asked if "FROM deliveries" in one[0]]
    assert len(questions) > 4
    with watch.store.read() as connection:
        for text, values in questions:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values).all()
            assert not [step.detail for step in plan if step.detail.startswith("SCAN deliveries")], text
