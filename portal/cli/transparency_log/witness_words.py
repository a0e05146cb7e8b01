"""What a witness is told: refusals with what to do next, and whose key stands under its name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from crypto.office.directory import ROOT_LABEL, note_parts
from crypto.office.root_shape import Root, read_root
from crypto.office.signed_notes import read_note
from crypto.office.witnesses import write_witness
from crypto.text import read_canonical
from portal.cli.terminal import Terminal
from portal.transparency_log.verifying import Fault
from portal.transparency_log.witness_file import WitnessState

AT_WITNESSING: Final[Mapping[Fault, str]] = MappingProxyType({
    Fault.CHECKPOINT: "{place} is no checkpoint that this office's log signed. Nothing was signed: telephone a keeper.",
    Fault.BACK_DATED: "The checkpoint of {place} entries is not of a later hour than the one that this witness signed: "
    "it was back-dated. Nothing was signed: telephone a keeper.",
    Fault.SPLIT: "Two views: this witness signed another log of {place} entries than is shown now. Nothing was signed: "
    "telephone a keeper, and leave this folder as it is.",
    Fault.SHORTER: "This witness signed a checkpoint of {place} entries, and an older one is shown now. Nothing was "
    "signed: telephone a keeper, and leave this folder as it is.",
    Fault.ALTERED: "{place} was altered. Nothing was signed: telephone a keeper.",
    Fault.MISSING: "The office's server does not give {place}. Nothing was signed: run this again in an hour; if it "
    "lasts a day, telephone a keeper.",
})  # fmt: skip
"""Where others compare two copies, a witness compares with what it signed."""
AT_SET_UP: Final[Mapping[Fault, str]] = MappingProxyType({
    Fault.MISSING: "This address gives no {place}: it is not that of an office with a log. Nothing was set up.",
    Fault.NOT_NAMED: "What this address gives was not signed by the keepers of the office that the code names "
    "({place}). Nothing was set up: look at code and address; if both are right, telephone a keeper.",
})  # fmt: skip
LAST_REFUSED: Final = "Its last look, on {time}, was refused:"
OTHER_KEY: Final = (
    "Under the name {name} the office's root has another key than this witness's: what it signs counts for nothing. "
    "Unless you yourself gave the keepers another line, telephone a keeper and read this one out: {line}"
)
NOT_YET: Final = (
    "The office's root does not name {name}: what it signs counts once the keepers have signed a root with this line: "
    "{line}"
)


def root_of(known: WitnessState) -> Root | None:
    """The root that this witness saw last; None before its first look."""
    if known.root is None:
        return None
    # It was verified before it was remembered.
    return read_root(read_canonical(note_parts(read_note(known.root), ROOT_LABEL)[2]))


def has_other_key(known: WitnessState, root: Root | None) -> bool:
    """Whether somebody else's key stands under this witness's name."""
    return root is not None and root.witnesses.keys.get(known.name, known.witness.key) != known.witness.key


def unnamed_lines(terminal: Terminal, known: WitnessState, root: Root | None) -> list[str]:
    """Says where the office's root does not name this very key; nothing where it does, or where no root was seen."""
    if root is None or root.witnesses.keys.get(known.name) == known.witness.key:
        return []
    sentence = OTHER_KEY if has_other_key(known, root) else NOT_YET
    return [terminal.words(sentence, name=known.name, line=write_witness(known.witness))]
