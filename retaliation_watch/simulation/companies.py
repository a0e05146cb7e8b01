"""Companies by the name of their generator, and as files, spoilt or not."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from retaliation_watch.hr_formats.events import Events, read_events
from retaliation_watch.hr_formats.names import EVENTS, ROSTER, WATCHLIST
from retaliation_watch.hr_formats.roster import Roster, read_roster
from retaliation_watch.hr_formats.watchlist import Watchlist, read_watchlist
from retaliation_watch.kinds import MEANINGS, Measure, Neutral
from retaliation_watch.simulation.manufacturer import make_manufacturer
from retaliation_watch.simulation.retailer import make_retailer
from retaliation_watch.simulation.synthetic import Shape, SyntheticCompany, dates_of, id_of

GENERATORS: Final[dict[str, Callable[[int, Shape], SyntheticCompany]]] = {
    "works": make_manufacturer,
    "chain": make_retailer,
}
_CHINESE: Final[dict[Measure | Neutral, str]] = {
    Neutral.RATING: "绩效评级", Neutral.PAY_REVIEW: "年度调薪", Neutral.PROMOTION: "晋升",
    Neutral.LEAVE_APPROVED: "请假批准", Neutral.TRAINING_APPROVED: "培训批准",
    Neutral.ACCESS_GRANTED: "权限开通", Neutral.COMMENDATION: "表彰",
    Neutral.ADDRESS_CHANGE: "地址变更", Neutral.RESIGNATION: "辞职",
    **{kind: meaning.zh for kind, meaning in MEANINGS.items()},
}  # fmt: skip


@dataclass(frozen=True)
class Order:
    """The company to generate."""

    generator: str
    seed: int
    size: int = 20_000
    watched: int = 300
    has_wave: bool = False


def make_company(order: Order) -> SyntheticCompany:
    """Makes the company that an order describes."""
    return GENERATORS[order.generator](order.seed, Shape(order.size, order.watched, has_wave=order.has_wave))


def read_company(company: SyntheticCompany) -> tuple[Roster, Events, Watchlist]:
    """A made-up company as the watch reads its files."""
    roster = read_roster(_file(company.roster))
    return roster, read_events(_file(company.events), roster), read_watchlist(_file(company.watchlist()), roster)


def _file(frame: pl.DataFrame) -> io.BytesIO:
    file = io.BytesIO()
    frame.write_csv(file)
    file.seek(0)
    return file


def write_company(
    company: SyntheticCompany, folder: Path, *, seed: int = 0, is_chinese: bool = False, dirty: float = 0.0
) -> None:
    """Writes employees.csv, hr_events.csv, watchlist.csv as HR would, and truth.csv for the judge."""
    folder.mkdir(parents=True, exist_ok=True)
    events = _spoilt(company.events, dirty, np.random.default_rng([seed, 9])) if dirty else company.events
    for name, table, headers in (
        ("employees", company.roster, ROSTER),
        ("hr_events", events, EVENTS),
        ("watchlist", company.watchlist(), WATCHLIST),
    ):
        whole = _in_chinese(table, headers) if is_chinese else table
        text = whole.write_csv(quote_style="never")
        (folder / f"{name}.csv").write_bytes(text.encode("gb18030" if is_chinese else "utf-8"))
    _truth(company).write_csv(folder / "truth.csv")


def _in_chinese(table: pl.DataFrame, headers: dict[str, tuple[str, ...]]) -> pl.DataFrame:
    if "event_type" in table.columns:
        names = {str(kind): name for kind, name in _CHINESE.items()}
        table = table.with_columns(pl.col("event_type").replace(names))
    return table.rename({column: headers[column][0] for column in table.columns})


def _spoilt(events: pl.DataFrame, share: float, dice: np.random.Generator) -> pl.DataFrame:
    """Spoils exactly this share of the rows: no id, no date, a date that is none, in equal parts."""
    rows = dice.permutation(events.height)[: int(events.height * share)]
    harm = np.zeros(events.height, np.int32)
    harm[rows] = 1 + np.arange(len(rows)) % 3
    which = pl.Series("harm", harm)
    text = events.with_columns(pl.col("recorded_on").cast(pl.String), which)
    return text.with_columns(
        pl.when(pl.col("harm") == 1).then(pl.lit("")).otherwise(pl.col("employee_id")).alias("employee_id"),
        pl.when(pl.col("harm") == 2)
        .then(pl.lit(""))
        .when(pl.col("harm") == 3)
        .then(pl.lit("2023-13-45"))
        .otherwise(pl.col("recorded_on"))
        .alias("recorded_on"),
    ).drop("harm")


def _truth(company: SyntheticCompany) -> pl.DataFrame:
    truths = company.truths
    return pl.DataFrame(
        {
            "employee_id": [id_of(truth.person) for truth in truths],
            "profile": [truth.profile for truth in truths],
            "entries": [len(truth.entries) for truth in truths],
            "first_entry": pl.Series(
                [str(dates_of([truth.entries[0]])[0]) if truth.entries else "" for truth in truths]
            ),
        }
    )
