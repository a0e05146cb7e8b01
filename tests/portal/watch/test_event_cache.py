"""What a look keeps of the events: read by the week, it is what reading everything again would give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars import DataFrame
from sqlalchemy import Connection

from retaliation_watch.hr_formats.events import Events
from retaliation_watch.hr_ingest.forms import store_form
from retaliation_watch.hr_ingest.manifest import FeedFile
from retaliation_watch.store import DELIVERIES, EVENTS
from retaliation_watch.weekly_run import event_cache
from retaliation_watch.weekly_run.event_cache import CacheDir
from retaliation_watch.weekly_run.history import read_history
from tests.support.offices.watch import ENTITY, SOURCE, Watch, open_watch
from tests.support.stores.backends import ready_embedded_stores

HEAD = "event_id,employee_id,event_type,effective_date,recorded_on,value_before,value_after"
KINDS = ("书面警告", "降薪", "绩效评级", "地址变更", "罚站", "年度调薪")
FORM = '{"columns":{},"kinds":{"罚站":"verbal_warning"},"dates":null}'.encode()
ROWS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 5), st.sampled_from(KINDS), st.integers(1, 28), st.integers(1, 3)),
    min_size=1,
    max_size=4,
)


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[Watch]:
    """A watch of five people: a sixth is in no roster."""
    folder = tmp_path_factory.mktemp("kept")
    made = open_watch(ready_embedded_stores(folder, prepared), folder)
    made.push(FeedFile.ROSTER, "工号,部门", *(f"E{n},装配" for n in range(5)))
    yield made
    made.close()


def events(watch: Watch, shelf: CacheDir | None) -> Events:
    """The events as a look reads them."""
    with watch.store.read() as connection:
        return read_history(connection, ENTITY, health=False, cache=shelf).events


def same(one: Events, other: Events) -> bool:
    """Whether two readings are equal, row by row in their order."""
    columns = ("person", "kind", "recorded", "effective")
    rows = all(np.array_equal(getattr(one, name), getattr(other, name)) for name in columns)
    return rows and all(np.array_equal(one.occasions[name], other.occasions[name]) for name in one.occasions)


def push(watch: Watch, number: int, rows: list[tuple[int, int, str, int, int]]) -> None:
    """A delivery under its number."""
    lines = (
        f"A{a},E{who},{what},2026-05-{after:02d},2026-05-{day:02d},{after + 1},{after}"
        for a, who, what, day, after in rows
    )
    watch.push(FeedFile.EVENTS, HEAD, *lines, sequence=number)


@settings(max_examples=15)
@given(
    st.lists(ROWS, min_size=2, max_size=5).flatmap(lambda files: st.permutations(list(enumerate(files, 1)))),
    st.integers(0, 4),
    st.sampled_from([0, 2, 8]),
)
def test_reading_by_deliveries_is_reading_everything(
    watch: Watch,
    tmp_path_factory: pytest.TempPathFactory,
    files: list[tuple[int, list[tuple[int, int, str, int, int]]]],
    form: int,
    joined_at: int,
) -> None:
    """Deliveries in any order, corrections, neutral rows, a new form, joined never, late or at once: all is equal."""
    with watch.store.write() as tx:
        tx.execute(EVENTS.delete())
        tx.execute(DELIVERIES.delete().where(DELIVERIES.c.kind == "events"))
    shelf = CacheDir(tmp_path_factory.mktemp("shelf"))
    for step, (number, rows) in enumerate(files):
        push(watch, number, rows)
        if step == form:
            with watch.store.write() as tx:
                store_form(tx, SOURCE, FORM)
        with pytest.MonkeyPatch.context() as at:
            at.setattr(event_cache, "JOINED_AT", joined_at)
            assert same(events(watch, shelf), events(watch, None))


def test_two_of_a_kind_on_one_day_stand_in_one_order(watch: Watch, tmp_path: Path) -> None:
    """Whichever came first, the one that takes effect earlier stands first, with a shelf and without."""
    shelf = CacheDir(tmp_path / "shelf")
    for number, effective in ((40, 3), (41, 1), (42, 2)):
        push(watch, number, [(number, 2, "书面警告", 29, effective)])
        found = events(watch, shelf)
        assert same(found, events(watch, None))
    last = found.recorded == found.recorded.max()
    assert np.diff(found.effective[last]).tolist() == [1, 1]


def test_only_what_was_delivered_since_is_read(watch: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first look reads everything, the next one the new delivery, and one without a delivery nothing."""
    shelf, asked = CacheDir(tmp_path / "shelf"), list[bytes | None]()
    real = event_cache._newest_versions  # pyright: ignore[reportPrivateUsage]

    def noted(connection: Connection, sources: Sequence[str], delivery: bytes | None = None) -> Iterator[DataFrame]:
        asked.append(delivery)
        return real(connection, sources, delivery)

    monkeypatch.setattr(event_cache, "_newest_versions", noted)
    push(watch, 50, [(50, 1, "书面警告", 3, 1)])
    events(watch, shelf)
    push(watch, 51, [(51, 1, "降薪", 4, 1)])
    found = events(watch, shelf)
    assert same(found, events(watch, shelf))
    assert [one is None for one in asked] == [True, False]
    assert same(found, events(watch, None))


