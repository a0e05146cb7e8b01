"""A made-up official calendar of a year that nobody has published, as TOML and as ICS."""

from __future__ import annotations

CHINA_2027 = """\
calendar = "cn"
year = 2027
source = "made up for the tests"

[[holidays]]
name = { zh = "元旦", en = "New Year's Day" }
first = 2027-01-01
last = 2027-01-03

[[holidays]]
name = { zh = "春节", en = "Spring Festival" }
first = 2027-02-05
last = 2027-02-12

[[holidays]]
name = { zh = "清明节", en = "Tomb-sweeping Day" }
first = 2027-04-03
last = 2027-04-05

[[holidays]]
name = { zh = "劳动节", en = "Labour Day" }
first = 2027-05-01
last = 2027-05-05

[[holidays]]
name = { zh = "端午节", en = "Dragon Boat Festival" }
day = 2027-06-09

[[holidays]]
name = { zh = "中秋节", en = "Mid-autumn Festival" }
day = 2027-09-15

[[holidays]]
name = { zh = "国庆节", en = "National Day" }
first = 2027-10-01
last = 2027-10-07

[[make_up]]
name = { zh = "春节", en = "Spring Festival" }
day = 2027-01-31

[[make_up]]
name = { zh = "春节", en = "Spring Festival" }
day = 2027-02-20

[[make_up]]
name = { zh = "劳动节", en = "Labour Day" }
day = 2027-05-08

[[make_up]]
name = { zh = "国庆节", en = "National Day" }
day = 2027-09-26

[[make_up]]
name = { zh = "国庆节", en = "National Day" }
day = 2027-10-09
"""
CLOSURES = """\
calendar = "cn"

[[closures]]
name = { zh = "检修", en = "overhaul" }
first = 2026-08-03
last = 2026-08-14
"""
EVENTS_2027 = (
    ("20270101", "20270104", "元旦（休）"),
    ("20270205", "20270213", "春节 放假"),
    ("20270403", "20270406", "清明节假期"),
    ("20270501", "20270506", "劳动节（休）"),
    ("20270609", None, "端午节（休）"),
    ("20270915", "20270916", "中秋节（休）"),
    ("20271001", "20271008", "国庆节 调休放假"),
    ("20270131", None, "春节（班）"),
    ("20270220", None, "春节 补班"),
    ("20270508", None, "劳动节调休上班"),
    ("20270926", None, "国庆节（班）"),
    ("20271009", None, "国庆节（班）"),
    # Another year of the same subscription.
    ("20280101", None, "元旦"),
)


def ics(events: tuple[tuple[str, str | None, str], ...] = EVENTS_2027, more: str = "") -> bytes:
    """An iCalendar file of whole days: first day, day after the last, name; `more` goes into each event."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tests//calendar//"]
    for number, (first, after, name) in enumerate(events):
        lines += ["BEGIN:VEVENT", f"UID:{number}@tests", f"DTSTART;VALUE=DATE:{first}"]
        lines += [f"DTEND;VALUE=DATE:{after}"] if after else []
        lines += [f"SUMMARY:{name}", *more.splitlines(), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()
