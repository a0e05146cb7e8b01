"""Mapping HR's columns and kinds at the officer's face: headings and counts alone, each change a version."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from crypto.text import write_json
from portal.cli.errors import CommandError
from portal.cli.watch.officer import OfficerCalls
from portal.watch.app import watch_app
from portal.watch.officer_views import officer_views
from retaliation_watch.hr_formats.names import HEADINGS_SIZE, shown_headings
from retaliation_watch.hr_ingest.forms import store_form
from retaliation_watch.hr_ingest.ingest import RECEIPT_SIZE
from retaliation_watch.hr_ingest.manifest import FeedFile
from retaliation_watch.store import EVENTS, FORMS
from tests.support.offices.watch import NOW, OFFICER, SOURCE, Watch, open_watch, payload_of
from tests.support.stores.backends import Stores, ready_embedded_stores

EN = {"Accept-Language": "en"}
HEAD = "事件编号,工号,处理名目,异动日期,录入日期,备注"
FORM: dict[str, object] = {
    "columns": {"处理名目": "event_type", "进厂日": "hire_date"},
    "kinds": {"罚站": "verbal_warning"},
    "dates": "dmy",
}


def rows(*kinds: str) -> list[str]:
    """One event of each kind."""
    return [f"A{n},E{n:03d},{kind},2026-11-02,2026-11-03,张三{n}" for n, kind in enumerate(kinds, 1)]


def made(stores: Stores, folder: Path) -> Watch:
    """A watch whose HR sent a roster with a heading of its own, and events that nobody can read yet."""
    watch = open_watch(stores, folder)
    watch.push(FeedFile.ROSTER, "工号,部门,姓名,进厂日", "E001,装配,张三,2020-01-01")
    watch.push(FeedFile.EVENTS, HEAD, *rows("罚站"))
    return watch


@pytest.fixture
def watch(tmp_path: Path, prepared: Path) -> Iterator[Watch]:
    """A watch on embedded stores."""
    found = made(ready_embedded_stores(tmp_path, prepared), tmp_path)
    yield found
    found.close()


def caller(watch: Watch, member: str = OFFICER) -> OfficerCalls:
    """A member's own program at the face."""
    app = watch_app(officer_views(watch.context), behind_tls=False)
    client = httpx.Client(transport=httpx.WSGITransport(app), base_url="http://watch", headers=EN)
    return OfficerCalls(client, watch.office.staff(member), watch.office.office)


