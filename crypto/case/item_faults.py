"""What can be wrong with an item of a thread, or with the re-grant that an item or event tells of (SPEC §6)."""

from enum import StrEnum


class ItemFault(StrEnum):
    """What is wrong with an item."""

    FORGED = "forged"
    UNSIGNED = "unsigned"
    REPLAYED = "replayed"
    OUT_OF_ORDER = "out-of-order"
    MISSING = "missing"
    REMOVED_SIGNER = "removed-signer"
    UNREADABLE = "unreadable"
    FORMER_KEY = "former-key"
    EXCLUDED = "excluded"
    SUCCESSOR = "successor"


class Alarm(StrEnum):
    """What is wrong with a thread as a whole."""

    WITHHELD = "withheld"
    # The keys of earlier epochs are not there: what was written under them can't be read.
    HISTORY = "history"
    MEMO_ROLLED_BACK = "memo-rolled-back"
