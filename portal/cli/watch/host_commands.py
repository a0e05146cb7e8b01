"""`yanlu watch key|agree|serve|export`: what is done on the watch's own host."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import delete, insert

from crypto.framing import b64encode
from crypto.sealing.recipients import Identity
from portal.cli.errors import CommandError, Exit
from portal.cli.former_names import FORMER_ROLES, RenamedChoice
from portal.cli.ready import forget_callers, ready_settings, ready_to_serve
from portal.cli.terminal import Terminal, pass_terminal, today, write_private
from portal.cli.watch.totals_page import totals_page
from portal.db_roles.privileges import StoreRole
from portal.edge.readiness import require_stores
from portal.edge.serving import Binding
from portal.edge.serving import serve as serve_face
from portal.office.files import write_secret
from portal.settings import settings_from_environment
from portal.wiring.watch import (
    build_hr_upload_face,
    build_officer_face,
    build_watch_context,
    read_host_key,
    watch_cache,
)
from retaliation_watch.enrolment.totals import totals_of
from retaliation_watch.host_key import HostKey
from retaliation_watch.reporting.figures import figures_of
from retaliation_watch.store import AGREEMENTS

FILE = click.Path(path_type=Path, dir_okay=False)
FACES = {"officer": (build_officer_face, StoreRole.WATCH), "hr-upload": (build_hr_upload_face, StoreRole.HR_UPLOAD)}


@click.command()
@click.option("--out", type=FILE, help="The officers' key, which opens packets: carry it away from this host.")
@pass_terminal
def key(terminal: Terminal, out: Path | None) -> None:
    """Make the host's key (YANLU_WATCH_KEY), and with --out the key that protection packets are sealed to."""
    settings = settings_from_environment()
    if settings.watch_key.exists() or (out is not None and out.exists()):
        path = settings.watch_key if settings.watch_key.exists() else out
        raise CommandError(Exit.USAGE, "{path} is there already.", path=path)
    secret = os.urandom(32)
    write_private(settings.watch_key, f"{b64encode(secret)}\n")
    host = HostKey(secret)
    document: dict[str, object] = {"file": str(settings.watch_key), "receipts": host.verify_key}
    lines = [
        terminal.words("Host key: {path}. Without it nobody on the list is found again.", path=settings.watch_key),
        terminal.words("HR checks receipts with {key}.", key=host.verify_key),
    ]
    if out is not None:
        identity = Identity.draw(os.urandom)
        write_private(out, f"{identity.text}\n")
        document |= {"officers": str(out), "recipient": identity.recipient.text}
        lines += [terminal.words("Officers' key: {path}. Its public half goes into office.toml:", path=out)]
        lines += [identity.recipient.text]
    terminal.result(document, *lines)


@click.command()
@click.option("--entity", required=True, help="The entity whose people may be watched over.")
@click.option("--by", "body", required=True, help="Who agreed: works council, union, 职代会.")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), required=True, help="When.")
@click.option("--paper", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="The agreement as signed.")
@click.option("--health", is_flag=True, help="It lets kinds count that touch health.")
@click.option("--end", is_flag=True, help="The agreement is over: nothing is taken or entered any more.")
@pass_terminal
def agree(  # one argument for each option
    terminal: Terminal,
    entity: str,
    body: str,
    day: datetime,
    paper: Path | None,
    health: bool,  # Click calls by name
    end: bool,  # as above
) -> None:
    """Record the agreement that a watch rests on; without it no HR upload is accepted and nobody is entered."""
    if paper is None and not end:
        raise CommandError(Exit.USAGE, "Name the paper that was agreed upon.")
    digest = hashlib.sha256(b"" if paper is None else paper.read_bytes()).digest()
    context = build_watch_context(ready_settings(StoreRole.WATCH))
    row = {"entity": entity, "body": body, "day": day.date(), "paper": digest, "health": health}
    with context.store.write() as tx:
        tx.execute(delete(AGREEMENTS).where(AGREEMENTS.c.entity == entity))
        if not end:
            tx.execute(insert(AGREEMENTS), [row])
    context.store.engine.dispose()
    terminal.result(
        {"entity": entity, "active": not end, "paper": digest.hex()},
        terminal.words("The watch of {entity} is over.", entity=entity)
        if end
        else terminal.words(
            'Recorded for {entity}; paper = "{hash}" in office.toml.', entity=entity, hash=digest.hex()
        ),
    )


@click.command()
@click.argument("face", type=RenamedChoice([*FACES], FORMER_ROLES))
@click.option("--bind", default="127.0.0.1:8002", show_default=True, help="host:port or unix:/path.")
@pass_terminal
def serve(terminal: Terminal, face: str, bind: str) -> None:
    """Serve the officer's face, or HR's upload; each is a process with a role of its own."""
    forget_callers(terminal, bind)
    build, role = FACES[face]
    settings = settings_from_environment()
    stores = ready_to_serve(settings, role)
    read_host_key(settings)
    terminal.note("The watch listens on {address}.", address=bind)
    serve_face(lambda: require_stores(build(settings), stores), Binding(bind))


@click.command()
@click.option("--out", type=FILE, required=True, help="Where the file goes (0600), and beside it a page to print.")
@pass_terminal
def export(terminal: Terminal, out: Path) -> None:
    """What auditor, company and board may see: agreements, deliveries, figures of quarters and years; no person."""
    settings = ready_settings(StoreRole.WATCH)
    context = build_watch_context(settings)
    with context.store.write() as tx:
        document = totals_of(tx)
        document["dashboard"] = [one.document() for one in figures_of(tx, today(), watch_cache(settings))]
    context.store.engine.dispose()
    page = out.with_name(f"{out.name}.html")
    try:
        write_secret(out, json.dumps(document, ensure_ascii=False, indent=1).encode())
        write_secret(page, totals_page(document, terminal.words, terminal.words.language).encode())
    except OSError as error:
        raise CommandError(
            Exit.FAILED, "{path} cannot be written: {reason}.", path=out, reason=error.strerror
        ) from error
    files: dict[str, object] = {"file": str(out), "page": str(page)}
    terminal.result(files, terminal.words("{path} holds the totals, {page} is to print.", path=out, page=page))
