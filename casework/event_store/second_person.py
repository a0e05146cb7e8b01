"""What a second person says of a request: that they do not agree, or that they do where no rules judge it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from casework.engine.case import ANSWERS, Case, Event, answers_what_waits, open_askings
from casework.engine.codes import ASKING_FORM
from casework.engine.refusals import Refusal, RefusalReason, StepUnfit, said_with
from casework.errors import EventRefused
from casework.event_store.declining import check_declined
from casework.event_store.event_kinds import EventKind
from casework.event_store.history import StreamEntry, codes_of
from casework.ids import MemberId
from casework.policy.policy import Policy
from casework.rules.acts import ACT_WORDS, Act, Attribute
from casework.words import Words
from crypto.case import events as stream


def check_second_person(policy: Policy | None, case: Case, entries: Sequence[StreamEntry], event: stream.Event) -> None:
    """Lets pass a no to what waits and, where no rules are known, a yes to the deletion that waits, by another.

    Raises `EventRefused`, and `StepUnfit` with what every program that counts the agreement would find.
    """
    if event.kind == EventKind.STEP_DECLINED:
        check_declined(policy, case, entries, event)
    if event.kind != EventKind.DELETION_APPROVED or policy is not None:
        return
    asking = event.data.get(Attribute.ASKING)
    if asking is not None and not (isinstance(asking, str) and ASKING_FORM.fullmatch(asking)):
        raise EventRefused("names")
    found = agreement_unfit(case, Act(event.kind), codes_of(event), MemberId(event.actor))
    if found is not None:
        raise StepUnfit(found, unruled_words(found))


def agreement_unfit(case: Case, act: Act, codes: Mapping[Attribute, str], by: MemberId) -> Refusal | None:
    """Why an agreement of this member would count for nothing where no rules say who may agree; None where it counts.

    It names a request that waits, or none where there is one only; nobody agrees to what they asked for.
    """
    waiting = open_askings(case.events, case.uncounted, act)
    if not waiting:
        return Refusal(RefusalReason.FIRST, (ANSWERS[act],))
    if not answers_what_waits(Event(len(case.events), act, date.min, codes=codes), waiting):
        return Refusal(RefusalReason.ASKED_AGAIN, (str(waiting[0].n),))
    meant = next((one for one in waiting if codes.get(Attribute.ASKING) == str(one.n)), waiting[0])
    return Refusal(RefusalReason.SAME_PERSON, (ANSWERS[act],)) if meant.by == by else None


def unruled_words(refusal: Refusal) -> Words:
    """The sentence, acts under their names; without rules nothing else has one."""
    acts = set(Act)
    return said_with(refusal.reason, [ACT_WORDS[Act(one)] if one in acts else Words(one, one) for one in refusal.names])
