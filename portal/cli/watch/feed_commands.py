"""`yanlu watch source|form|release|import|reviews|push`: HR's feed, from both of its ends."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, cast

import click
import httpx
from sqlalchemy import insert, select, update

from crypto.errors import CryptoError
from crypto.framing import b64decode, b64encode, sign, verify_key
from crypto.shape import Fields
from crypto.text import read_json
from portal.cli.errors import CommandError, Exit
from portal.cli.office_source import send_request
from portal.cli.ready import ready_settings
from portal.cli.responses.reading import read_answer
from portal.cli.responses.watch import read_receipt
from portal.cli.server import problem
from portal.cli.terminal import Terminal, pass_terminal, today, write_private
from portal.cli.words import one_or_more
from portal.db_roles.privileges import StoreRole
from portal.office.files import write_secret
from portal.watch.context import WatchContext
from portal.watch.hr_upload_views import IN_MEMORY, MANIFEST, SIGNATURE, announced, ingest_file
from portal.wiring.watch import build_watch_context
from retaliation_watch.errors import FormRefused, ManifestRefused, NoAgreement, ReviewUnknown, SequenceUsed
from retaliation_watch.hr_ingest.delivery_state import DeliveryState
from retaliation_watch.hr_ingest.forms import store_form
from retaliation_watch.hr_ingest.manifest import LIMIT as MANIFEST_LIMIT
from retaliation_watch.hr_ingest.manifest import FeedFile, Manifest, manifest_frame, write_manifest
from retaliation_watch.hr_ingest.proposals import Verdict, answer_review
from retaliation_watch.review_sampling.classes import RULE
from retaliation_watch.store import DELIVERIES, REVIEWS, SOURCES

FILE = click.Path(path_type=Path, dir_okay=False)
THERE = click.Path(path_type=Path, exists=True, dir_okay=False)
FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
ENDING = ".manifest.json"


@contextmanager
def _watch_context(role: StoreRole) -> Generator[WatchContext]:
    context = build_watch_context(ready_settings(role))
    try:
        yield context
    finally:
        context.store.engine.dispose()


@click.command()
@click.argument("name")
@click.option("--entity", required=True, help="Whose people it tells of.")
@click.option("--key-out", type=FILE, help="The key that HR's system signs with: hand it over, keep no copy.")
@click.option("--end", is_flag=True, help="Take nothing more from it.")
@pass_terminal
def source(terminal: Terminal, name: str, entity: str, key_out: Path | None, end: bool) -> None:  # Click calls by name
    """Register an HR system: it can push, and read nothing but its own receipts."""
    if key_out is None and not end:
        raise CommandError(Exit.USAGE, "Name the file for the new source's key: --key-out.")
    seed = os.urandom(32)
    with _watch_context(StoreRole.WATCH) as context, context.store.write() as tx:
        there = tx.scalar(select(SOURCES.c.entity).where(SOURCES.c.source == name))
        if end and there is not None:
            tx.execute(update(SOURCES).where(SOURCES.c.source == name).values(ended=True))
        elif end or there is not None:
            raise CommandError(Exit.USAGE, "{name}: check the name of the source.", name=name)
        else:
            row = {"source": name, "entity": entity, "key": verify_key(seed), "ended": False}
            tx.execute(insert(SOURCES), [row])
    if key_out is not None and not end:
        write_private(key_out, f"{b64encode(seed)}\n")
    terminal.result({"source": name, "ended": end}, terminal.words("{name} is registered.", name=name))


@click.command()
@click.argument("name")
@click.option("--file", "path", type=THERE, required=True, help='JSON: {"columns","kinds","dates"}.')
@pass_terminal
def form(terminal: Terminal, name: str, path: Path) -> None:
    """Say how a source names columns and kinds; rows that came before are read again."""
    try:
        with _watch_context(StoreRole.WATCH) as context, context.store.write() as tx:
            stored, changed = store_form(tx, name, path.read_bytes())
    except FormRefused as error:
        raise CommandError(Exit.REFUSED, "{path}: nobody knows {what}.", path=path, what=str(error)) from error
    terminal.result(
        {"version": stored.version, "changed": changed},
        terminal.words.counted(
            changed,
            "Version {version}; {count} row read again.",
            "Version {version}; {count} rows read again.",
            version=stored.version,
        ),
    )


@click.command()
@click.option("--delivery", help="A delivery that is held (b64), to let it in; else the held ones are listed.")
@pass_terminal
def release(terminal: Terminal, delivery: str | None) -> None:
    """List deliveries of an unusual size, or let one in: it is taken when it is sent again."""
    held = DELIVERIES.c.state == DeliveryState.HELD.value
    with _watch_context(StoreRole.WATCH) as context, context.store.write() as tx:
        if delivery is not None:
            mine = held & (DELIVERIES.c.delivery == _name(delivery))
            if tx.execute(update(DELIVERIES).where(mine).values(state=DeliveryState.RELEASED.value)).rowcount == 0:
                raise CommandError(Exit.NOTHING_THERE, "No such delivery is held.")
        rows = tx.execute(select(DELIVERIES).where(held).order_by(DELIVERIES.c.source, DELIVERIES.c.sequence)).all()
    found: list[dict[str, object]] = [
        {"delivery": b64encode(bytes(row.delivery)), "source": row.source, "kind": row.kind, "rows": row.accepted}
        for row in rows
    ]
    terminal.result(
        {"held": found}, *(f"{one['delivery']}  {one['source']}  {one['kind']}  {one['rows']}" for one in found)
    )


def _name(text: str) -> bytes:
    try:
        return b64decode(text, 32)
    except CryptoError as error:
        raise CommandError(Exit.USAGE, "{text} is no number of a delivery.", text=text) from error


@click.command("import")
@click.option("--folder", type=FOLDER, required=True, help="Where HR leaves files with their manifests.")
@pass_terminal
def import_(terminal: Terminal, folder: Path) -> None:
    """Take every delivery of a folder; its receipt is put beside it, and a file that was taken is removed."""
    with _watch_context(StoreRole.HR_UPLOAD) as context:
        done = [_import_one(context, manifest) for manifest in sorted(folder.glob(f"*{ENDING}"))]
    refused = [one for one in done if one["state"] not in (DeliveryState.ACCEPTED.value, DeliveryState.HELD.value)]
    terminal.result({"deliveries": done}, *(f"{one['file']}  {one['state']}" for one in done))
    if refused:
        said = one_or_more(len(refused), "{count} delivery was refused.", "{count} deliveries were refused.")
        raise CommandError(Exit.REFUSED, said, count=len(refused))


def _announcement(manifest: Path) -> tuple[bytes, bytes]:
    """Manifest and signature as they lie in a folder; whatever one file holds, the others are read."""
    with manifest.open("rb") as file:
        content = file.read(4 * MANIFEST_LIMIT + 1)
    fields = Fields(read_json(content, 4 * MANIFEST_LIMIT), "payload", "sig")
    return fields.text("payload", MANIFEST_LIMIT).encode(), fields.bytes("sig", 64)


def _import_one(context: WatchContext, manifest: Path) -> dict[str, object]:
    path = manifest.with_name(manifest.name.removesuffix(ENDING))
    try:
        payload, signature = _announcement(manifest)
        announced(context, payload, signature)
        with path.open("rb") as file, tempfile.SpooledTemporaryFile(IN_MEMORY) as own:
            digest = sha256()
            # A copy of one's own: anyone who can write into the folder must not change what was hashed.
            while chunk := file.read(1024 * 1024):
                digest.update(chunk)
                own.write(chunk)
            own.seek(0)
            receipt = ingest_file(context, payload, signature, digest.digest(), cast("BinaryIO", own))
    except (OSError, CryptoError, ManifestRefused, SequenceUsed, NoAgreement) as error:
        return {"file": path.name, "state": type(error).__name__}
    write_secret(path.with_name(f"{path.name}.receipt.json"), receipt.encode())
    state = str(json.loads(json.loads(receipt)["payload"])["state"])
    if state != DeliveryState.HELD.value:
        # What was read is not needed any more; what is held is sent again once it was released.
        path.unlink()
        manifest.unlink()
    return {"file": path.name, "state": state}


@click.command()
@click.option("--review", help="The number of a proposed measure, to answer it; else the open ones are listed.")
@click.option(
    "--verdict", type=click.Choice([one.value for one in Verdict]), help="HR is told on the day, never before."
)
@pass_terminal
def reviews(terminal: Terminal, review: str | None, verdict: str | None) -> None:
    """The proposed severe measures: every one is looked at alike, and answered on its third working day."""
    if (review is None) != (verdict is None):
        raise CommandError(Exit.USAGE, "Name both a review and a verdict, or neither.")
    with _watch_context(StoreRole.WATCH) as context, context.store.write() as tx:
        if review is not None and verdict is not None:
            try:
                answer_review(tx, b64decode(review, 16), Verdict(verdict))
            except (ReviewUnknown, CryptoError) as error:
                raise CommandError(Exit.NOTHING_THERE, "No such measure was proposed.") from error
        rows = tx.execute(
            select(REVIEWS)
            .where((REVIEWS.c.due > today()) & (REVIEWS.c.source != RULE))
            .order_by(REVIEWS.c.due, REVIEWS.c.review)
        ).all()
    found: list[dict[str, object]] = [
        {
            "review": b64encode(bytes(row.review)),
            "kind": row.kind,
            "planned": row.planned.isoformat(),
            "due": row.due.isoformat(),
            "answer": row.answer,
        }
        for row in rows
    ]
    terminal.result(
        {"reviews": found}, *(f"{one['review']}  {one['kind']}  {one['due']}  {one['answer'] or '-'}" for one in found)
    )


@click.command()
@click.argument("path", type=THERE)
@click.option("--source", "name", required=True, help="The source's name, as it was registered.")
@click.option("--key-file", type=THERE, required=True, help="The source's key.")
@click.option(
    "--kind",
    type=click.Choice([one.value for one in FeedFile]),
    required=True,
    help="Whom the file tells of, or what happened.",
)
@click.option("--sequence", type=click.IntRange(1), required=True, help="One more than the last of this kind.")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="The day of the export; else today.")
@click.option("--to", "address", help="The HR upload's address.")
@click.option("--folder", type=FOLDER, help="A folder that the watch's host reads, in place of --to.")
@pass_terminal
def push(  # noqa: PLR0913, PLR0917  # one argument for each option
    terminal: Terminal,
    path: Path,
    name: str,
    key_file: Path,
    kind: str,
    sequence: int,
    day: datetime | None,
    address: str | None,
    folder: Path | None,
) -> None:
    """For HR: sign an export and push it; what comes back is a receipt of one shape and size, whatever it holds."""
    if (address is None) == (folder is None):
        raise CommandError(Exit.USAGE, "Name either --to or --folder.")
    when = today() if day is None else day.date()
    signed = _sign(key_file, Manifest(name, FeedFile(kind), sequence, when, sha256(path.read_bytes()).digest()))
    if folder is not None:
        _leave(terminal, path, folder, *signed)
    else:
        _send(terminal, path, str(address), *signed)


def _sign(key_file: Path, manifest: Manifest) -> tuple[bytes, bytes]:
    payload = write_manifest(manifest)
    try:
        return payload, sign(b64decode(key_file.read_text("ascii").strip(), 32), manifest_frame(payload))
    except (CryptoError, UnicodeDecodeError) as error:
        raise CommandError(Exit.USAGE, "{path} cannot be read.", path=key_file) from error


def _leave(terminal: Terminal, path: Path, folder: Path, payload: bytes, signature: bytes) -> None:
    """The file first: anyone who reads the folder begins with manifests."""
    there = folder / path.name
    write_secret(there, path.read_bytes())
    manifest = {"payload": payload.decode(), "sig": b64encode(signature)}
    write_secret(folder / f"{path.name}{ENDING}", json.dumps(manifest).encode())
    terminal.result({"file": str(there)}, terminal.words("{path} is in the folder of HR's deliveries.", path=there))


def _send(terminal: Terminal, path: Path, address: str, payload: bytes, signature: bytes) -> None:
    headers = {
        MANIFEST: b64encode(payload),
        SIGNATURE: b64encode(signature),
        "Accept-Language": terminal.words.language,
    }
    try:
        with path.open("rb") as content:
            answer = send_request("PUT", f"{address}/api/deliveries", content=content, headers=headers)
    except httpx.TransportError as error:
        raise CommandError(Exit.UNREACHABLE, "The HR upload cannot be reached: nothing was sent.") from error
    if not answer.is_success:
        raise problem(answer)
    receipt = read_answer(answer, read_receipt)
    counts = {name: receipt[name] for name in ("state", "accepted", "read")}
    terminal.result(receipt, terminal.words("{state}: {accepted} of {read} rows.", **counts))
