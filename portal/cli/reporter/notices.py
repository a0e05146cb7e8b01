"""Notices of the office on the command line: what they say, and which acts the last one leaves to the reporter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import click

from casework.policy.policy import Choice
from casework.policy.questionnaire import PolicyPage
from casework.rules.acts import ACT_WORDS
from casework.rules.acts import Act as PolicyAct
from crypto import ActText, Declaration, Notice, ThreadEntry
from portal.cli.errors import CommandError, Exit
from portal.cli.reporter.plausible import limit_words
from portal.cli.terminal import Terminal

FROM_READING = (
    "By this notice the limit for a review is {limit}, from the day on which you say that you have read it. "
    "If you say so on the day of the notice, the last day is {day}."
)
MAY_BEGIN = "That day has passed. If you have not said before that you have read it, the limit may begin only now."
VIEW_UNTIL = (
    "The office waits for your view of this until {day} ({limit} by this notice). Write it as a message, without --act."
)
# Nothing that can be declared has a limit of its own: the office waits for the reporter's view.
_WITHOUT_LIMIT = frozenset({Declaration.SEEN, Declaration.WITHDRAW})
# These say nothing without words.
_WORDY = frozenset({Declaration.CONTEST, Declaration.SUPPLY, Declaration.APPEAL})


def last_notice(entries: Sequence[ThreadEntry]) -> Notice | None:
    """The last verified notice; what was not verified asks for nothing."""
    contents = [entry.inner.content for entry in entries if entry.inner is not None and entry.mark is None]
    return next((content for content in reversed(contents) if isinstance(content, Notice)), None)


def check_act(terminal: Terminal, entries: Sequence[ThreadEntry], declaration: ActText, *, sure: bool) -> None:
    """Refuse an act that the last notice does not leave open, one without the words it needs, and an unsure withdrawal.

    An office that has sent no notice yet has closed nothing.
    """
    notice = last_notice(entries)
    if notice is not None and declaration.act not in notice.asks:
        named = ", ".join(act.value for act in notice.asks)
        said = "The last notice does not ask for this. It leaves open: {acts}. You can write a message instead."
        if not named:
            said = "The last notice asks for nothing. You can write a message instead."
        raise CommandError(Exit.REFUSED, said, acts=named)
    if declaration.act in _WORDY and not declaration.text:
        raise CommandError(Exit.USAGE, "Say it in words too: add --text-file.")
    if declaration.act is Declaration.WITHDRAW and not sure:
        _ask_again(terminal)


def declarations(entries: Sequence[ThreadEntry], declaration: ActText) -> tuple[ActText, ...]:
    """What is sent for a declaration; who asks for a review has read the notice: that goes first."""
    notice = last_notice(entries)
    unread = declaration.act is Declaration.APPEAL and notice is not None and Declaration.SEEN in notice.asks
    return (ActText(Declaration.SEEN, ""), declaration) if unread else (declaration,)


def _ask_again(terminal: Terminal) -> None:
    if not terminal.interactive:
        raise CommandError(Exit.USAGE, "A withdrawal can't be taken back: add --yes if you mean it.")
    click.confirm(terminal.words("Withdraw the report? This can't be taken back."), abort=True, err=True)


def notice_document(notice: Notice) -> dict[str, object]:
    """A notice as JSON: text and files stand beside it, and the day is the item's."""
    return {key: value for key, value in notice.document().items() if key not in ("text", "attachments", "day")}


def with_names(terminal: Terminal, policy: PolicyPage | None, document: dict[str, Any]) -> dict[str, Any]:
    """The document of an entry with the policy's names for stages, outcomes and measures, as a person reads them.

    What the policy does not have stays as it is: that is said beside it.
    """
    if policy is None:
        return document

    def named(choices: Sequence[Choice], given: str | None) -> str | None:
        return next((terminal.words.of(one.name) for one in choices if one.id == given), given)

    notice = document["notice"] and document["notice"] | {
        "next": named(policy.stages, document["notice"]["next"]),
        "outcomes": [named(policy.outcomes, one) for one in document["notice"]["outcomes"]],
        "measures": [named(policy.measures, one) for one in document["notice"]["measures"]],
    }
    return document | {"stage": named(policy.stages, document["stage"]), "notice": notice}


def notice_lines(terminal: Terminal, notice: dict[str, Any], today: date) -> list[str]:
    """A notice for a person: what it tells, what it asks, and until when."""
    words, lines = terminal.words, list[str]()
    known = ACT_WORDS[PolicyAct(notice["act"])] if notice["act"] in set(PolicyAct) else None
    lines.append(words.of(known) if known else notice["act"])
    if notice["due"] and not notice["next"]:
        lines.append(words("By {day}", day=notice["due"]))
    if notice["next"]:
        lines.append(f"{words('Next')}: {notice['next']} {notice['due'] or ''}".rstrip())
    lines += [f"{words('Outcome')}: {one}" for one in notice["outcomes"]]
    lines += [f"{words('Measure')}: {one}" for one in notice["measures"]]
    if notice["asks"]:
        lines.append(words("You can declare: {acts} (--act).", acts=", ".join(notice["asks"])))
    return lines + (_until_lines(terminal, notice, today) if notice["until"] else [])


def _until_lines(terminal: Terminal, notice: dict[str, Any], today: date) -> list[str]:
    """The limit and what is left of it: it may begin only with the reading of the notice, or be for the own view."""
    words, until, asks = terminal.words, notice["until"], {*notice["asks"]}
    day, unread = until["day"], {Declaration.SEEN, Declaration.APPEAL} <= asks
    of_a_view = VIEW_UNTIL if asks <= _WITHOUT_LIMIT else "By this notice the last day is {day} ({limit})."
    lines = [words(FROM_READING if unread else of_a_view, day=day, limit=limit_words(until["limit"], words))]
    if day < today.isoformat():
        lines.append(
            words(MAY_BEGIN if unread else "That day has passed: the office need not take up what comes later.")
        )
    elif until["counts"] is not None:
        left = sum(one >= today.isoformat() for one in until["counts"])
        lines.append(words("Working days left, today included: {n}.", n=left))
    else:
        left = (date.fromisoformat(day) - today).days + 1
        lines.append(words("Days left, today included: {n}.", n=left))
    if until["provisional"]:
        lines.append(words("This day is provisional: the official calendar of that year is not out yet."))
    return lines
