"""What rosters leave in the store: of each person the newest word, and nothing written of whom it does not change."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from crypto.framing import sha256, sign, verify_key
from portal.watch.hr_upload_views import ingest_file
from retaliation_watch.hr_formats.dates import day_number
from retaliation_watch.hr_ingest.manifest import FeedFile, Manifest, manifest_frame, write_manifest
from retaliation_watch.hr_ingest.rosters import known_people
from retaliation_watch.store import DELIVERIES, PEOPLE, SOURCES
from retaliation_watch.weekly_run.history import read_people
from tests.support.offices.watch import ENTITY, SEED, TODAY, Watch, open_watch
from tests.support.stores.backends import Stores, ready_embedded_stores

TWO = ("hr-core", "hr-two")
ODD = "装配\t一厂\n二楼\r,\x7f'%s"
"""A unit with whatever a quoted value may have in it."""
FIRST = TODAY - timedelta(days=300)
ROSTER = st.lists(st.tuples(st.integers(0, 4), st.sampled_from(["装配", "质检"])), max_size=4)
FILES = st.lists(
    st.tuples(st.sampled_from(TWO), st.integers(1, 5), ROSTER), max_size=7, unique_by=lambda one: (one[0], one[1])
)


def with_two_sources(watch: Watch) -> Watch:
    """The watch with a second HR system of the same entity."""
    with watch.store.write() as tx:
        tx.execute(insert(SOURCES), [{"source": TWO[1], "entity": ENTITY, "key": verify_key(SEED), "ended": False}])
    return watch


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[Watch]:
    """On SQLite, for many examples."""
    folder = tmp_path_factory.mktemp("rosters")
    made = with_two_sources(open_watch(ready_embedded_stores(folder, prepared), folder))
    yield made
    made.close()


def deliver(watch: Watch, source: str, sequence: int, *lines: str) -> None:
    """A roster of one source; its day follows from its number."""
    content = "\n".join(("工号,部门", *lines)).encode()
    manifest = Manifest(source, FeedFile.ROSTER, sequence, FIRST + timedelta(days=7 * sequence), sha256(content))
    payload = write_manifest(manifest)
    ingest_file(watch.context, payload, sign(SEED, manifest_frame(payload)), manifest.file, io.BytesIO(content))


def known(watch: Watch) -> dict[str, tuple[str, int, str]]:
    """By number: unit, sequence and day of the roster that told of each person last."""
    with watch.store.read() as connection:
        rows = known_people(connection, ENTITY)
    names = {watch.context.key.pseudonym(ENTITY, f"E{number}"): f"E{number}" for number in range(5)}
    told = rows.select("person", "org_unit", "sequence", "seen").iter_rows()
    return {names[person]: (unit, sequence, seen) for person, unit, sequence, seen in told}


@settings(max_examples=40)
@given(FILES)
def test_of_each_person_the_highest_sequence_counts(
    watch: Watch, files: list[tuple[str, int, list[tuple[int, str]]]]
) -> None:
    """Two sources, numbers in any order, people who come and go: what is known is what each newest file said."""
    with watch.store.write() as tx:
        tx.execute(PEOPLE.delete())
        tx.execute(DELIVERIES.delete())
    told = dict[str, tuple[str, int, str]]()
    for source, sequence, people in files:
        deliver(watch, source, sequence, *(f"E{number},{unit}" for number, unit in people))
        for number, unit in people:
            if told.get(f"E{number}", ("", 0, ""))[1] <= sequence:
                told[f"E{number}"] = (unit, sequence, str(FIRST + timedelta(days=7 * sequence)))
        assert known(watch) == told


def test_who_stays_alike_is_not_written_again(stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> None:
    """On both kinds of store a roster that says the same touches no row; who is not on it has left on that day."""
    watch = with_two_sources(open_watch(stores, tmp_path_factory.mktemp("alike")))
    deliver(watch, TWO[0], 1, f'E0,"{ODD}"', "E1,质检")
    first = watch.rows(PEOPLE)
    deliver(watch, TWO[0], 2, f'E0,"{ODD}"', "E1,质检")
    assert watch.rows(PEOPLE) == first
    assert {row["roster"] for row in first} == {TWO[0]}
    deliver(watch, TWO[0], 3, f'E0,"{ODD}"')
    days = {number: str(FIRST + timedelta(days=7 * number)) for number in (2, 3)}
    assert known(watch) == {"E0": (ODD, 3, days[3]), "E1": ("质检", 2, days[2])}
    with watch.store.read() as connection:
        left = dict(read_people(connection, ENTITY).select("org_unit", "termination_date").iter_rows())
    assert left == {ODD: None, "质检": day_number(date.fromisoformat(days[2]))}
    watch.close()
