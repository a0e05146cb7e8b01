"""`yanlu watch drawn`: HR reads which recorded measures were drawn for review, in the one wording of all of them."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import httpx

from crypto.errors import CryptoError
from crypto.framing import b64decode, b64encode, sign
from crypto.text import write_json
from portal.cli.errors import CommandError, Exit
from portal.cli.office_source import send_request
from portal.cli.responses.reading import read_answer
from portal.cli.responses.watch import read_drawn
from portal.cli.server import problem
from portal.cli.terminal import Terminal, pass_terminal, today
from portal.cli.watch.files import DAY, FILE, write_file
from retaliation_watch.hr_ingest.proposals import drawn_frame


@click.command()
@click.option("--source", "name", required=True, help="The source's name, as it was registered.")
@click.option("--key-file", type=FILE, required=True, help="The source's key.")
@click.option("--to", "address", required=True, help="The HR upload's address.")
@click.option("--since", type=DAY, required=True, help="Drawn on this day or later.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Where the list goes, as JSON.")
@pass_terminal
def drawn(terminal: Terminal, name: str, key_file: Path, address: str, since: datetime, out: Path | None) -> None:
    """For HR: the recorded measures to send grounds for. They were drawn by one rule for everybody."""
    query = {"v": 1, "source": name, "day": today().isoformat(), "since": since.date().isoformat()}
    found = _asked(address, write_json(query), _key(key_file), terminal.words.language)
    if out is not None:
        write_file(out, json.dumps(found, ensure_ascii=False, indent=1).encode())
    lines = [f"{one['employee']}  {one['kind']}  {one['recorded']}" for one in found["reviews"]]
    terminal.result(found, terminal.words.both(found["words"]), *lines)


def _key(path: Path) -> bytes:
    try:
        return b64decode(path.read_text("ascii").strip(), 32)
    except (CryptoError, OSError, UnicodeDecodeError) as error:
        raise CommandError(Exit.USAGE, "{path} cannot be read.", path=path) from error


def _asked(address: str, payload: bytes, key: bytes, language: str) -> dict[str, Any]:
    body = {"payload": payload.decode(), "sig": b64encode(sign(key, drawn_frame(payload)))}
    try:
        answer = send_request("POST", f"{address}/api/drawn", json=body, headers={"Accept-Language": language})
    except httpx.TransportError as error:
        raise CommandError(Exit.UNREACHABLE, "The HR upload cannot be reached: nothing was sent.") from error
    if not answer.is_success:
        raise problem(answer)
    return read_answer(answer, read_drawn)
