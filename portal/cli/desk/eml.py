"""An e-mail file on the member's own machine: sender, subject, day, text and attachments, within bounds."""

from __future__ import annotations

import binascii
import codecs
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email._policybase import Compat32
from email.errors import MessageError
from email.message import Message
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from typing import cast

from crypto import clean_file_name

LARGEST = 32 * 1024 * 1024
LONGEST_HEAD = 64 * 1024
LONGEST_FIELD = 4 * 1024
LONGEST_TEXT = 64 * 1024
MOST_LINES = 1 << 20
MOST_PARTS = 64
MOST_TAGS = 4 * LONGEST_TEXT
DEEPEST = 8
FIELDS = {"from", "subject", "date", "content-type", "content-disposition", "content-transfer-encoding"}
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
HIDDEN = {name: re.compile(rf"</{name}[ \t\r\n\f]*>", re.IGNORECASE) for name in ("style", "script", "head")}
HIDES = re.compile(rf"({'|'.join(HIDDEN)})\b", re.ASCII | re.IGNORECASE)
ENCODED = re.compile(r"=\?([^?\s]{1,64})\?([BbQq])\?([^?\s]*)\?=")
BETWEEN_ENCODED = re.compile(rf"({ENCODED.pattern})\s+(?==\?)")
CHARSET = re.compile(r"utf-(?:8|16)|gb|hz|big5|euc|iso|shift_jis|cp\d|koi8|ascii|mac|tis")
BREAK = re.compile(r"(?:br|/p|/div|/tr|/li)\b", re.ASCII | re.IGNORECASE)


class _Fields(Compat32):
    """Keeps of a head the fields that are read, each within its bound and as it came: nothing else is ever parsed."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """One field as name and value."""
        name, value = super().header_source_parse(sourcelines)
        return name, value[:LONGEST_FIELD] if name.lower() in FIELDS else ""

    def header_fetch_parse(self, name: str, value: str) -> str:
        """The value's bytes as UTF-8."""
        del name
        return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


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
    lines = content.count(b"\n") + content.count(b"\r")
    if len(content) > LARGEST or len(head) > LONGEST_HEAD or lines > 2 * MOST_LINES:
        raise EmlRefused("too-large")
    # The parser asks at each line whether it ends one of the parts that are open.
    if len(re.findall(rb"multipart/", content, re.IGNORECASE)) > MOST_PARTS:
        raise EmlRefused("too-deep")
    if not re.search(rb"^(from|subject|date):", head, re.IGNORECASE | re.MULTILINE):
        raise EmlRefused("not-an-email")
    try:
        # RecursionError and the like come from files that nobody wrote by accident.
        message = BytesParser(policy=_Fields()).parsebytes(content)
        return _email(message, list(_leaves(message, 0)))
    except EmlRefused:
        raise
    except (MessageError, ValueError, LookupError, RecursionError, AttributeError, TypeError, IndexError) as error:
        raise EmlRefused("damaged") from error


def _leaves(message: Message, depth: int) -> Iterator[Message]:
    if depth > DEEPEST:
        raise EmlRefused("too-deep")
    if not message.is_multipart():
        yield message
        return
    parts = cast("list[Message]", message.get_payload())
    if len(parts) > MOST_PARTS:
        raise EmlRefused("too-deep")
    for part in parts:
        yield from _leaves(part, depth + 1)


def _email(message: Message, leaves: list[Message]) -> Email:
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
        sender=_clean(_decoded(message["from"] or ""))[:998],
        subject=_clean(_decoded(message["subject"] or ""))[:998],
        received=_day(message["date"] or ""),
        text=_clean(text)[:LONGEST_TEXT],
        files=tuple(files),
    )


def _text(leaf: Message) -> str:
    return _in_charset(cast("bytes", leaf.get_payload(decode=True)) or b"", leaf.get_content_charset())


def _in_charset(content: bytes, charset: str | None) -> str:
    """The bytes in a charset that mail is written in; Python knows others, some of them slow beyond use."""
    try:
        name = codecs.lookup(charset or "utf-8").name
    except (LookupError, ValueError):
        name = ""
    return content.decode(name if CHARSET.match(name) else "utf-8", "replace")


def _decoded(field: str) -> str:
    """RFC 2047: `=?gb18030?B?…?=`; what is no such word stays as it is."""
    return ENCODED.sub(_decoded_word, BETWEEN_ENCODED.sub(r"\1", field))


def _decoded_word(word: re.Match[str]) -> str:
    coded = word[3].encode("ascii", "replace")
    try:
        content = binascii.a2b_base64(coded + b"==") if word[2] in "Bb" else binascii.a2b_qp(coded, header=True)
    except binascii.Error:
        return word[0]
    return _in_charset(content, word[1].partition("*")[0])


def _words(markup: str) -> str:
    """HTML as words, in one pass: every character is looked at once, however the tags nest or stay open."""
    words: list[str] = []
    endless: set[str] = set()
    at = close = length = 0
    for _ in range(MOST_TAGS):
        begin = markup.find("<", at)
        words.append(markup[at:begin] if begin >= 0 else markup[at:])
        length += len(words[-1])
        if begin < 0 or length > LONGEST_TEXT:
            break
        end = _hidden_to(markup, begin + 1, endless)
        # Where no tag closes any more, that is found out once.
        close = close if close > begin else markup.find(">", begin) % (len(markup) + 1)
        if end is not None:
            at = end
        elif close == len(markup) or markup.find("<", begin + 1, close) >= 0:
            words.append("<")
            at = begin + 1
        else:
            words.append("\n" if BREAK.match(markup, begin + 1) else "")
            at = close + 1
    return html.unescape("".join(words))


def _hidden_to(markup: str, at: int, endless: set[str]) -> int | None:
    """Where words begin again if the tag at `at` hides what follows; `endless` keeps which names end nowhere."""
    tag = HIDES.match(markup, at)
    name = tag[1].lower() if tag else ""
    if tag is None or name in endless:
        return None
    end = HIDDEN[name].search(markup, tag.end())
    if end is None:
        endless.add(name)
    return end.end() if end else None


def _clean(text: str) -> str:
    return UNSEEN.sub("", text).strip()


def _name(name: str | None, at: int) -> str:
    found = _clean(name or "")[:80]
    return clean_file_name(found) if found not in ("", ".", "..") else f"attachment-{at + 1}"


def _day(field: str) -> str | None:
    try:
        return parsedate_to_datetime(field).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
