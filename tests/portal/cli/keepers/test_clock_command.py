"""`yanlu clock` and `yanlu calendar` say when, why, and what is wrong with a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portal.cli.errors import CommandError, Exit
from portal.cli.root import whole
from tests.support.commands.yanlu_in_process import own_umask
from tests.support.commands.yanlu_process import yanlu
from tests.support.samples.calendar_files import CHINA_2027, CLOSURES, ics

CLOCK = ("clock", "--calendar", "cn", "--start", "2026-09-30", "--limit")


def ran(*arguments: object) -> Result:
    """Runs a command in this process."""
    with own_umask():
        return CliRunner().invoke(whole(), [*map(str, arguments)])


def refusal(*arguments: object) -> tuple[Exit, dict[str, object]]:
    """The exit code and the values of a refusal."""
    error = ran(*arguments).exception
    assert isinstance(error, CommandError), error
    return error.code, error.values


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_clock_says_when_and_why_in_both_languages(language: str) -> None:
    """Five working days from 30 September 2026 end on 13 October, and both sentences say why."""
    told = yanlu("--lang", language, *CLOCK, "5 working days").out.splitlines()
    zh = "国庆节 10 月 1 日至 7 日放假，10 月 10 日调休上班，10 月 13 日（周二）到期。"
    assert told[0] == "2026-10-13"
    own, other = (told[1], told[2]) if language == "zh" else (told[2], told[1])
    assert own.endswith(zh)
    assert "National Day is off on 1–7 October" in other


def test_json_gives_day_moment_and_doubt() -> None:
    """The one object on stdout holds the date, the exact moment of hours, and the years that are missing."""
    found = json.loads(ran(*CLOCK, "五个工作日", "--json").stdout)
    assert (found["due"], found["moment"], found["provisional"]) == ("2026-10-13", None, False)
    hours = json.loads(ran(*CLOCK, "24小时", "--json").stdout)
    assert hours["moment"] == "2026-10-01T23:59+08:00"
    doubtful = json.loads(ran(*CLOCK, "90 working days", "--json").stdout)
    assert (doubtful["provisional"], doubtful["missing"]) == (True, [2027])


def test_a_moment_is_the_offices_and_a_last_day_may_stand() -> None:
    """A time without distance from UTC is the office's; `--stands` keeps a last day on a holiday."""
    berlin = ("clock", "--calendar", "de", "--start", "2026-03-28T12:00", "--limit", "24 hours", "--json")
    assert json.loads(ran(*berlin).stdout)["moment"] == "2026-03-29T13:00+02:00"
    assert json.loads(ran(*CLOCK, "1 day", "--json").stdout)["due"] == "2026-10-08"
    assert json.loads(ran(*CLOCK, "1 day", "--stands", "--json").stdout)["due"] == "2026-10-01"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((*CLOCK, "promptly"), Exit.USAGE),
        ((*CLOCK, "30 minutes"), Exit.USAGE),
        ((*CLOCK, "1 day", "--zone", "Mars/Olympus"), Exit.USAGE),
        ((*CLOCK, "1 day", "--zone", "../etc/passwd"), Exit.USAGE),
        (("clock", "--calendar", "cn", "--start", "2026-02-30", "--limit", "1 day"), Exit.USAGE),
        (("clock", "--calendar", "cn", "--start", "0001-01-01", "--limit", "1 day"), Exit.USAGE),
        (("clock", "--calendar", "us", "--start", "2026-01-05", "--limit", "1 hour"), Exit.USAGE),
        (("clock", "--calendar", "xx", "--start", "2026-01-05", "--limit", "1 day"), Exit.NOTHING_THERE),
        (("calendar", "show", "cn", "2027"), Exit.NOTHING_THERE),
    ],
)
def test_what_cannot_be_counted_is_refused_by_name(arguments: tuple[str, ...], code: Exit) -> None:
    """No slip of the pen gives a date."""
    assert refusal(*arguments)[0] is code


def test_a_calendar_of_ones_own_makes_a_date_certain(tmp_path: Path) -> None:
    """With the file of 2027 a deadline of that year is no longer provisional."""
    (tmp_path / "2027.toml").write_text(CHINA_2027, "utf-8")
    line = ("clock", "--calendar", "cn", "--start", "2027-09-24", "--limit", "5 working days", "--json")
    assert json.loads(ran(*line).stdout)["provisional"] is True
    found = json.loads(ran(*line, "--file", tmp_path / "2027.toml").stdout)
    assert (found["due"], found["provisional"]) == ("2027-09-30", False)


def test_check_shows_what_a_file_brings_or_why_it_is_refused(tmp_path: Path) -> None:
    """TOML, ICS and closures are read; a fault is told with file, key and reason, and exit code 6."""
    toml, spring, closed, short = (tmp_path / name for name in ("2027.toml", "2027.ics", "closed.toml", "short.toml"))
    toml.write_text(CHINA_2027, "utf-8")
    spring.write_bytes(ics())
    closed.write_text(CLOSURES, "utf-8")
    short.write_text(CHINA_2027.replace("day = 2027-10-09", "day = 2027-10-11"), "utf-8")
    from_toml = json.loads(ran("calendar", "check", toml, "--json").stdout)
    from_ics = json.loads(ran("calendar", "check", spring, "--year", 2027, "--json").stdout)
    assert from_toml["working_days"] == from_ics["working_days"] == 248
    assert [day["day"] for day in from_toml["days"]] == [day["day"] for day in from_ics["days"]]
    assert len(json.loads(ran("calendar", "check", closed, "--json").stdout)["days"]) == 12
    assert refusal("calendar", "check", spring)[0] is Exit.USAGE
    code, values = refusal("calendar", "check", short)
    assert (code, values["file"], values["key"]) == (Exit.REFUSED, "short.toml", "make_up[4]")


def test_calendars_are_listed_and_shown() -> None:
    """China stands first, and a year is shown with its days off, its make-up days and how many are worked."""
    assert json.loads(ran("calendar", "list", "--json").stdout)["calendars"][0] == "cn"
    assert "de  Germany" in ran("calendar", "list").stdout
    shown = json.loads(ran("calendar", "show", "cn", "2026", "--json").stdout)
    assert shown["working_days"] == 248
    assert [day["day"] for day in shown["days"] if day["kind"] == "make-up"][-1] == "2026-10-10"
    assert ran("calendar", "show", "cn", "2026").stdout.endswith("248 working days\n")
