"""The measures that `--measure` names, and the word for none."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from portal.cli.desk.acting import ActionRequest
from portal.cli.desk.case_state import RuledCase
from portal.cli.errors import CommandError, Exit

NONE: Final = "none"
ALONE: Final = "--measure none says that no measure is needed: it goes with no other measure."


def with_named_measures(ruled: RuledCase, request: ActionRequest) -> ActionRequest:
    """The request without the word for none, unless it is one of the policy; raises CommandError beside others."""
    known = {one.id for one in ruled.policy.rules.measures}
    if NONE not in request.measures or NONE in known:
        return request
    if set(request.measures) != {NONE} or request.own_words:
        raise CommandError(Exit.USAGE, ALONE)
    return replace(request, measures=())
