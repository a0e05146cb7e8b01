"""A classifier over all that the stores hold of each report: does it tell those with a sealed name?"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from sqlalchemy import MetaData, literal_column, select

from portal.stores.engines import Store

Row = dict[str, object]
Tables = dict[str, list[Row]]
Features = dict[str, float]
WORD = 8
MANY = 1000


def noise_among(reports: int) -> float:
    """From how many half standard deviations of chance on a feature counts: of a few reports, chance tells a lot."""
    return 4.0 if reports >= MANY else 8.0


@dataclass(frozen=True)
class Known:
    """What a thief knows a report by: the ids of its mailbox, case and erasure key."""

    mailbox: bytes = field(repr=False)
    ids: frozenset[bytes] = field(repr=False)


def read_tables(stores: Mapping[str, tuple[Store, MetaData]]) -> Tables:
    """Every row of every table, in the order in which the store keeps them, with what PostgreSQL notes of each."""
    found: Tables = {}
    for name, (store, metadata) in stores.items():
        noted = () if store.embedded else (literal_column("xmin::text::bigint").label("written_by"),)
        with store.read() as connection:
            for table in metadata.tables.values():
                rows = connection.execute(select(table, *noted)).mappings().all()
                found[f"{name}.{table.name}"] = [dict(row) for row in rows]
    return found


def known_reports(tables: Tables) -> list[Known]:
    """The reports in the order of the mailboxes' table, each with the ids of its attachments."""
    blobs: dict[bytes, set[bytes]] = {}
    for row in tables.get("mailroom.blobs", []):
        blobs.setdefault(_bytes(row["case_id"]), set()).add(_bytes(row["blob_id"]))
    return [
        Known(
            mailbox,
            frozenset({mailbox, case, _bytes(row["erasure_id"])}) | frozenset(blobs.get(case, set())),
        )
        for row in tables["mailroom.mailboxes"]
        if row["case_id"] is not None
        for mailbox, case in [(_bytes(row["mailbox_id"]), _bytes(row["case_id"]))]
    ]


def appearances(spellings: Mapping[bytes, bytes], content: bytes) -> list[Row]:
    """Every place at which a file names a report, by the spellings of its ids: freed pages tell as much as rows."""
    wanted = {one[:WORD]: one for one in spellings}
    heads = np.array(sorted(int.from_bytes(head, "little") for head in wanted), dtype=np.uint64)
    found: list[int] = []
    for start in range(WORD):
        words = np.frombuffer(content, dtype="<u8", offset=start, count=max(0, (len(content) - start) // WORD))
        nearest = np.minimum(np.searchsorted(heads, words), len(heads) - 1)
        found += [start + WORD * int(at) for at in np.flatnonzero(heads[nearest] == words)]
    places = [(at, wanted[content[at : at + WORD]]) for at in sorted(found)]
    return [{"id": spellings[one], "at": at} for at, one in places if content.startswith(one, at)]


def _bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview | bytearray) else b""


def _measures(name: str, value: object) -> Features:
    """What a number, a day, a text or bytes show at a glance."""
    match value:
        case bool() | int():
            return {name: float(value)}
        case date():
            return {name: float(value.toordinal())}
        case str() | bytes():
            zeros = value.count(0) if isinstance(value, bytes) and len(value) > 1000 else 0
            return {f"{name}.length": float(len(value)), f"{name}.zeros": float(zeros)}
        case _:
            return {name: -1.0}


def features_of(tables: Tables, reports: Sequence[Known]) -> list[Features]:
    """For each report: counts, sums and places of the rows that name it, and the rows at its own place elsewhere."""
    owner = {one: at for at, report in enumerate(reports) for one in report.ids if one}
    found: list[Features] = [{} for _ in reports]
    for table, rows in tables.items():
        owners = [_owner(owner, row) for row in rows]
        named = [
            (found[report], row, at / len(rows))
            for at, (report, row) in enumerate(zip(owners, rows, strict=True))
            if report is not None
        ]
        # Where nothing names a report, what stands at the same place of the table may still be its own.
        beside = [(one, rows[at * len(rows) // len(found)], 0.0) for at, one in enumerate(found)] if rows else []
        for features, row, place in named or beside:
            _add(features, table, row, place)
    return found


def _owner(owner: Mapping[bytes, int], row: Row) -> int | None:
    return next((owner[value] for value in row.values() if isinstance(value, bytes) and value in owner), None)


def _add(features: Features, table: str, row: Row, place: float) -> None:
    measured = {"rows": 1.0, "place": place}
    for name, value in row.items():
        measured |= _measures(name, value)
    for name, value in measured.items():
        key = f"{table}.{name}"
        features[key] = features.get(key, 0.0) + value


def auc(scores: Sequence[float], classes: Sequence[bool]) -> float:
    """The chance that a report with a name scores above one without; 0.5 is a coin."""
    without = sorted(score for score, named in zip(scores, classes, strict=True) if not named)
    having = [score for score, named in zip(scores, classes, strict=True) if named]
    wins = sum(bisect_left(without, score) + bisect_right(without, score) for score in having)
    return wins / (2 * len(having) * len(without))


def held_out_auc(features: Sequence[Features], classes: Sequence[bool]) -> float:
    """Learns on every second report which features tell, and how well that holds on the others."""
    noise = noise_among(len(features))
    train, test = range(0, len(features), 2), range(1, len(features), 2)
    chance = (1 / (6 * len(train) / 2)) ** 0.5
    weights: Features = {}
    for name in sorted({name for one in features for name in one}):
        told = auc([features[at].get(name, 0.0) for at in train], [classes[at] for at in train]) - 0.5
        if abs(told) > noise * chance / 2:
            weights[name] = told
    scale = {name: max(abs(one.get(name, 0.0)) for one in features) or 1.0 for name in weights}
    spread = {name: _spread([one.get(name, 0.0) / scale[name] for one in features]) for name in weights}
    scores = [
        sum(weight * features[at].get(name, 0.0) / scale[name] / spread[name] for name, weight in weights.items())
        for at in test
    ]
    return auc(scores, [classes[at] for at in test])


def _spread(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return (sum((value - mean) ** 2 for value in values) / len(values)) ** 0.5 or 1.0
