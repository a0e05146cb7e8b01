"""An e-mail file on the member's own machine: sender, subject, day, text and attachments, within bounds."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from typing import cast

LARGEST = 32 * 1024 * 1024
LONGEST_HEAD = 64 * 1024
LONGEST_TEXT = 64 * 1024
MOST_PARTS = 64
DEEPEST = 8
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
HIDDEN = re.compile(r"<(style|script|head)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li)\b[^>]*>", re.IGNORECASE)
TAG = re.compile(r"<[^>]*>")


class EmlRefused(Exception):
    """The file is no e-mail, or larger or deeper than is read; `fault` is a fixed code."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True)
class Email:
    """What of an e-mail goes into a report; `received` is an ISO day or None."""

    sender: str
    subject: str
    received: str | None
    text: str
    files: tuple[tuple[str, bytes], ...]


def read_eml(content: bytes) -> Email:
    """Reads an e-mail file; raises `EmlRefused`. Addresses of servers on its way are not taken."""
    head = re.split(rb"\r?\n\r?\n", content, maxsplit=1)[0]
    if len(content) > LARGEST or len(head) > LONGEST_HEAD:
        raise EmlRefused("too-large")
    if not re.search(rb"^(from|subject|date):", head, re.IGNORECASE | re.MULTILINE):
        raise EmlRefused("not-an-email")
    try:
        # RecursionError and the like come from files that nobody wrote by accident.
        message = BytesParser(policy=policy.default).parsebytes(content)
        return _email(message, list(_leaves(message, 0)))
    except EmlRefused:
        raise
    except (MessageError, ValueError, LookupError, RecursionError, AttributeError, TypeError, IndexError) as error:
        raise EmlRefused("damaged") from error


def _leaves(message: EmailMessage, depth: int) -> Iterator[EmailMessage]:
    if depth > DEEPEST:
        raise EmlRefused("too-deep")
    if not message.is_multipart():
        yield message
        return
    parts = cast("list[EmailMessage]", message.get_payload())
    if len(parts) > MOST_PARTS:
        raise EmlRefused("too-deep")
    for part in parts:
        yield from _leaves(part, depth + 1)


def _email(message: EmailMessage, leaves: list[EmailMessage]) -> Email:
    if len(leaves) > MOST_PARTS:
        raise EmlRefused("too-deep")
    texts: list[tuple[bool, str]] = []
    files: list[tuple[str, bytes]] = []
    for at, leaf in enumerate(leaves):
        name = leaf.get_filename()
        if leaf.get_content_maintype() == "text" and leaf.get_content_disposition() != "attachment" and not name:
            plain = leaf.get_content_subtype() != "html"
            texts.append((plain, _text(leaf) if plain else _words(_text(leaf))))
        else:
            files.append((_name(name, at), cast("bytes", leaf.get_payload(decode=True)) or b""))
    plain = any(one for one, _ in texts)
    text = "\n\n".join(words for one, words in texts if one is plain).replace("\r\n", "\n")
    return Email(
        sender=_clean(str(message.get("from", "")))[:998],
        subject=_clean(str(message.get("subject", "")))[:998],
        received=_day(str(message.get("date", ""))),
        text=_clean(text)[:LONGEST_TEXT],
        files=tuple(files),
    )


def _text(leaf: EmailMessage) -> str:
    content = cast("bytes", leaf.get_payload(decode=True)) or b""
    try:
        return content.decode(leaf.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return content.decode("utf-8", "replace")


def _words(text: str) -> str:
    return html.unescape(TAG.sub("", BREAK.sub("\n", HIDDEN.sub("", text))))


def _clean(text: str) -> str:
    return UNSEEN.sub("", text).strip()


def _name(name: str | None, at: int) -> str:
    found = re.sub(r"[/\\]", "_", _clean(name or ""))[:80]
    return found if found not in ("", ".", "..") else f"attachment-{at + 1}"


def _day(field: str) -> str | None:
    try:
        return parsedate_to_datetime(field).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
