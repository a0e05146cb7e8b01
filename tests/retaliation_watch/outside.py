"""A company of another hand: clinics, written row by row as a Chinese system exports them, with its own distributions.

It shares nothing with `retaliation_watch.simulation`: lengths of stay, spells of trouble, kinds, rates, columns, dates.
"""

from __future__ import annotations

import random  # noqa: TID251  # a made-up company is driven by its seed
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

FIRST, LAST = date(2023, 1, 1), date(2025, 6, 30)
LOOK = date(2024, 1, 1)
DAYS = (LAST - FIRST).days
KINDS = {
    "班次调整": 0.6, "请假驳回": 0.25, "口头警告": 0.12, "书面警告": 0.05, "奖金扣减": 0.15, "调岗": 0.06,
    "培训驳回": 0.1, "职责调整": 0.04, "减少工时": 0.05, "停职": 0.006, "降薪": 0.01, "辞退": 0.012,
    "取消远程办公": 0.02, "晋升未通过": 0.05,
}  # fmt: skip
HARMLESS = {"请假批准": 2.0, "表彰": 0.3, "培训批准": 0.8, "地址变更": 0.1, "晋升": 0.05}
AGAINST = ("书面警告", "口头警告", "调岗", "减少工时", "职责调整", "停职", "奖金扣减", "培训驳回")
HEAD = "流水号,员工工号,姓名,异动类型,生效日期,录入时间,变动前,变动后,备注"


@dataclass(frozen=True)
class Clinic:
    """The folder, and for each watched person the first day of protection and the first retaliatory entry."""

    folder: Path
    watched: dict[str, tuple[date, date | None]]

    @property
    def quiet_years(self) -> float:
        """Protected years of those against whom nobody retaliates."""
        return sum((LAST - start).days for start, entry in self.watched.values() if entry is None) / 365.25

    def judged(self, rows: dict[str, date]) -> tuple[int, int, int]:
        """False alarms, hits and cases, by the days of the alerts."""
        harmed = {one: entry for one, (_, entry) in self.watched.items() if entry is not None}
        hits = sum(one in rows and rows[one] >= entry for one, entry in harmed.items())
        return sum(one not in harmed for one in rows), hits, len(harmed)


@dataclass(frozen=True)
class Nurse:
    """Somebody who works there, and how much trouble comes to them."""

    name: str
    ward: int
    hired: date
    left: date
    luck: float
    spell: int


def clinic(folder: Path, seed: int, size: int = 2500, watched: int = 80, dirty: float = 0.0) -> Clinic:
    """Writes employees.csv, hr_events.csv, watchlist.csv in GB18030; the same seed writes the same."""
    dice = random.Random(seed)
    wards = [dice.weibullvariate(1.0, 1.8) for _ in range(max(size // 45, 3))]
    staff = [_nurse(dice, number, len(wards)) for number in range(round(size * 1.3))]
    rows: list[tuple[date, str]] = []
    for nurse in staff:
        for kind, yearly in (*KINDS.items(), *HARMLESS.items()):
            height = wards[nurse.ward] * nurse.luck if kind in KINDS else 1.0
            rows += [_row(dice, nurse, kind, day) for day in _days(dice, nurse, yearly * height, kind in KINDS)]
    chosen = dice.sample([one for one in staff if one.hired < LOOK and one.left > LOOK + timedelta(200)], watched)
    truth: dict[str, tuple[date, date | None]] = {}
    for nurse in chosen:
        start = LOOK + timedelta(dice.randrange(0, 180))
        entries = _against(dice, nurse, start, rows) if dice.random() < 0.3 else []
        truth[nurse.name] = (start, min(entries) if entries else None)
    _write(folder, staff, [text for _, text in sorted(rows)], truth, dice, dirty)
    return Clinic(folder, truth)


def _nurse(dice: random.Random, number: int, wards: int) -> Nurse:
    hired = FIRST + timedelta(int(dice.triangular(-4000, DAYS, 0)))
    stays = timedelta(int(dice.lognormvariate(7.6, 0.9)) + 40)
    left = max(hired, FIRST) + stays
    ward = min(int(dice.expovariate(3 / wards)), wards - 1)
    return Nurse(f"A-{number * 37:06d}", ward, hired, left, dice.weibullvariate(1.0, 1.6), dice.randrange(DAYS))


def _days(dice: random.Random, nurse: Nurse, yearly: float, adverse: bool) -> list[date]:
    """Days at work; trouble comes four times as often in a spell of seven weeks."""
    found: list[date] = []
    since = 0.0
    while (since := since + dice.expovariate(yearly / 365 * (4 if adverse else 1))) < DAYS:
        when = FIRST + timedelta(int(since))
        in_spell = 0 <= since - nurse.spell < 50
        if nurse.hired <= when < nurse.left and (not adverse or in_spell or dice.random() < 0.25):
            found.append(when)
    return found


def _row(dice: random.Random, nurse: Nurse, kind: str, when: date) -> tuple[date, str]:
    entered = min(when + timedelta(dice.choice((0, 0, 1, 1, 2, 3, 5, 9, 40))), LAST)
    number = dice.getrandbits(40)
    return entered, (
        f"{number},{nurse.name},某某,{kind},{when:%Y/%m/%d},{entered.year}年{entered.month}月{entered.day}日,,,无"
    )


def _against(dice: random.Random, nurse: Nurse, start: date, rows: list[tuple[date, str]]) -> list[date]:
    """Two to six measures within half a year."""
    begin = start + timedelta(dice.randrange(10, 120))
    entries: list[date] = []
    for _ in range(dice.randrange(2, 7)):
        when = begin + timedelta(int(dice.betavariate(1.2, 2) * 150))
        if when < min(nurse.left, LAST):
            rows.append(_row(dice, nurse, dice.choice(AGAINST), when))
            entries.append(rows[-1][0])
    return entries


def _write(
    folder: Path,
    staff: list[Nurse],
    rows: list[str],
    truth: dict[str, tuple[date, date | None]],
    dice: random.Random,
    dirty: float,
) -> None:
    spoilt = set(dice.sample(range(len(rows)), int(dirty * len(rows))))
    lines = [_spoil(text, place) if place in spoilt else text for place, text in enumerate(rows)]
    people = [
        f"{one.name},某某,病区{one.ward},{one.hired:%Y-%m-%d},{one.left:%Y-%m-%d},良好"
        if one.left <= LAST
        else f"{one.name},某某,病区{one.ward},{one.hired:%Y-%m-%d},,良好"
        for one in staff
    ]
    listed = [f"{name},{start:%Y%m%d},{LAST:%Y%m%d}" for name, (start, _) in truth.items()]
    folder.mkdir(parents=True, exist_ok=True)
    for name, head, body in (
        ("employees", "*员工工号 # emp.number,姓名,所属部门,入职时间,离职时间,健康状况", people),
        ("hr_events", HEAD, lines),
        ("watchlist", "工号,保护开始日期,保护截止日期", listed),
    ):
        (folder / f"{name}.csv").write_bytes("\r\n".join([head, *body]).encode("gb18030"))


def _spoil(text: str, place: int) -> str:
    cells = text.split(",")
    match place % 4:
        case 0:
            return ",".join([*cells[:5], "待定", *cells[6:]])
        case 1:
            return ",".join([cells[0], "", *cells[2:]])
        case 2:
            return ",".join(cells[:6])
        case _:
            return text + '"'
