"""Writes `casework/vectors/*.json`: python -m tests.casework.write_vectors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product
from pathlib import Path
from random import Random  # noqa: TID251  # lots that fall the same way every time
from typing import Final

from casework.deadlines.deadline import Due, LastDay, Pause, compute_deadline
from casework.deadlines.explanations import explain
from casework.deadlines.limits import Limit, Unit
from casework.engine.case import Event
from casework.engine.engine import Command
from casework.engine.refusals import WORDS, Refusal
from casework.engine.sealed_steps import SealedCase, SealedStep, check_end, check_sealed, fold_sealed, sealed_hurdle
from casework.errors import CaseworkError
from casework.ids import MemberId
from casework.legal_sources import Supplied
from casework.policy.policy import Policy, PolicyId
from casework.policy.reader import shipped_policies
from casework.policy_check.path_search import NO_ITEM
from casework.rules.acts import ACT_WORDS, TRAITS, Act
from casework.rules.clauses import RewardFor
from casework.rules.flow import ActRule, MeasureId, OutcomeId, StageId
from casework.rules.roles import RoleId
from casework.words import Words
from tests.casework.policies import bound
from tests.casework.vector_clocks import clocks
from tests.casework.vector_duties import duties
from tests.casework.vector_holders import holders
from tests.casework.vector_intake import intake
from tests.casework.vector_items import items
from tests.casework.vector_letters import letters
from tests.casework.vector_lives import Life
from tests.casework.vector_publicity import publicity
from tests.casework.vector_retention import retentions
from tests.casework.vector_rows import OFFICES, Row, offices_row, point, rules_text
from tests.casework.vector_streams import streams
from tests.casework.vector_worker import worker_rows

FOLDER: Final = Path(__file__).resolve().parents[2] / "casework/vectors"
LIMITS: Final = 2400
SAID: Final = 6
"""Every so many limits come with their sentence."""
PRINTED: Final = (
    (3, (2, 13)), (5, (2, 13)), (15, (4, 24)), (5, (4, 30)), (7, (9, 18)), (30, (9, 18)), (5, (9, 30)),
)  # fmt: skip
"""The limits of 2026 whose ends were printed before there was a program: working days, and the day of start."""
AMOUNTS: Final = {
    Unit.MINUTES: 400, Unit.HOURS: 100, Unit.DAYS: 90, Unit.WEEKS: 12, Unit.MONTHS: 9, Unit.YEARS: 2,
    Unit.WORKING_DAYS: 40,
}  # fmt: skip


def words() -> Row:
    """Every act with its trait and its name, every refusal with its sentence."""
    acts = {
        act.value: [
            one.party,
            one.item,
            list(one.codes),
            list(one.may),
            one.masked,
            ACT_WORDS[act].zh,
            ACT_WORDS[act].en,
        ]
        for act, one in TRAITS.items()
    }
    said = {reason.value: Refusal(reason, ("甲", "乙")).words for reason in WORDS}
    return {"acts": acts, "refusals": {reason: [one.zh, one.en] for reason, one in said.items()}}


def _end(found: Due) -> Row:
    row: Row = {
        "day": point(found.day),
        "moment": point(found.moment),
        "moved": point(found.moved),
        "paused": int(found.paused.total_seconds()),
        "missing": list(found.missing),
    }
    return {name: value for name, value in row.items() if value}


def _limit(number: int) -> Row:
    lots = Random(f"limit {number}")
    office = lots.choice(sorted(OFFICES))
    unit = lots.choice(tuple(Unit))
    limit = Limit(lots.randint(1, AMOUNTS[unit]), unit)
    day = date(2025, 1, 1) + timedelta(days=lots.randrange(1180))
    moment = datetime(day.year, day.month, day.day, lots.randrange(24), lots.randrange(60), tzinfo=OFFICES[office].zone)
    start = moment if lots.random() < (0.6 if unit.is_clock_time else 0.1) else day
    last_day = lots.choice((LastDay.MOVES, LastDay.MOVES, LastDay.STANDS))
    pauses: list[Pause] = []
    for _ in range(lots.choice((0, 0, 0, 1, 2))):
        begin, length = lots.randrange(1, 30), lots.randrange(-1, 9)
        origin = moment if unit.is_clock_time else day
        pauses.append(Pause(origin + timedelta(days=begin), origin + timedelta(days=begin + length)))
    plus = Limit(lots.randint(1, 9), Unit.DAYS) if unit.is_calendar_time and lots.random() < 0.1 else None
    return limit_row(number, office, limit, start, last_day, pauses, plus)


def limit_row(
    number: int,
    office: str,
    limit: Limit,
    start: date | datetime,
    last_day: LastDay = LastDay.MOVES,
    pauses: list[Pause] | None = None,
    plus: Limit | None = None,
) -> Row:
    """One limit with its end, or with the fact that it has none."""
    row: Row = {"office": office, "limit": [limit.amount, limit.unit], "start": point(start)}
    if last_day is LastDay.STANDS:
        row["last_day"] = last_day
    if pauses:
        row["pauses"] = [[point(one.begin), point(one.end)] for one in pauses]
    if plus:
        row["plus"] = [plus.amount, plus.unit]
    try:
        found = compute_deadline(limit, start, OFFICES[office], last_day, pauses or (), plus)
    except CaseworkError as error:
        return row | {"fails": type(error).__name__}
    row |= _end(found)
    if number % SAID == 0:
        said = explain(found, Words("受理", "acceptance") if number % (2 * SAID) else None)
        row |= {"zh": said.zh, "en": said.en}
    return row


def limits() -> list[Row]:
    """The printed ones, limits that no calendar holds, hours around summer time, and many by lot."""
    printed = [
        limit_row(0, "shanghai", Limit(amount, Unit.WORKING_DAYS), date(2026, *start)) for amount, start in PRINTED
    ]
    beyond = [limit_row(0, "berlin", Limit(90, unit), date(2950, 1, 1)) for unit in (Unit.YEARS, Unit.HOURS)]
    beyond += [limit_row(0, "berlin", Limit(20, Unit.HOURS), date(2999, 12, 31))]
    turns = ((2026, 3, 28), (2026, 3, 29), (2026, 10, 24), (2026, 10, 25), (2026, 11, 1), (2026, 3, 8))
    summer = [
        limit_row(0, office, Limit(hours, Unit.HOURS), datetime(*turn, hour, 30, tzinfo=OFFICES[office].zone))
        for turn, hour, hours, office in product(turns, (0, 1, 23), (1, 2, 25), ("berlin", "boston"))
    ]
    night = [limit_row(0, "night", Limit(1, Unit.HOURS), date(2026, *day)) for day in ((3, 26), (3, 28), (10, 23))]
    return printed + beyond + summer + night + [_limit(number) for number in range(LIMITS)]


def crafted() -> Policy:
    """A policy that lists what only the worker does, what each of two roles must do, and what is done once."""
    policy = bound()
    ground = Supplied(Words("样例", "sample"))
    roles = tuple(role.id for role in policy.rules.roles[:2])
    added = (
        ActRule(Act.RECEIVED, ground),
        ActRule(Act.SIGNED, ground, by=roles, every=True),
        ActRule(Act.SUMMARISED, ground, by=roles, most=1),
    )
    rules = replace(policy.rules, anywhere=policy.rules.anywhere + added)
    return replace(policy, id=PolicyId("crafted"), rules=rules)


def policies() -> list[Policy]:
    """Every shipped policy, bound, and the crafted one."""
    return [*(bound(name) for name in shipped_policies()), crafted()]


def rules() -> Row:
    """The rules documents, as text, by policy."""
    return {policy.id: rules_text(policy) for policy in policies()}


def _again() -> tuple[Life, Life]:
    """What is asked for again, and what is handed over again."""
    asked, handed = (Life(bound(), "shanghai", date(2026, 9, 28)) for _ in range(2))
    return asked.ask_again(), handed.hand_over_again()


def _signing() -> Life:
    """Each of two roles signs once, nobody twice, and neither does the worker's work."""
    policy = crafted()
    life = Life(policy, "shanghai", date(2026, 9, 30))
    first, second = (role.id for role in policy.rules.roles[:2])
    signed = Command(Act.SIGNED, life.day, MemberId("li"), frozenset({first}))
    life.take(replace(signed, act=Act.RECEIVED))
    life.take(replace(signed, act=Act.SELF_ASSIGNED, item=NO_ITEM))
    for by, role in (("li", first), ("li", first), ("li", second), ("wang", second), ("zhao", first)):
        life.take(replace(signed, by=MemberId(by), roles=frozenset({role})))
    for _ in range(2):
        life.take(replace(signed, act=Act.SUMMARISED))
    return life


