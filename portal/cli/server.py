"""Talking to intake or desk: problems become sentences, uploads resume, every call is tried again."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar

import httpx

from crypto import PART_SIZE, Attachment, CryptoError, b64encode
from crypto.framing import sha256
from crypto.shape import text_of
from crypto.text import read_json
from portal.cli.errors import CommandError, Exit
from portal.cli.office_source import TIMEOUT
from portal.cli.proof_of_work import Busy, is_asked
from portal.cli.responses.desk import read_parts
from portal.cli.responses.reading import AnswerFields, UnfitAnswer, printable, read_answer, whole
from portal.cli.terminal import Advance

T = TypeVar("T")
TRIES = 4
WORK_TRIES = 6
PAUSE = 0.5
RETRIED = (502, 503, 504)
PROBLEM_LIMIT = 65536


class ServerRefused(CommandError):
    """A call that the server refused, in the server's own sentence (`detail`)."""

    def __init__(self, code: Exit, detail: str, status: int) -> None:
        super().__init__(code, "The server refused: {detail}", detail=detail)
        self.is_conflict = status == HTTPStatus.CONFLICT


def problem(answer: httpx.Response) -> ServerRefused:
    """The server's own RFC 9457 sentence, with an exit code."""
    try:
        fields = AnswerFields(read_json(answer.content, PROBLEM_LIMIT), "detail")
        detail = printable(text_of(fields["detail"]))
    except CryptoError:
        detail = f"HTTP {answer.status_code}"
    code = Exit.NOTHING_THERE if answer.status_code == 404 else Exit.REFUSED
    if answer.status_code in (401, 403):
        code = Exit.WRONG_SECRET
    return ServerRefused(code, detail, answer.status_code)


def as_json(content: bytes) -> dict[str, Any]:
    """JSON that is sent byte for byte as it was written: its length is part of the format."""
    return {"content": content, "headers": {"Content-Type": "application/json"}}


class Server:
    """One origin; repeats a call whose connection broke, since every call of ours is idempotent."""

    def __init__(
        self,
        origin: str,
        language: str,
        headers: Mapping[str, str] | None = None,
        mention: Callable[[], object] = lambda: None,
        *,
        seconds: Callable[[], float] = time.time,
    ) -> None:
        all_headers = {"Accept-Language": language, **(headers or {})}
        self._client = httpx.Client(base_url=origin, timeout=TIMEOUT, headers=all_headers)
        self._busy = Busy(mention, seconds)
        self.origin = origin

    def close(self) -> None:
        """End the connections."""
        self._client.close()

    def call(self, method: str, path: str, *, again: bool = True, **content: Any) -> httpx.Response:
        """One call; raises CommandError for a refusal and httpx errors when it stays unreachable."""
        tries = TRIES if again else 1
        for attempt in range(tries):
            try:
                answer = self._send(method, path, **content)
            except httpx.TransportError:
                if attempt == tries - 1:
                    raise
                time.sleep(PAUSE * 2**attempt)
                continue
            if answer.status_code in RETRIED and attempt < tries - 1:
                time.sleep(PAUSE * 2**attempt)
                continue
            if answer.is_success:
                return answer
            raise problem(answer)
        raise AssertionError("the loop ends by return or raise")

    def _send(self, method: str, path: str, **content: Any) -> httpx.Response:
        """One call, with the work that a busy server asks for; what it asks may grow meanwhile."""
        for attempt in range(WORK_TRIES):
            request = self._client.build_request(method, path, **content)
            self._busy.show(request)
            answer = whole(self._client, request)
            self._busy.hear(answer)
            if not is_asked(answer) or attempt == WORK_TRIES - 1:
                return answer
        raise AssertionError("the loop ends by return")

    def read(self, read: Callable[[object], T], method: str, path: str, **content: Any) -> T:
        """The JSON of an answer as its strict reader gives it; raises UnfitAnswer."""
        return read_answer(self.call(method, path, **content), read)

    def part(self, method: str, path: str, digest: bytes, **content: Any) -> bytes:
        """A part of an attachment, of that very hash; raises UnfitAnswer before a byte of another is kept."""
        found = self.call(method, path, **content).content
        if sha256(found) != digest:
            raise UnfitAnswer(path, "not the part that the sender named")
        return found

    def upload(self, attachment: Attachment, sealed: Path, advance: Advance) -> None:
        """Upload a sealed attachment in parts; those that are there already are skipped."""
        name = b64encode(attachment.blob)
        there = self.read(read_parts, "GET", f"/api/blobs/{name}")
        with sealed.open("rb") as file:
            for k, digest in enumerate(attachment.parts):
                content = file.read(PART_SIZE)
                if there.get(k) != b64encode(digest):
                    headers = {"X-Part-Hash": b64encode(sha256(content)), "Content-Type": "application/octet-stream"}
                    self.call("PUT", f"/api/blobs/{name}/parts/{k}", content=content, headers=headers)
                advance(len(content))

    def upload_all(self, sealed: Sequence[tuple[Attachment, Path]], advance: Advance) -> None:
        """Upload several."""
        for attachment, path in sealed:
            self.upload(attachment, path, advance)
