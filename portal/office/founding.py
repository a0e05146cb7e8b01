"""Founding an office: keepers' keys, root 1, a first directory without members, recovery on paper."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from crypto.framing import SUITE, Rng, b64encode
from crypto.office.directory import directory_text, office_code, root_text, verify_roots
from crypto.office.root_shape import witnesses_document
from crypto.office.signed_notes import KeeperKey, draw_keeper, read_note, sign_note
from crypto.sealing.recipients import Identity
from crypto.transparency_log.checkpoint import log_text
from portal.office.config import OfficeConfig
from portal.office.draft import Document, draft_directory
from portal.office.errors import CeremonyRefused, OfficeExists
from portal.office.files import write_published, write_secret
from portal.office.folder import OfficeFolder
from portal.office.founding_checks import require_fit
from portal.office.keepers import write_keeper
from portal.office.log_key import draw_log, found_log
from portal.office.poster import poster_text
from portal.office.recovery import PaperShare, split_recovery
from portal.office.recovery_sheet import sheet_text, sign_sheet
from portal.office.signing import publish_draft
from portal.office.toml import write_toml

TO_SIGN: Final = "to-sign"


@dataclass(frozen=True, repr=False)
class FoundedOffice:
    """A fresh office; keys and shares stand in the folder until they are carried away.

    `papers` are what its keepers have yet to sign elsewhere; nothing where their keys were here.
    """

    folder: OfficeFolder
    office: bytes
    code: str
    keepers: list[KeeperKey]
    shares: list[PaperShare]
    papers: list[Path]


def root_document(
    office: bytes, number: int, config: OfficeConfig, keys: Mapping[str, tuple[bytes, bytes]]
) -> Document:
    """A root's JSON from the configured seats and each keeper's public key and nonce."""
    return {
        "v": 1,
        "language": config.language,
        "office": b64encode(office),
        "number": number,
        "suite": SUITE,
        "keepers": [
            {
                "id": seat.id,
                "key": b64encode(keys[seat.id][0]),
                "nonce": b64encode(keys[seat.id][1]),
                "seat": seat.seat.document(),
            }
            for seat in config.keepers
        ],
        "threshold": config.threshold,
        **witnesses_document(config.named_witnesses()),
    }


@dataclass(frozen=True, repr=False)
class RootByKeepers:
    """Root 1 as its keepers made it together, and the keys that are here for all else that founding signs.

    None need be: then it goes out as files, as everything does that keepers sign later.
    """

    note: bytes
    keepers: list[KeeperKey]


def init_office(
    path: Path, config: OfficeConfig, today: date, rng: Rng = os.urandom, made: RootByKeepers | None = None
) -> FoundedOffice:
    """Found an office in an empty or new folder; raises OfficeExists, and ConfigRefused before anything is made.

    Without `made` all keepers' keys are drawn here: that protects nobody who took no part. The first directory and
    the log's name are written last, so that a founding that was interrupted can be looked at and run again elsewhere.
    """
    folder = OfficeFolder(path)
    if folder.exists():
        raise OfficeExists(
            ("{path} already holds an office; its code would change: choose another folder", {"path": path})
        )
    require_fit(folder, config, today)
    note, office, keepers = _drawn(config, rng) if made is None else _by_keepers(config, made)
    path.mkdir(parents=True, exist_ok=True)
    recovery = Identity.draw(rng)
    shares = split_recovery(recovery.seed, config.recovery)
    write_published(folder.config_file, write_toml(config.model_dump(exclude_none=True)).encode())
    for keeper in keepers if made is None else []:
        write_keeper(path / "keepers" / f"{keeper.id}.key", office, keeper)
    folder.write_root(1, note)
    code = folder.code()
    for share in shares:
        write_secret(path / "recovery" / f"{share.id}.txt", share.paper(code).encode())
    write_published(path / "poster.txt", poster_text(config.name.said(config.language), folder.anchor(), None).encode())
    papers = list[Path]()
    if keepers:
        folder.write_recovery_sheet(sign_sheet(office, recovery.recipient.text, today, shares, keepers))
        publish_draft(folder, draft_directory(folder, [], today, recovery.recipient.text), keepers)
        found_log(folder, keepers, rng)
    else:
        papers = _to_sign(folder, recovery.recipient.text, shares, today, rng)
    return FoundedOffice(folder, office, code, [] if made else keepers, shares, papers)


def _to_sign(folder: OfficeFolder, recipient: str, shares: Sequence[PaperShare], today: date, rng: Rng) -> list[Path]:
    """All that founding has signed after root 1, as files for keepers who sign on machines of their own."""
    log = draw_log(folder, rng)
    texts = {
        "directory": directory_text(draft_directory(folder, [], today, recipient).document),
        "log": log_text(log.office, log.number, 1, log.key),
        "recovery": sheet_text(log.office, recipient, today, shares),
    }
    for name, text in texts.items():
        write_published(folder.path / TO_SIGN / name, text)
    return [folder.path / TO_SIGN / name for name in texts]


def _drawn(config: OfficeConfig, rng: Rng) -> tuple[bytes, bytes, list[KeeperKey]]:
    """Root 1, office id and all keepers' keys, in one sitting on this machine."""
    office = rng(16)
    keepers = [draw_keeper(seat.id, rng) for seat in config.keepers]
    document = root_document(office, 1, config, {keeper.id: (keeper.key, keeper.nonce) for keeper in keepers})
    return sign_note(root_text(document), keepers), office, keepers


def _by_keepers(config: OfficeConfig, made: RootByKeepers) -> tuple[bytes, bytes, list[KeeperKey]]:
    """The same of a root that came back signed; raises CeremonyRefused where `office.toml` says something else."""
    root = verify_roots(office_code(made.note), [made.note])
    keys = {keeper.id: (keeper.key, keeper.nonce) for keeper in root.keepers}
    if set(keys) != {seat.id for seat in config.keepers}:
        raise CeremonyRefused("Root 1 has other seats or another threshold than office.toml.")
    if root_text(root_document(root.office, 1, config, keys)) != read_note(made.note).text:
        raise CeremonyRefused("Root 1 has other seats or another threshold than office.toml.")
    present = [one for one in made.keepers if keys.get(one.id, (b"",))[0] == one.key]
    if made.keepers and len({one.id for one in present}) < root.threshold:
        raise CeremonyRefused("For the first directory {count} keepers' key files are needed here.",
                              count=root.threshold)  # fmt: skip
    return made.note, root.office, present