def lives() -> list[Row]:
    """Two roads to the end and one walk astray under every policy; lives of a wrong version and in no stage."""
    offices = sorted(OFFICES)
    found: list[Life] = []
    for number, policy in enumerate(policies()):
        begun = (
            Life(policy, offices[(number + turn) % len(offices)], date(2026, 1 + (number + 5 * turn) % 12, 13))
            for turn in range(3)
        )
        alone, helped, astray = begun
        found += [alone.follow(reporter=False), helped.follow(reporter=True), astray.run()]
    strange = Life(bound(), "shanghai", date(2026, 9, 30), version="0").run(4)
    lost = Life(bound(), "shanghai", date(2026, 9, 29))
    lost.hear(Event(1, Act.ARCHIVED, lost.day, MemberId("li"), to=StageId("nowhere")))
    return [life.whole() for life in (*found, _signing(), *_again(), strange, lost.run(4))]


def _sealed_steps(policy: Policy) -> Iterator[tuple[SealedStep, StageId | None]]:
    """Steps that fit, and steps with something wrong."""
    ids = [outcome.id for outcome in policy.rules.outcomes] + [OutcomeId("nowhere")]
    known = [measure.id for measure in policy.rules.measures] + [MeasureId("nowhere")]
    stages = [*sorted({to for outcome in policy.rules.outcomes for to in outcome.to}), StageId("nowhere"), None]
    lots = Random(f"sealed {policy.id}")
    people = [RoleId("somebody"), *(role.id for role in policy.rules.roles)]
    if policy.rules.malice:
        people += [policy.rules.malice.approved_by] * 4
    acts = [Act.DECIDED, Act.APPEAL_DECIDED, *(act for act, trait in TRAITS.items() if trait.masked), Act.NOTED]
    for _ in range(24):
        act = lots.choice(acts)
        yield (
            SealedStep(
                act,
                MemberId(lots.choice(("li", "wang", "zhao"))),
                lots.choice(people),
                tuple(lots.sample(ids, min(len(ids), lots.choice((0, 1, 1, 1, 2))))),
                tuple(lots.sample(known, min(len(known), lots.choice((0, 1, 1, 2))))),
                lots.random() < 0.3,
                lots.choice((None, *RewardFor)),
            ),
            lots.choice(stages),
        )


