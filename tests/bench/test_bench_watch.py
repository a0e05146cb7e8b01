"""The watch: a company of twenty thousand, one of a million, and one more week of that."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import pytest

from tests.support.measuring.bench_table import Figures, Part, Row, Words, number

YANLU = [sys.executable, "-m", "portal.cli", "--lang", "en"]
LAST = "2024-01-04"


@dataclass(frozen=True)
class Used:
    """What a command took: processor seconds, seconds from start to end, most memory in MB, and what it said."""

    cpu: float
    wall: float
    peak: float
    said: dict[str, object]


def used(*command: object) -> Used:
    """Runs a command to its end."""
    began = perf_counter()
    with subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        said = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0
    return Used(usage.ru_utime + usage.ru_stime, perf_counter() - began, usage.ru_maxrss / 1024, json.loads(said))


def company(folder: Path, size: int, watched: int) -> int:
    """Makes a company with a wave of layoffs; returns how many events it has."""
    wish = ("--draw", 5000, "--size", size, "--watched", watched, "--wave", "--out", folder, "--json")
    found = used(*YANLU, "watch", "simulate", *wish).said["events"]
    assert isinstance(found, int)
    return found


def looked(folder: Path) -> Used:
    """Two years of weekly runs, from the files to the alerts."""
    named = {"roster": "employees", "events": "hr_events", "watchlist": "watchlist"}
    files = [part for option, name in named.items() for part in (f"--{option}", folder / f"{name}.csv")]
    days = ("--from", "2022-01-04", "--to", "2024-01-04")
    return used(*YANLU, "watch", "run", *files, *days, "--out", folder / "alerts.csv", "--json")


def add(figures: Figures, en: str, zh: str, taken: Used, cpu: float, peak: float) -> None:
    """Two rows: processor seconds and memory."""
    figures.at_most(Part.WATCH, Words(f"{en}, processor", f"{zh}，处理器"), taken.cpu, cpu, "s")
    figures.at_most(Part.WATCH, Words(f"{en}, most memory", f"{zh}，最大内存"), taken.peak, peak, "MB")


@pytest.mark.timeout(600)
def test_a_company_of_twenty_thousand(tmp_path: Path, figures: Figures) -> None:
    """Three years of 20,000 people, 300 of them protected, with 6,000 controls."""
    count = company(tmp_path, 20_000, 300)
    taken = looked(tmp_path)
    assert taken.said["placebos"] == 6000
    add(figures, f"20,000 people, {count:,} events", f"20,000 人、{count:,} 项异动", taken, 10.0, 1000.0)


@pytest.mark.timeout(7200)
def test_a_company_of_a_million_and_one_more_week(tmp_path: Path, figures: Figures) -> None:
    """Three years of a million people, and what one week more costs where the rest is known."""
    count = company(tmp_path, 1_060_000, 3000)
    taken = looked(tmp_path)
    add(figures, f"1,060,000 people, {count:,} events", f"1,060,000 人、{count:,} 项异动", taken, 300.0, 4000.0)
    (tmp_path / "alerts.csv").unlink()
    weekly = [sys.executable, "-m", "tests.bench.weekly"]
    filled = used(*weekly, "fill", tmp_path, LAST)
    rows = filled.said["rows"]
    add(
        figures,
        f"three years through the door ({rows:,} rows)",
        f"三年的记录经投递口入库（{rows:,} 行）",
        filled,
        900.0,
        4000.0,
    )
    again = used(*weekly, "week", tmp_path, LAST)
    assert again.said["watched"] == 3000
    add_week(figures, again)


def add_week(figures: Figures, again: Used) -> None:
    """A week has a minute on two cores that have nothing else to do; what its parts take of them stands below."""
    week = Words(
        f"a week more (roster, {again.said['rows']:,} events, look), from start to end",
        f"再加一周（花名册、{again.said['rows']:,} 项异动、查看），从启动到结束",
    )
    figures.at_most(Part.WATCH, week, again.wall, 60.0, "s")
    figures.at_most(Part.WATCH, Words("a week more, most memory", "再加一周，最大内存"), again.peak, 4000.0, "MB")
    parts = {("processor", "处理器"): again.cpu}
    for part, en, zh in (
        ("roster", "roster", "花名册"),
        ("events", "events", "异动"),
        ("analysis", "analysis", "分析"),
    ):
        parts[f"{en}, processor", f"{zh}，处理器"] = float(str(again.said[part]))
    for (en, zh), seconds in parts.items():
        figures.add(Row(Part.WATCH, Words(f"of the week: {en}", f"其中{zh}"), f"{number(seconds)} s"))
