"""A policy page that asks a question of each kind, and two of a kind that only a newer release knows."""

from __future__ import annotations

import json
from typing import Any, Final

from casework.policy.policy import policy_document
from casework.policy.question_kinds import PICKED, question_kinds
from tests.casework.test_policy_reader import bound

LATER: Final = "signature"
"""A kind that this release does not know; questions are named by their kind."""
CHOICES: Final = [{"id": "yes", "name": {"en": "Yes", "zh": "是"}}, {"id": "no", "name": {"en": "No", "zh": "否"}}]


def row(id_: str, kind: str, *, picked: bool | None = None) -> dict[str, Any]:
    """One question, with choices where its kind has them or `picked` says so."""
    if picked is None:
        picked = kind in question_kinds() and question_kinds()[kind].form in PICKED
    return {
        "id": id_, "kind": kind, "label": {"en": f"Question {id_}", "zh": f"问题 {id_}"}, "hint": None,
        "choices": CHOICES if picked else [], "when": None,
    }  # fmt: skip


def page_of_every_kind() -> bytes:
    """The whistleblowing policy's page with these questions in place of its own."""
    rows = [row(kind, kind) for kind in question_kinds()]
    rows += [row(LATER, LATER), row(f"{LATER}-picked", LATER, picked=True)]
    return json.dumps(json.loads(policy_document(bound())) | {"questions": rows}).encode()