@pytest.fixture
def calls(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> OfficerCalls:
    """The officer, at the test's hour."""
    monkeypatch.setattr("portal.cli.watch.officer.time.time", NOW.timestamp)
    return caller(watch)


def change(calls: OfficerCalls, version: int, **changes: object) -> dict[str, Any]:
    """A change of the form, as the page sends it."""
    body: dict[str, object] = {"v": 1, "version": version, "columns": [], "kinds": [], "dates": None}
    return calls.call("POST", f"/api/feeds/{SOURCE}/form", body | changes)


def told(calls: OfficerCalls) -> dict[str, Any]:
    """What the page is told of the source."""
    return calls.call("GET", f"/api/feeds/{SOURCE}")


def headings(calls: OfficerCalls, file: str) -> dict[str, str | None]:
    """The headings of a kind of file, and what is read under them."""
    return {one["text"]: one["column"] for one in told(calls)["headings"] if one["file"] == file}


def test_a_file_that_was_refused_tells_its_headings_and_is_read_once_they_are_mapped(
    watch: Watch, calls: OfficerCalls
) -> None:
    """The heading that nobody knew is mapped on the page, and the same rows are taken then."""
    assert headings(calls, "events") == {
        "事件编号": "event_id", "工号": "employee_id", "处理名目": None, "异动日期": "effective_date",
        "录入日期": "recorded_on", "备注": None,
    }  # fmt: skip
    assert headings(calls, "roster") == {"工号": "employee_id", "部门": "org_unit", "姓名": None, "进厂日": None}
    assert change(calls, 0, columns=[["处理名目", "event_type"], ["进厂日", "hire_date"]]) == {
        "version": 1,
        "changed": 0,
    }
    assert payload_of(watch.push(FeedFile.EVENTS, HEAD, *rows("罚站", "书面警告")))["state"] == "taken"
    assert headings(calls, "roster")["进厂日"] == "hire_date"
    # Taken back, the heading is what it was.
    assert change(calls, 1, columns=[["进厂日", None]])["version"] == 2
    assert headings(calls, "roster")["进厂日"] is None


def test_one_column_may_have_a_heading_in_each_kind_of_file(watch: Watch, calls: OfficerCalls) -> None:
    """The roster and the entries call the employee's number differently, and both words are kept."""
    watch.push(FeedFile.ROSTER, "人头,部门,职级", "E001,装配,P1")
    watch.push(FeedFile.EVENTS, "号头,异动类型,录入日期", "E001,书面警告,2026-11-03")
    change(calls, 0, columns=[["人头", "employee_id"], ["号头", "employee_id"]])
    assert (headings(calls, "roster")["人头"], headings(calls, "events")["号头"]) == ("employee_id", "employee_id")


def test_a_kind_is_mapped_with_its_count_and_old_rows_are_read_anew(watch: Watch, calls: OfficerCalls) -> None:
    """Three rows of a kind that nobody knew count after the change; what stands once is counted and not shown."""
    change(calls, 0, columns=[["处理名目", "event_type"]])
    watch.push(FeedFile.EVENTS, HEAD, *rows("罚站", "罚站", "罚站", "书面警告", "张三不听话"))
    found = told(calls)
    assert [(one["text"], one["rows"], one["kind"]) for one in found["kinds"]] == [
        ("罚站", 3, None), ("书面警告", 1, "written_warning"),
    ]  # fmt: skip
    assert (found["rare"], found["feed"]["unread"]) == ({"names": 1, "rows": 1}, 4)
    assert change(calls, 1, kinds=[["罚站", "verbal_warning"]]) == {"version": 2, "changed": 3}
    assert [row["kind"] for row in watch.rows(EVENTS)].count("verbal_warning") == 3
    (feed,) = calls.call("GET", "/api/feeds")["feeds"]
    assert (feed["source"], feed["version"], feed["unread"]) == (SOURCE, 2, 1)
    assert change(calls, 2, kinds=[["罚站", None]]) == {"version": 3, "changed": 3}


def test_the_page_and_the_file_give_the_same_form_and_the_same_rows(
    stores: Stores, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the page sends piece by piece is kept as the file that says it at once, on either store; rows agree."""
    monkeypatch.setattr("portal.cli.watch.officer.time.time", NOW.timestamp)
    watch = made(stores, tmp_path)
    calls = caller(watch)
    change(calls, 0, columns=[["处理名目", "event_type"], ["进厂日", "hire_date"]])
    watch.push(FeedFile.EVENTS, HEAD, *rows("罚站", "罚站", "罚站", "调岗"))
    change(calls, 1, kinds=[["罚站", "verbal_warning"], ["调岗", None]], dates="dmy")
    by_page = (watch.rows(FORMS)[-1]["form"], [row["kind"] for row in watch.rows(EVENTS)])
    with watch.store.write() as tx:
        store_form(tx, SOURCE, write_json({"columns": {"处理名目": "event_type"}, "kinds": {}, "dates": None}))
        store_form(tx, SOURCE, write_json(FORM))
    by_file = (watch.rows(FORMS)[-1]["form"], [row["kind"] for row in watch.rows(EVENTS)])
    assert by_page == by_file
    assert sorted(by_file[1]) == ["transfer", *["verbal_warning"] * 3]
    watch.close()


def test_who_maps_learns_nobody(watch: Watch, calls: OfficerCalls) -> None:
    """No number, name or text of a row is in any answer, and a file without headings tells none."""
    change(calls, 0, columns=[["处理名目", "event_type"]])
    watch.push(FeedFile.EVENTS, HEAD, *rows("罚站", "罚站", "罚站"))
    watch.push(FeedFile.ROSTER, "E001,装配,张三,2020-01-01", "E002,装配,李四,2020-01-01")
    said = json.dumps([told(calls), calls.call("GET", "/api/feeds")], ensure_ascii=False)
    assert not [word for word in ("E00", "张三", "李四", "装配", "2020-01-01") if word in said]
    assert "进厂日" in said


def test_only_the_officer_maps_and_never_past_somebody_elses_change(watch: Watch, calls: OfficerCalls) -> None:
    """Another member, an older version, an unknown word, place or shape: each refused alike, and nothing is kept."""
    with pytest.raises(CommandError, match="officer's key"):
        told(caller(watch, "li-wei"))
    change(calls, 0, kinds=[["罚站", "verbal_warning"]])
    with pytest.raises(CommandError, match="newest version"):
        change(calls, 0, kinds=[["罚站", "transfer"]])
    with pytest.raises(CommandError, match="what it offers"):
        change(calls, 1, kinds=[["罚站", "punishment"]])
    with pytest.raises(CommandError, match="Check the address"):
        calls.call("GET", "/api/feeds/nobody")
    wrong: tuple[dict[str, Any], ...] = (
        {"kinds": [["罚站"]]}, {"dates": "ymd"}, {"columns": [[1, None]]}, {"version": "1"},
    )  # fmt: skip
    for broken in wrong:
        with pytest.raises(CommandError, match="Reload the page"):
            change(calls, **({"version": 1} | broken))
    assert [row["version"] for row in watch.rows(FORMS)] == [1]


def test_a_receipt_with_many_headings_has_its_one_length(watch: Watch) -> None:
    """However many and long the headings are, what is told of them leaves the receipt as long as any."""
    long = [f"{'栏' * 60}{n}" for n in range(390)]
    receipt = watch.push(FeedFile.ROSTER, ",".join(("工号", "部门", *long)), ",".join(("E001", "装配", *["x"] * 390)))
    assert len(json.loads(receipt)["payload"].encode()) == RECEIPT_SIZE
    kept = shown_headings(("工号", "部门", "12345", "x" * 65, "", "部门", *long), 2)
    assert kept[:3] == ("工号", "部门", long[0])
    assert 60 < len(kept) < HEADINGS_SIZE // 180
    assert shown_headings(("张三", "工号"), 1) == ()
