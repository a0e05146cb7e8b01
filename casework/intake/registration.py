"""What a policy makes of a report that comes in: by which channel, in which register, to whom, what is missing."""

from __future__ import annotations

from collections.abc import Iterable

from casework.intake.entry import SPOKEN, STAFF_WRITES, IncomingReport, Intake, IntakeReason, IntakeRefusal, Outside
from casework.policy.policy import Policy
from casework.rules.intake_form import Channel, ChannelKind, IntakeKind, IntakeKindRule, Need, RegisterField
from casework.rules.roles import RoleId, RoleKind
from casework.rules.rulebook import Rulebook
from casework.words import Words


def take_in(policy: Policy, entry: IncomingReport) -> Intake | IntakeRefusal:
    """What becomes of an entry: channel, kind and register, no matter who receives it, what is still to be asked for.

    A missing field, an unnamed reporter or a breach yet to come never refuse it: they are told in the answer.
    """
    rules = policy.rules
    channel = channel_of(rules, entry.channel)
    if channel is None:
        return IntakeRefusal(IntakeReason.NO_SUCH_CHANNEL, tuple(one.id for one in rules.channels))
    kind = _kind(rules, entry)
    if isinstance(kind, IntakeRefusal):
        return kind
    refused = _content_refused(policy, entry, kind) or _writer_refused(rules, channel, entry)
    if refused is not None:
        return refused
    addressees = addressees_of(rules, channel, entry.concerned)
    if not addressees:
        return IntakeRefusal(IntakeReason.NOBODY_IMPARTIAL)
    subject = next((one for one in rules.subjects if one.id == entry.subject), None)
    missing = missing_fields(rules, entry.fields)
    return Intake(
        channel=channel,
        kind=kind,
        subject=subject,
        category=categories_of(policy).get(entry.category or ""),
        addressees=addressees,
        diverted=not set(addressees) & set(channel.to),
        gaps=tuple(one for one in missing if one.need is not Need.BEST_EFFORT),
        unknown=tuple(one for one in missing if one.need is Need.BEST_EFFORT),
        to_be_written=rules.form is not None and rules.form.written and channel.kind in SPOKEN,
        outside=tuple(_outside(policy, entry, kind)),
    )


def channel_of(rules: Rulebook, channel: str) -> Channel | None:
    """The channel of this id; where the text's list is open ("and other ways"), any other way is that one."""
    named = next((one for one in rules.channels if one.id == channel), None)
    return named or next((one for one in rules.channels if one.kind is ChannelKind.OTHER), None)


def addressees_of(rules: Rulebook, channel: Channel, concerned: frozenset[RoleId] = frozenset()) -> tuple[RoleId, ...]:
    """Who receives what comes by a channel: never a role that anyone who is complained of holds.

    Where none of the channel's is left, those of the other channels, an oversight body before others.
    """
    first = tuple(role for role in channel.to if role not in concerned)
    if first:
        return first
    watches = {role.id for role in rules.roles if role.kind is RoleKind.OVERSIGHT}
    others = dict.fromkeys(role for one in rules.channels for role in one.to if role not in concerned)
    return tuple(sorted(others, key=lambda role: role not in watches))[:1]


def missing_fields(rules: Rulebook, given: Iterable[str]) -> tuple[RegisterField, ...]:
    """The fields that the text names and nobody has filled in, in its order."""
    filled = set(given)
    return tuple(one for one in rules.fields if one.id not in filled)


def _kind(rules: Rulebook, entry: IncomingReport) -> IntakeKindRule | IntakeRefusal:
    ids = tuple(kind.id for kind in rules.kinds)
    if entry.kind is None and len(ids) > 1:
        return IntakeRefusal(IntakeReason.WHICH_KIND, ids)
    found = next((kind for kind in rules.kinds if entry.kind in (None, kind.id)), None)
    return found or IntakeRefusal(IntakeReason.NO_SUCH_KIND, ids)


def categories_of(policy: Policy, kind: IntakeKind | None = None) -> dict[str, Words]:
    """What a report may be about, by id: the handler's classes where the text has them, else those of its form.

    Where a kind has a catalogue of its own, only that one.
    """
    if policy.rules.classifications:
        return {one.id: one.name for one in policy.rules.classifications}
    return {one.id: one.name for one in policy.categories if None in (kind, one.kind) or one.kind is kind}


def _content_refused(policy: Policy, entry: IncomingReport, kind: IntakeKindRule) -> IntakeRefusal | None:
    known = {one.id for one in policy.rules.fields}
    strange = tuple(one for one in entry.fields if one not in known)
    if strange:
        return IntakeRefusal(IntakeReason.NO_SUCH_FIELD, strange)
    categories = categories_of(policy, kind.id)
    if entry.category is not None and entry.category not in categories:
        return IntakeRefusal(IntakeReason.NO_SUCH_CATEGORY, tuple(categories))
    if entry.left_out and not policy.rules.scope:
        return IntakeRefusal(IntakeReason.NOTHING_LEFT_OUT)
    return None


def _writer_refused(rules: Rulebook, channel: Channel, entry: IncomingReport) -> IntakeRefusal | None:
    """A box is emptied by anyone whom it leads to; what any member of the staff hears, any role may write down."""
    if entry.recorded_by is None:
        return IntakeRefusal(IntakeReason.WHO_WROTE_IT) if channel.kind in STAFF_WRITES else None
    may = channel.to if channel.kind is ChannelKind.BOX else tuple(role.id for role in rules.roles)
    return None if entry.recorded_by in may else IntakeRefusal(IntakeReason.NOT_THEIR_CHANNEL, may)


def _outside(policy: Policy, entry: IncomingReport, kind: IntakeKindRule) -> Iterable[Outside]:
    entities = policy.bound.entities
    if entry.subject not in (None, *(one.id for one in policy.rules.subjects)):
        yield Outside.SUBJECT
    if entry.entity is not None and entities and entry.entity not in entities:
        yield Outside.ENTITY
    if entry.left_out:
        yield Outside.SCOPE
    if entry.imminent and not kind.imminent:
        yield Outside.IMMINENT