LISTED = '{"version":2,"health":false,"forms":{},"deliveries":[],"files":[1]}'


def spoil(shelf: CacheDir, harm: str) -> None:
    """Something happens to one of the files."""
    (place,) = shelf.folder.glob("*.json")
    rows = max(shelf.folder.glob("*.arrow"), key=lambda file: file.stat().st_size)
    match harm:
        case "lost":
            rows.unlink()
        case "cut":
            rows.write_bytes(rows.read_bytes()[:-1])
        case "empty":
            rows.write_bytes(bytes(rows.stat().st_size))
        case _:
            place.write_text(harm)


@pytest.mark.parametrize("harm", ["{", "[]", '{"version":1}', LISTED, "lost", "cut", "empty"])
def test_what_is_damaged_is_made_anew_and_only_the_owner_reads_it(watch: Watch, tmp_path: Path, harm: str) -> None:
    """A spoilt list or file is read again; one list and its two files stay, 0600."""
    shelf = CacheDir(tmp_path / "shelf")
    push(watch, 60, [(60, 1, "书面警告", 3, 1)])
    whole = events(watch, shelf)
    spoil(shelf, harm)
    assert shelf.fetch(ENTITY) is None
    assert same(events(watch, shelf), whole)
    assert shelf.fetch(ENTITY) is not None
    files = sorted(file.suffix for file in shelf.folder.iterdir())
    assert files == [".arrow", ".arrow", ".json"]
    assert {file.stat().st_mode & 0o777 for file in shelf.folder.iterdir()} == {0o600}


def test_a_look_that_is_killed_while_it_writes_harms_nothing(
    watch: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever file it was at, the next look finds what lay there before, or the whole, and clears the rest away."""
    shelf, settle = CacheDir(tmp_path / "shelf"), event_cache._settle  # pyright: ignore[reportPrivateUsage]
    monkeypatch.setattr(event_cache, "JOINED_AT", 0)
    push(watch, 70, [(70, 1, "书面警告", 3, 1), (71, 2, "降薪", 4, 1)])
    events(watch, shelf)
    for step in range(2):
        left = [step]

        def killed(descriptor: int, left: list[int] = left) -> None:
            if not left[0]:
                raise KeyboardInterrupt
            left[0] -= 1
            settle(descriptor)

        push(watch, 71 + step, [(70 + step, 3, "降薪", 5, 1), (80 + step, 4, "绩效评级", 6, 2)])
        monkeypatch.setattr(event_cache, "_settle", killed)
        with pytest.raises(KeyboardInterrupt):
            events(watch, shelf)
        monkeypatch.setattr(event_cache, "_settle", settle)
        found = shelf.fetch(ENTITY)
        assert found is not None
        assert same(events(watch, shelf), events(watch, None))
        listed = shelf.fetch(ENTITY)
        assert listed is not None
        assert len(listed.since) == len(found.since) + 1
        on_disk = {file.name for file in shelf.folder.iterdir() if file.suffix != ".json"}
        assert on_disk == set(listed.read.files)
