"""What deletion refuses, named after the fact."""

from __future__ import annotations


class DeletionRefused(Exception):
    """Base of every refusal of this package."""


class NothingToDelete(DeletionRefused):
    """No store knows this case."""
