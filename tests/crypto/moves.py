"""Grants of a case one after the other, as holders of its keys can make them: no maker or signer is asked anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import crypto
from crypto.case.grant import move_of, seal_body, unsigned_proof
from crypto.case.grant_body import EpochKeys, GrantBody
from crypto.framing import Rng, sha256
from crypto.keys.receipt import MacKeys


@dataclass(frozen=True, repr=False)
class Link:
    """A grant of a case, how it travels, who signed it, and all items up to the one that tells of it."""

    grant: crypto.Grant
    packet: bytes
    history: bytes | None
    proof: crypto.RegrantProof | None
    items: list[Any]


@dataclass(frozen=True, repr=False)
class Mover:
    """Anyone who makes the next grants: any keys of the office, by member."""

    directory: crypto.VerifiedDirectory
    keys: Callable[[str], crypto.StaffKeys]
    rng: Rng

    def move(self, link: Link, holders: list[str], signers: Sequence[str], **changes: Any) -> Link:
        """The next grant to these holders, signed by these members; `changes` go into its body."""
        before = link.grant
        past = (*(before.past or ()), before.body.keys)
        body, history = self._next(before, past, holders, changes)
        sealed = seal_body(body, [self.keys(holder).identity.recipient for holder in holders], 8, self.rng)
        made = crypto.Grant(body, sha256(sealed), 8, past)
        proof = unsigned_proof(body)
        for signer in signers:
            proof = crypto.sign_regrant(self.keys(signer), move_of(body, made.hash), proof)
        thread = crypto.read_case(self.directory, before, link.items)
        item = crypto.announce_regrant(before, thread, made, proof, self.rng)
        return Link(made, crypto.write_packet(sealed, 8), history, proof, [*link.items, item.document()])

    def _next(
        self, before: crypto.Grant, past: tuple[EpochKeys, ...], holders: list[str], changes: dict[str, Any]
    ) -> tuple[GrantBody, bytes]:
        rng = self.rng
        name, history = crypto.seal_history(past, before.case, rng)
        keys = EpochKeys(crypto.Identity.draw(rng), crypto.Identity.draw(rng), MacKeys(rng(32), rng(32)))
        following = {
            "epoch": before.epoch + 1, "keys": keys, "history": name, "holders": holders, "access": rng(32),
            "previous": before.hash, "previous_holders": before.body.holders, "day": self.directory.today,
        }  # fmt: skip
        return replace(before.body, **following | changes), history
