"""`yanlu watch decoys|cover`, `simulate attack`: who is entered as cover, what is reviewed, what a manager learns."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from math import inf
from pathlib import Path

import click
import numpy as np

from crypto.localized import Words
from portal.cli.errors import CommandError, Exit
from portal.cli.terminal import Terminal, pass_terminal
from portal.cli.watch.files import DAY, FILE, read_feed, write_file
from retaliation_watch.arrays import Bools, Ints
from retaliation_watch.csv_export import csv_bytes
from retaliation_watch.detector.population import grade_bands
from retaliation_watch.errors import NobodyToWatch
from retaliation_watch.hr_formats.dates import day_number, day_of
from retaliation_watch.hr_formats.events import Events, read_events
from retaliation_watch.hr_formats.names import kind_table, plain
from retaliation_watch.hr_formats.roster import NEVER, Roster, read_roster
from retaliation_watch.hr_formats.watchlist import Watchlist, read_watchlist
from retaliation_watch.kinds import INDEX, KINDS, Measure
from retaliation_watch.review_sampling.classes import WORDING_EN, WORDING_ZH
from retaliation_watch.review_sampling.decoys import DECOYS_PER_ENTRY, TERM_MONTHS, RosterGroups, plan_decoys
from retaliation_watch.review_sampling.measure_reviews import (
    Reviews,
    SamplingFrame,
    person_draw,
    repeated,
    reviews_of,
    sampled,
)
from retaliation_watch.review_sampling.randomization import KEY_BYTES, RandomizationKey
from retaliation_watch.review_sampling.steps import Judgement, Refusal, ReviewRequest, judge
from retaliation_watch.simulation.attack import AttackOutcome, Rule, Scene, attack, scenes, worse_scenes

LIST_COLUMNS = ("employee_id", "protected_from", "protected_until")
REVIEW_COLUMNS = ("employee_id", "event_type", "recorded_on")
MANY = 1000
REASONS: dict[Refusal, str] = {
    Refusal.DAILY: "Daily measures are asked about for nobody: to ask once would prove that the person is on the list.",
    Refusal.SMALL_UNIT: "The unit has fewer than 20 people: there a review of a drawn measure points at somebody.",
    Refusal.UNANSWERED: "An earlier measure against this person was not reviewed: to ask now would show a change.",
    Refusal.NOT_DRAWN: "The coin did not fall on this person: to ask all the same would prove that somebody wished it.",
    Refusal.LATE: "HR is asked about measures of the last four weeks: a letter about an older one would stand alone.",
    Refusal.RATIO: "What was asked before has used up the promise: the odds may be multiplied by 2 at most.",
}
RULES: dict[Rule, str] = {
    Rule.STICKY: "one coin for ever",
    Rule.FRESH: "a fresh coin each time",
    Rule.FROM_ENTRY: "a new coin at the entry",
    Rule.COUNTED: "enrolments counted as cover",
    Rule.LISTED_ONLY: "no cover at all",
}


@click.command()
@click.option("--roster", type=FILE, required=True, help="Everybody who works there (CSV).")
@click.option("--watchlist", type=FILE, required=True, help="Whom to watch, from when to when (CSV).")
@click.option("--decoys", "earlier", type=FILE, help="Cover entries of earlier months (CSV).")
@click.option("--month", type=click.DateTime(["%Y-%m"]), required=True, help="The month of the new entries.")
@click.option("--opened", type=click.IntRange(0), default=0, help="Real packets opened so far, if more than listed.")
@click.option("--key", type=click.Path(path_type=Path, dir_okay=False), required=True, help="Key of the coins.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="Where the entries go.")
@pass_terminal
def decoys(  # noqa: PLR0913, PLR0917  # one argument for each option
    terminal: Terminal,
    roster: Path,
    watchlist: Path,
    earlier: Path | None,
    month: datetime,
    opened: int,
    key: Path,
    out: Path,
) -> None:
    """Choose this month's cover entries: ten for each real one, of the same units and grades."""
    people = read_feed(roster, read_roster)
    first = day_number(month.date())
    real, cover = (_running(people, path, first) for path in (watchlist, earlier))
    at_work = (people.hired <= first) & (people.left > first)
    place = RosterGroups(
        people.ids.to_list(), people.groups["org_unit"], grade_bands(people.groups["grade"]), at_work, real, cover
    )
    planned = plan_decoys(place, f"{month:%Y-%m}", _key(terminal, key), opened)
    until = day_of(first).replace(year=month.year + TERM_MONTHS // 12)
    rows = [(place.ids[int(one)], day_of(first), until) for one in planned.persons]
    write_file(out, csv_bytes(LIST_COLUMNS, rows))
    document: dict[str, object] = {"file": str(out), "entered": len(rows), "missing": planned.missing}
    lines = [terminal.words("{count} cover entries are in {path}.", count=len(rows), path=out)]
    if planned.missing:
        lines.append(
            terminal.words(
                "{count} are missing to {times} for each real one: there are not enough people.",
                count=planned.missing,
                times=DECOYS_PER_ENTRY,
            )
        )
    terminal.result(document, *lines)


@click.command()
@click.option("--roster", type=FILE, required=True, help="Everybody who works there (CSV).")
@click.option("--events", type=FILE, required=True, help="HR's events (CSV).")
@click.option("--watchlist", type=FILE, required=True, help="Whom to watch, from when to when (CSV).")
@click.option("--decoys", "earlier", type=FILE, help="Cover entries of earlier months (CSV).")
@click.option("--from", "first", type=DAY, required=True, help="The first day of recording.")
@click.option("--to", "last", type=DAY, required=True, help="The last day.")
@click.option("--key", type=click.Path(path_type=Path, dir_okay=False), required=True, help="Key of the coins.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Where the measures to review go.")
@click.option("--ask", help="Somebody about whom you would like to ask: may it be done?")
@click.option("--kind", help="The kind of the measure that you would like to ask about.")
@pass_terminal
def cover(  # noqa: PLR0913, PLR0917  # one argument for each option
    terminal: Terminal,
    roster: Path,
    events: Path,
    watchlist: Path,
    earlier: Path | None,
    first: datetime,
    last: datetime,
    key: Path,
    out: Path | None,
    ask: str | None,
    kind: str | None,
) -> None:
    """Draw the measures to review, alike for everybody; or judge one that somebody would like to ask about."""
    people = read_feed(roster, read_roster)
    found = read_feed(events, lambda file: read_events(file, people))
    lists = [_listed(people, path) for path in (watchlist, earlier) if path]
    frame, drawn_by = _sampling_frame(people, lists), _key(terminal, key)
    if ask:
        _print_judgement(terminal, _judged(people, found, frame, drawn_by, (ask, kind or ""), last.date()))
        return
    if out is None:
        raise CommandError(Exit.USAGE, "Say with --out where the measures to review go.")
    drawn = reviews_of(found.person, found.kind, found.recorded, frame, drawn_by)
    inside = (found.recorded >= day_number(first.date())) & (found.recorded <= day_number(last.date()))
    write_file(out, csv_bytes(REVIEW_COLUMNS, _review_rows(people, found, np.flatnonzero(drawn.reviewed & inside))))
    _print_reviews(terminal, drawn, inside, out)


def _review_rows(people: Roster, found: Events, places: Ints) -> list[tuple[object, ...]]:
    return [
        (people.ids[int(found.person[one])], KINDS[int(found.kind[one])], day_of(int(found.recorded[one])))
        for one in places.tolist()
    ]


def _print_reviews(terminal: Terminal, drawn: Reviews, inside: Bools, out: Path) -> None:
    counted = {
        "recorded": int(inside.sum()),
        "reviewed": int((drawn.reviewed & inside).sum()),
        "universal": int((drawn.universal & inside).sum()),
    }
    sentence = "{reviewed} of {recorded} measures are reviewed, {universal} of them as every such one; see {path}."
    words = terminal.words.of(Words(WORDING_ZH, WORDING_EN))
    terminal.result({"file": str(out), **counted}, terminal.words(sentence, path=out, **counted), words)


def _judged(
    people: Roster, found: Events, frame: SamplingFrame, key: RandomizationKey, proposed: tuple[str, str], last: date
) -> Judgement:
    """Checks a proposed measure for one person against the promise, by all that was recorded until then."""
    person, kind = people.ids.index_of(proposed[0]), kind_table().get(plain(proposed[1]))
    if person is None:
        raise CommandError(Exit.USAGE, "{person} is not in the roster.", person=proposed[0])
    if not isinstance(kind, Measure):
        raise CommandError(Exit.USAGE, "Say with --kind which measure: {names}.", names=", ".join(KINDS))
    day = day_number(last)
    who, what, when = (np.append(one, two) for one, two in zip(
        (found.person, found.kind, found.recorded), (person, INDEX[kind], day), strict=True))  # fmt: skip
    past = (who == person) & (when <= day)
    past[-1] = True
    before = past & sampled(what)
    before[-1] = False
    answered = None
    if before.any():
        drawn = reviews_of(who[past], what[past], when[past], frame, key)
        answered = bool((drawn.reviewed & ~drawn.universal)[sampled(what[past])].any())
    size = int(frame.unit_size(np.array([person]), np.array([day]))[0])
    third = bool(repeated(who[past], what[past], when[past])[-1])
    return judge(ReviewRequest(kind, size, person_draw(key, proposed[0]), answered, third))


def _print_judgement(terminal: Terminal, found: Judgement) -> None:
    document: dict[str, object] = {
        "allowed": found.is_allowed,
        "refusal": found.refusal,
        "ratio": None if found.cumulative_odds_ratio == inf else round(found.cumulative_odds_ratio, 3),
    }
    if found.refusal is None:
        terminal.result(
            document,
            terminal.words("It may be asked: the odds are multiplied by {ratio} at most.", ratio=document["ratio"]),
        )
        return
    terminal.result(document)
    raise CommandError(Exit.REFUSED, REASONS[found.refusal])


def _listed(people: Roster, path: Path) -> Watchlist | None:
    try:
        return read_feed(path, lambda file: read_watchlist(file, people))
    except NobodyToWatch:
        return None


def _running(people: Roster, path: Path | None, day: int) -> Bools:
    """Who is on a list on that day."""
    marks = np.zeros(len(people), bool)
    found = _listed(people, path) if path else None
    if found is not None:
        marks[found.person[(found.start <= day) & (found.end >= day)]] = True
    return marks


def _sampling_frame(people: Roster, lists: Sequence[Watchlist | None]) -> SamplingFrame:
    start, end = np.full(len(people), NEVER + 1), np.full(len(people), -1)
    for one in lists:
        if one is not None:
            np.minimum.at(start, one.person, one.start)
            np.maximum.at(end, one.person, one.end)
    return SamplingFrame(people.ids.to_list(), start, end, people.groups["org_unit"], people.hired, people.left)


def _key(terminal: Terminal, path: Path) -> RandomizationKey:
    """The key in a file; a new one where there is none."""
    try:
        if not path.exists():
            write_file(path, secrets.token_bytes(KEY_BYTES))
            terminal.note("A new key is in {path}: keep it, every coin hangs on it.", path=path)
        return RandomizationKey(path.read_bytes())
    except (OSError, ValueError) as error:
        raise CommandError(Exit.USAGE, "{path} is no key of 32 bytes.", path=path) from error


@click.command("attack")
@click.option("--draw", "seed", type=int, default=0, help="The same number plays the same worlds.")
@click.option("--worlds", type=click.IntRange(1, 1_000_000), default=1000, help="How often each scene is played.")
@click.option("--unit", type=click.IntRange(20, 10_000), default=20, help="People of the manager's unit.")
@pass_terminal
def play(terminal: Terminal, seed: int, worlds: int, unit: int) -> None:
    """Play managers who try people, and say what their odds are multiplied by."""
    document: list[dict[str, object]] = []
    lines: list[str] = []
    for scene in (*scenes(unit), *worse_scenes(unit)):
        found = attack(scene, worlds, seed)
        lines.append(_played(terminal, scene, found))
        document.append(
            {
                "rule": scene.rule,
                "probes": scene.probes,
                "quarters": scene.quarters,
                "suspicion": scene.suspicion,
                "spread": scene.is_spread,
                "enrolled": scene.enrolled,
                "suspect_enrolled": scene.decoys == 1,
                "prior": round(found.prior, 4),
                "posterior": round(found.mean, 4),
                "highest": round(found.highest, 4),
                "ratio": round(found.ratio, 3),
            }
        )
    terminal.result({"unit": unit, "worlds": worlds, "scenes": document}, *lines)


def _played(terminal: Terminal, scene: Scene, found: AttackOutcome) -> str:
    on = "each on another colleague" if scene.is_spread else "on one suspect"
    put = "the suspect" if scene.decoys == 1 else str(scene.enrolled)
    return terminal.words(
        "{rule}; measures: {probes}, {on}; quarters: {quarters}; put on the list: {put}; "
        "{prior:.2f} → {mean:.2f} ({highest:.2f} at most), odds × {ratio}",
        rule=terminal.words(RULES[scene.rule]),
        probes=scene.probes,
        quarters=scene.quarters,
        on=terminal.words(on),
        put=terminal.words(put),
        prior=found.prior,
        mean=found.mean,
        highest=found.highest,
        ratio=f"{found.ratio:.2f}" if found.ratio < MANY else f"> {MANY:,}",
    )
