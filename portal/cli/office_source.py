"""The office's documents from a server, a folder or one file; believed only after verification."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import httpx

from crypto import ClockReading, CryptoError, Seen, VerifiedDirectory, b64encode, read_office, verify_office
from crypto.framing import sha256
from crypto.shape import text_of
from crypto.text import read_json
from portal.cli.errors import CommandError, Exit, office_refusal
from portal.cli.responses.reading import LARGEST, AnswerFields, read_object, whole
from portal.clock import system_clock
from portal.office import OfficeFolder, OfficeMissing

LIMIT = 8 * 1024 * 1024
MOST_ROOTS = 1000
TIMEOUT = httpx.Timeout(30.0, read=120.0)


@dataclass(frozen=True)
class OfficeDocuments:
    """The office document and published texts as found, not yet believed."""

    content: bytes
    texts: dict[str, bytes]
    server: str | None

    def verify(
        self, code: str, today: date, seen: Seen | None = None, *, also_lapsed: bool = False
    ) -> VerifiedDirectory:
        """Raises CommandError in plain words when the office is not the one that the code names."""
        now = ClockReading(int(system_clock().timestamp()), today.isoformat())
        try:
            return verify_office(code, self.content, now, seen, also_lapsed=also_lapsed)
        except CryptoError as error:
            raise office_refusal(error) from error

    def text(self, digest: bytes, kind: str) -> dict[str, object]:
        """A text that a verified directory names by hash; raises CommandError when it is another."""
        return cast("dict[str, object]", read_json(self.bytes_of(digest, kind), LIMIT))

    def roots(self) -> list[bytes]:
        """The notes of the roots, once `verify` has believed them."""
        return read_office(self.content).roots

    def bytes_of(self, digest: bytes, kind: str) -> bytes:
        """The bytes of such a text."""
        content = self.texts.get(b64encode(digest))
        if content is None and self.server is not None:
            content = _fetch(f"{self.server}/office/{kind}/{b64encode(digest)}.json")
        if content is None or sha256(content) != digest:
            raise CommandError(Exit.NOT_VERIFIED, "A text that the office publishes is missing or was altered.")
        return content


def send_request(method: str, url: str, limit: int = LIMIT, **content: Any) -> httpx.Response:
    """One call to an address of its own; raises UnfitAnswer for one without end, and httpx errors."""
    with httpx.Client(timeout=TIMEOUT) as client:
        return whole(client, client.build_request(method, url, **content), limit)


def _fetch(url: str) -> bytes:
    answer = send_request("GET", url, headers={"Cache-Control": "no-store"})
    if answer.status_code != 200:
        raise CommandError(Exit.UNREACHABLE, "{url} gives no office documents. Check the address.", url=url)
    return answer.content


def read_roots(value: object) -> list[str]:
    """The notes of a chain of roots beside a release, from the first."""
    return AnswerFields(value, "roots").list("roots", MOST_ROOTS, lambda note: text_of(note, LIMIT))


def is_address(place: str) -> bool:
    """Whether it is an HTTP(S) address."""
    return urlsplit(place).scheme in ("http", "https")


def server_of(address: str) -> str:
    """The origin of an address, without page and fragment."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _from_server(address: str) -> OfficeDocuments:
    server = server_of(address)
    content = _fetch(f"{server}/office/office.json")
    try:
        read_office(content)
        return OfficeDocuments(content, {}, server)
    except CryptoError as error:
        raise CommandError(
            Exit.UNREACHABLE, "{url} gives no office documents. Check the address.", url=server
        ) from error


def _texts(folder: OfficeFolder) -> dict[str, bytes]:
    files = (folder.path / "published").glob("*/*.json")
    return {file.stem: file.read_bytes() for file in files}


def _from_file(path: Path) -> OfficeDocuments:
    try:
        if path.is_dir():
            folder = OfficeFolder(path)
            return OfficeDocuments(folder.shown(), _texts(folder), None)
        fields = AnswerFields(read_json(path.read_bytes(), LARGEST), "office", "texts")
        texts = {text_of(name): text_of(text, LIMIT).encode() for name, text in read_object(fields["texts"]).items()}
        return OfficeDocuments(fields.text("office", LIMIT).encode(), texts, None)
    except (OSError, CryptoError, OfficeMissing) as error:
        raise CommandError(Exit.NOTHING_THERE, "{path} holds no office documents.", path=path) from error


def load_office(place: str) -> OfficeDocuments:
    """Documents from an address, an office folder, or a file of `yanlu office show --export`."""
    return _from_server(place) if is_address(place) else _from_file(Path(place))


def export_office(folder: OfficeFolder) -> str:
    """One JSON file with everything that a reporter needs who is not on line."""
    return json.dumps(
        {
            "v": 1,
            "office": folder.shown().decode(),
            "texts": {name: content.decode() for name, content in _texts(folder).items()},
        },
        ensure_ascii=False,
    )
