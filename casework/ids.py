"""Names that cases and members go by."""

from __future__ import annotations

from typing import NewType

CaseId = NewType("CaseId", bytes)
"""16 random bytes, drawn by the reporter's device."""

MemberId = NewType("MemberId", str)
"""The name of a member of the office, as the directory writes it."""
