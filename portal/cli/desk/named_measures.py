"""The measures that `--measure` names, and the word for none."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from casework.rules.flow import NO_MEASURE
from portal.cli.desk.acting import ActionRequest
from portal.cli.errors import CommandError, Exit

ALONE: Final = "--measure none says that no measure is needed: it goes with no other measure."


def with_named_measures(request: ActionRequest) -> ActionRequest:
    """The request without the word for none; raises CommandError beside others."""
    if NO_MEASURE not in request.measures:
        return request
    if set(request.measures) != {NO_MEASURE} or request.own_words:
        raise CommandError(Exit.USAGE, ALONE)
    return replace(request, measures=())
