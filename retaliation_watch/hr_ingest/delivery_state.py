"""What became of a delivery."""

from __future__ import annotations

from enum import StrEnum


class DeliveryState(StrEnum):
    """What became of a delivery."""

    ACCEPTED = "taken"
    # Three times the usual size, or about most people at once: nothing of it counts until the officer releases it.
    HELD = "held"
    # The same file is taken when HR's system sends it again.
    RELEASED = "released"
    REFUSED = "refused"
