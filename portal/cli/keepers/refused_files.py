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
        self._reason = reason_in_both(error.reason)

    def text(self, words: Catalogue) -> str:
        """The sentence with the reason in the person's language."""
        reason = words.of(self._reason)
        return words(self.sentence, **{**self.values, "reason": reason})
