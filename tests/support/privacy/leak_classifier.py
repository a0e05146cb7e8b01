"""A classifier over all that the stores hold of each report: does it tell those with a sealed name?"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import MetaData, literal_column, select

from portal.stores.engines import Store

Row = dict[str, object]
Tables = dict[str, list[Row]]
Features = dict[str, float]
Measured = NDArray[np.float64]
WORD = 8
MANY = 1000
HALVINGS = 10
LEANS = 2.5


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


def as_measured(features: Sequence[Features]) -> tuple[list[str], Measured]:
    """The features' names, and a row for each report; what is alike for all is left out."""
    names = sorted({name for one in features for name in one})
    measured = np.array([[one.get(name, 0.0) for name in names] for one in features], dtype=np.float64)
    varies = np.ptp(measured, axis=0) > 0
    return [name for name, told in zip(names, varies, strict=True) if told], measured[:, varies]


def held_out_auc(measured: Measured, classes: Sequence[bool]) -> float:
    """Learns on one half which features tell, and how well that holds on the other; on average of many halvings.

    Each half is held out in turn. Of a single halving chance alone would lift one run in five hundred over 0.55.
    """
    named, scaled = np.array(classes), (measured - measured.mean(axis=0)) / measured.std(axis=0)
    found: list[float] = []
    for turn in range(HALVINGS):
        one, other = np.array_split(np.random.default_rng(turn).permutation(len(named)), 2)
        for train, test in ((one, other), (other, one)):
            weights = _learnt(measured[train], named[train], noise_among(len(named)))
            found.append(auc((scaled[test] @ weights).tolist(), named[test].tolist()))
    return sum(found) / len(found)


def _learnt(measured: Measured, named: NDArray[np.bool_], noise: float) -> Measured:
    """A weight for each feature: how far its AUC is from a coin's, or nothing where chance goes as far."""
    having = int(named.sum())
    without = len(named) - having
    wins = [float(_ranks(column)[named].sum()) - having * (having + 1) / 2 for column in measured.T]
    told = np.array(wins) / (having * without) - 0.5
    chance = (1 / (6 * len(named) / 2)) ** 0.5
    return np.where(np.abs(told) > noise * chance / 2, told, 0.0)


def _ranks(values: Measured) -> Measured:
    """Ranks from 1 on; equal values share the mean of theirs."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return (ends - (counts - 1) / 2)[places]


def pair_signs(pairs: Sequence[tuple[Features, Features]]) -> NDArray[np.float64]:
    """For each pair and feature +1, 0 or −1: whether it is greater in the first of the two, alike or less."""
    names = sorted({name for pair in pairs for one in pair for name in one})
    apart = [[one.get(name, 0.0) - other.get(name, 0.0) for name in names] for one, other in pairs]
    return np.sign(np.array(apart, dtype=np.float64).reshape(len(pairs), len(names)))


def advantage(signs: Measured, lot: int = 0) -> float:
    """True minus false positives of who is shown both of a pair and names the first; learnt on the other half.

    0 is a coin, 1 always right. A pair in which nothing tells counts as half right.
    """
    one, other = np.array_split(np.random.default_rng(lot).permutation(len(signs)), 2)
    found = [np.sign(signs[test] @ _leaning(signs[train])) for train, test in ((one, other), (other, one))]
    return float(np.concatenate(found).mean())


def _leaning(signs: Measured) -> Measured:
    """How far each feature leans to one side, or nothing where chance goes as far."""
    mean = signs.mean(axis=0)
    return np.where(np.abs(mean) > LEANS / len(signs) ** 0.5, mean, 0.0)


def chance_advantage(signs: Measured, share: float = 0.99, times: int = 1000) -> float:
    """What the advantage is below with that probability where the two of each pair are named by a coin."""
    dice = np.random.default_rng(times)
    turned = (signs * dice.choice((-1.0, 1.0), (len(signs), 1)) for _ in range(times))
    return float(np.quantile([advantage(one) for one in turned], share))
