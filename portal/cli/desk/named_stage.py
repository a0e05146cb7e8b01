"""The stages that `--to` and `--next` name, by id or by name in either language."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from casework.rules.flow import Stage
from casework.words import LocalizedText, Words
from portal.cli.desk.acting import ActionRequest
from portal.cli.desk.case_state import RuledCase
from portal.cli.errors import CommandError, Exit
from portal.cli.words import Catalogue

NO_STAGE: Final = "{option} {stage}: this policy has no such stage. Its stages: {stages}."


def with_named_stages(ruled: RuledCase, request: ActionRequest, words: Catalogue) -> ActionRequest:
    """The request with the ids of the stages that it names; raises CommandError with the list of stages for another."""
    to, coming = (_id_of(ruled, *one, words) for one in (("--to", request.to), ("--next", request.next)))
    return replace(request, to=to, next=coming)


def _id_of(ruled: RuledCase, option: str, given: str | None, words: Catalogue) -> str | None:
    if given is None:
        return None
    stages, asked = ruled.policy.rules.stages, given.strip().casefold()
    found = next((one for one in stages if asked in _names(one)), None)
    if found is None:
        listed = words.listed(*(words.of(_with_id(one)) for one in stages))
        raise CommandError(Exit.USAGE, NO_STAGE, option=option, stage=given, stages=listed)
    return found.id


def _names(stage: Stage) -> set[str]:
    name = stage.name
    texts = name.document() if isinstance(name, LocalizedText) else name.both()
    return {stage.id, *(text.casefold() for text in texts.values())}


def _with_id(stage: Stage) -> Words:
    return Words(f"{stage.name.zh}（{stage.id}）", f"{stage.name.en} ({stage.id})")