def _owing_steps(policy: Policy) -> Iterator[tuple[SealedStep, StageId | None]]:
    """Where a verdict owes measures: each verdict and each review, then what it owes one by one, then none.

    That none is needed is said before too, where it is refused.
    """
    outcomes, by, role = policy.rules.outcomes, MemberId("li"), RoleId("somebody")
    if not any(one.owes or one.owes_after_appeal for one in outcomes):
        return
    none = SealedStep(Act.MEASURE_SET, by, role), None
    for outcome in outcomes:
        for act, owed in ((Act.DECIDED, outcome.owes), (Act.APPEAL_DECIDED, outcome.owes_after_appeal)):
            yield SealedStep(act, by, role, outcomes=(outcome.id,)), None
            if owed:
                yield none
                yield from ((SealedStep(Act.MEASURE_SET, by, role, measures=(one,)), None) for one in owed)
            yield none


def _step_row(step: SealedStep, to: StageId | None) -> Row:
    row: Row = {
        "outcomes": step.outcomes,
        "measures": step.measures,
        "own_words": step.own_words,
        "reward": step.reward,
        "to": to,
    }
    return {"act": step.act, "by": step.by, "role": step.role} | {key: value for key, value in row.items() if value}


def sealed() -> list[Row]:
    """Under every policy a row of sealed steps, each checked against those before it that fitted.

    `hurdle` is what bars the act there whatever it says, `end` what keeps the case from ending after it; left out
    where nothing does.
    """
    found: list[Row] = []
    for policy in policies():
        so_far = SealedCase()
        taken: list[SealedStep] = []
        rows: list[Row] = []
        for step, to in (*_sealed_steps(policy), *_owing_steps(policy)):
            hurdle = sealed_hurdle(policy, so_far, step.act, step.by, step.role)
            refused = check_sealed(policy, so_far, step, to)
            if refused is None:
                taken.append(step)
                so_far = fold_sealed(taken)
            gives = None if refused is None else [refused.reason, list(refused.names)]
            barred = {} if hurdle is None else {"hurdle": [hurdle.reason, list(hurdle.names)]}
            early = next((check_end(policy, so_far, stage.id) for stage in policy.rules.stages if stage.end), None)
            ends = {} if early is None else {"end": [early.reason, list(early.names)]}
            rows.append({**_step_row(step, to), "refused": gives} | barred | ends)
        found.append({"policy": policy.id, "steps": rows, "outcomes": so_far.outcomes, "measures": so_far.measures})
    return found


FILES: Final = {
    "words": words,
    "offices": lambda: offices_row(OFFICES),
    "rules": rules,
    "limits": limits,
    "clocks": clocks,
    "lives": lives,
    "sealed": sealed,
    "items": items,
    "streams": streams,
    "letters": letters,
    "worker": worker_rows,
    "intake": intake,
    "duties": lambda: duties(policies),
    "holders": lambda: holders(policies),
    "publicity": lambda: publicity(policies),
    "retention": lambda: retentions(policies()),
}


def text_of(name: str) -> str:
    """A file as it is to be: one row a line."""
    content = FILES[name]()
    rows = content.items() if isinstance(content, dict) else enumerate(content)
    lines = [
        (f"{json.dumps(key)}:" if isinstance(content, dict) else "")
        + json.dumps(row, ensure_ascii=False, separators=(",", ":"))
        for key, row in rows
    ]
    opens, closes = ("{", "}") if isinstance(content, dict) else ("[", "]")
    return opens + "\n" + ",\n".join(lines) + "\n" + closes + "\n"


def main() -> None:
    """Writes all files."""
    for name in FILES:
        (FOLDER / f"{name}.json").write_text(text_of(name), "utf-8")


if __name__ == "__main__":
    main()
