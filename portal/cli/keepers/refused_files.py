"""A policy file or its bindings that cannot be read: file, key and reason in the person's language."""

from __future__ import annotations

from casework.errors import PolicyError
from casework.policy.reasons import reason_in_both
from portal.cli.errors import CommandError, Exit
from portal.cli.words import Catalogue


class PolicyFileRefused(CommandError):
    """What a `PolicyError` says."""

    def __init__(self, error: PolicyError) -> None:
        super().__init__(Exit.REFUSED, "{file}: {key}: {reason}", file=error.file, key=error.key, reason=error.reason)
        self._all = error.all

    def text(self, words: Catalogue) -> str:
        """A sentence for each refusal, with the reason in the person's language."""
        reasons = ((one, words.of(reason_in_both(one.reason))) for one in self._all)
        return "\n".join(words(self.sentence, file=one.file, key=one.key, reason=said) for one, said in reasons)
