"""Columns of a delivery under pseudonyms: each employee number is hashed once, and none goes any further."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import add
from typing import Final

import polars as pl

from crypto.framing import frame, sha256, u32
from retaliation_watch.host_key import HostKey, plain_number
from retaliation_watch.hr_ingest.row_reader import DAY_COLUMNS, TEXT_COLUMNS, VALUE_COLUMNS

BATCH_ROWS: Final = 200_000
"""So many rows are named at a time."""
_CONTENT_COLUMNS: Final = ("kind_text", "recorded", "effective", *VALUE_COLUMNS.values())


@dataclass(frozen=True)
class Pseudonyms:
    """The pseudonyms of a file's people: `text`, `name`; one row for each way in which a number is written."""

    table: pl.DataFrame = field(repr=False)
    people: int

    def find(self, texts: pl.Series) -> pl.Series:
        """The pseudonym of each number of a column; null for an empty one."""
        asked = pl.DataFrame({"text": texts})
        return asked.join(self.table, on="text", how="left", maintain_order="left")["name"]


def pseudonyms_of(key: HostKey, entity: str, parts: Sequence[pl.DataFrame]) -> Pseudonyms:
    """The pseudonyms of everybody whom a file names; `people` counts those whom it tells of."""
    employees = _distinct(parts, "employee")
    texts = _distinct(parts, *(name for name in ("employee", "manager", "initiator") if _has(parts, name)))
    table = pl.DataFrame(
        {"text": texts, "name": key.pseudonyms(entity, texts)}, schema={"text": pl.String, "name": pl.Binary}
    )
    # A number that is written in two ways is one person.
    return Pseudonyms(table, table.filter(table["text"].is_in(employees))["name"].n_unique())


def _has(parts: Sequence[pl.DataFrame], name: str) -> bool:
    return bool(parts) and name in parts[0].columns


def _distinct(parts: Sequence[pl.DataFrame], *names: str) -> list[str]:
    columns = [part[name].alias("text") for part in parts for name in names]
    if not columns:
        return []
    texts = pl.concat([column.unique() for column in columns]).unique()
    return texts.filter(texts != "").to_list()


def pseudonymize_people(names: Pseudonyms, parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The people of a roster as they are kept, who stands there twice as the last row says; `employee` beside."""
    columns = ("employee", "manager", *TEXT_COLUMNS, *DAY_COLUMNS.values())
    whole = pl.concat(parts) if parts else pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
    person, manager = (names.find(whole[name]) for name in ("employee", "manager"))
    whole = whole.with_columns(person.alias("person"), manager.alias("manager"))
    return whole.unique("person", keep="last", maintain_order=True).sort("person")


def encrypt_people(key: HostKey, entity: str, people: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The rows with `entity`, and for those with `is_new` the encrypted number; an empty one for the others."""
    for part in people.iter_slices(BATCH_ROWS):
        rows = part.select("employee", "person", "is_new").iter_rows()
        encrypted = [key.encrypt_text(person, plain_number(text)) if new else b"" for text, person, new in rows]
        yield part.with_columns(pl.lit(entity).alias("entity"), pl.Series("ciphertext", encrypted, pl.Binary))


def pseudonymize_events(source: str, names: Pseudonyms, parts: Sequence[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Events as they are kept, sorted by their keys: so a store meets each of its pages once, not once for each row."""
    if not parts:
        return
    found = [_pseudonymize_part(source, names, part) for part in pl.concat(parts).iter_slices(BATCH_ROWS)]
    # A file of which every row was set aside has parts too, without a row.
    if not found:
        return
    yield pl.concat(found).unique(["event", "content"], keep="last", maintain_order=True).sort("event", "content")


def _pseudonymize_part(source: str, names: Pseudonyms, part: pl.DataFrame) -> pl.DataFrame:
    person = names.find(part["employee"])
    content = _hashes(frame("yanlu/v1/watch-event", source), person, *(part[name] for name in _CONTENT_COLUMNS))
    given = _hashes(frame("yanlu/v1/watch-event-id", source), part["name"])
    return part.with_columns(
        person.alias("person"),
        content.alias("content"),
        pl.when(pl.col("name") == "").then(content).otherwise(given).alias("event"),
        names.find(part["initiator"]).alias("initiator"),
        pl.lit(source).alias("source"),
    ).drop("employee", "name")


def _hashes(begun: bytes, *fields: pl.Series) -> pl.Series:
    """SHA-256 of a frame (`crypto.framing.frame`) that goes on with these columns."""
    columns = pl.DataFrame([column.cast(pl.Binary).alias(str(place)) for place, column in enumerate(fields)])
    whole = columns.select(reduce(add, _framed(columns))).to_series()
    return pl.Series([sha256(begun, one) for one in whole.to_list()], dtype=pl.Binary)


def _framed(columns: pl.DataFrame) -> Iterator[pl.Expr]:
    """Each value of each column behind its length, 4 bytes."""
    longest = columns.select(pl.max_horizontal(pl.all().bin.size().max())).item() or 0
    heads = pl.lit(pl.Series([u32(size) for size in range(longest + 1)], dtype=pl.Binary))
    for name in columns.columns:
        yield heads.gather(pl.col(name).bin.size()) + pl.col(name)
