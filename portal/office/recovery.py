"""The recovery key on paper: SLIP-39 shares in two groups, so that every quorum has an outside member."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shamir_mnemonic.shamir import combine_mnemonics, generate_mnemonics
from shamir_mnemonic.utils import MnemonicError

from portal.office.config import RecoveryConfig
from portal.office.errors import OfficeError

GROUPS_NEEDED = 2


class SharesRefused(OfficeError):
    """The shares do not belong together, or they are too few."""


@dataclass(frozen=True, repr=False)
class PaperShare:
    """One share: who keeps it, in which group, and its words."""

    id: str
    outside: bool
    words: str

    def paper(self, office: str) -> str:
        """The text to print, in both languages; `office` is the office code."""
        group = "外部 · outside" if self.outside else "内部 · inside"
        return (
            f"言路 恢复份额 · Yanlu recovery share\n"
            f"受理单位校验码 · office code: {office}\n"
            f"{self.id} ({group})\n\n{self.words}\n\n"
            "请打印后粉碎本文件，纸张密封保管。只有内部与外部份额凑齐，才能恢复。\n"
            "Print this, then shred the file. Keep the paper sealed. Only inside and outside shares\n"
            "together bring the key back.\n"
        )


def split_recovery(seed: bytes, config: RecoveryConfig) -> list[PaperShare]:
    """Split a 32-byte seed: both groups are needed, each by its own number of members."""
    groups = [
        (config.inside_needed, len(config.inside)),
        (config.outside_needed, len(config.outside)),
    ]
    inside, outside = generate_mnemonics(GROUPS_NEEDED, groups, seed)
    return [
        *(PaperShare(name, outside=False, words=words) for name, words in zip(config.inside, inside, strict=True)),
        *(PaperShare(name, outside=True, words=words) for name, words in zip(config.outside, outside, strict=True)),
    ]


def join_recovery(words: Sequence[str]) -> bytes:
    """The seed behind enough shares; raises SharesRefused."""
    try:
        return combine_mnemonics(words)
    except MnemonicError as error:
        raise SharesRefused(("these shares do not bring the key back: {reason}", {"reason": error})) from error
