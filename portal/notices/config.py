"""The file of notices: at which hours, to whom, by which road; secrets stand in files of their own."""

from __future__ import annotations

import base64
import stat
from dataclasses import dataclass
from datetime import time
from email.headerregistry import Address
from enum import StrEnum
from pathlib import Path
from typing import Final, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import SecretStr

from casework.errors import PolicyError
from casework.strict_file import Table, toml_table
from portal.languages import LOCALE, languages
from portal.settings import SettingRefused

TEXTS: Final = LOCALE.parent / "notices"
"""The reminder of each language is `<tag>.txt`, every other text `<text>.<tag>.txt`."""
LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
MOST_HOURS: Final = 24
SECRET_LIMIT: Final = 4096


class Security(StrEnum):
    """How the line to a mail server is sealed; `none` on this machine alone."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class HookKind(StrEnum):
    """Whose group robot it is; `plain` is any other program that takes JSON, signed as Standard Webhooks has it."""

    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Smtp:
    """The mail server, and in whose name mail goes out."""

    host: str
    port: int
    security: Security
    sender: str
    user: str | None
    password: SecretStr | None


@dataclass(frozen=True, slots=True)
class Mail:
    """Somebody who is told by mail."""

    to: str
    language: str

    @property
    def name(self) -> str:
        """What this recipient is told apart by."""
        return f"mail {self.to}"


@dataclass(frozen=True, slots=True)
class Hook:
    """A group told by its robot, or a program that is called; the address is a secret and lets all write."""

    kind: HookKind
    url: SecretStr
    secret: SecretStr | None
    language: str

    @property
    def name(self) -> str:
        """What this recipient is told apart by."""
        return f"{self.kind} {self.url.get_secret_value()}"


Recipient = Mail | Hook


@dataclass(frozen=True, slots=True)
class NoticeSettings:
    """At which hours of the day in which zone, and to whom; `on_call` are told of an urgent report at once."""

    zone: ZoneInfo
    hours: tuple[time, ...]
    smtp: Smtp | None
    recipients: tuple[Recipient, ...]
    on_call: tuple[Recipient, ...] = ()
    # Who looks after the machines: told when a check finds something.
    operator: tuple[Recipient, ...] = ()


def read_notices(file: Path) -> NoticeSettings:
    """Reads the file; raises `SettingRefused` with file, key and reason."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise SettingRefused(f"{file}: cannot be read") from error
    try:
        with toml_table(content, file.name, []) as table:
            zone, hours = _zone(table), _hours(table)
            smtp = _smtp(table, file.parent) if table.has("smtp") else None
            recipients = _recipients(table, smtp, file.parent)
            on_call = _named(table, "on_call", smtp, file.parent)
            operator = _named(table, "operator", smtp, file.parent)
    except PolicyError as error:
        raise SettingRefused(f"{error.file}: {error.key}: {error.reason}") from error
    return NoticeSettings(zone, hours, smtp, recipients, on_call, operator)


def _recipients(table: Table, smtp: Smtp | None, folder: Path) -> tuple[Recipient, ...]:
    mails = [_mail(row, smtp) for row in table.tables("mail")]
    hooks = [_hook(row, folder) for row in table.tables("webhook")]
    if not mails and not hooks:
        raise table.refuse("mail", "neither mail nor webhook names anybody")
    # Who is named twice is told once.
    return tuple({one.name: one for one in (*mails, *hooks)}.values())


def _named(table: Table, key: str, smtp: Smtp | None, folder: Path) -> tuple[Recipient, ...]:
    if not table.has(key):
        return ()
    with table.table(key) as row:
        return _recipients(row, smtp, folder)


def _zone(table: Table) -> ZoneInfo:
    name = table.text("zone")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise table.refuse("zone", "is no time zone such as Asia/Shanghai") from error


def _hours(table: Table) -> tuple[time, ...]:
    given = table.take("hours")
    listed = cast("list[object]", given) if isinstance(given, list) else []
    try:
        hours = sorted(time.fromisoformat(str(one)) for one in listed)
    except ValueError as error:
        raise table.refuse("hours", "must be times such as 09:00") from error
    if not 0 < len(hours) <= MOST_HOURS or any(one.tzinfo or one.second or one.microsecond for one in hours):
        raise table.refuse("hours", "must be 1 to 24 times such as 09:00")
    return tuple(dict.fromkeys(hours))


def _smtp(table: Table, folder: Path) -> Smtp:
    with table.table("smtp") as row:
        host, security = row.text("host"), row.choice("security", Security)
        if security is Security.NONE and host not in LOOPBACK:
            raise row.refuse("security", "none is for this machine alone: use tls or starttls")
        user = row.text("user") if row.has("user") else None
        password = _secret(row, "password_file", folder) if user is not None else None
        return Smtp(host, row.number("port", 65535), security, _address(row, "sender"), user, password)


def _language(row: Table) -> str:
    """The language of the texts: one in which there are some."""
    found, known = row.text("language"), [one for one in languages() if (TEXTS / f"{one}.txt").is_file()]
    if found not in known:
        raise row.refuse("language", f"must be one of {', '.join(known)}")
    return found


def _mail(row: Table, smtp: Smtp | None) -> Mail:
    if smtp is None:
        raise row.refuse("to", "needs the table smtp")
    return Mail(_address(row, "to"), _language(row))


def _hook(row: Table, folder: Path) -> Hook:
    kind, url = row.choice("kind", HookKind), _secret(row, "url_file", folder)
    place = urlsplit(url.get_secret_value())
    if place.scheme != "https" and not (place.scheme == "http" and place.hostname in LOOPBACK):
        raise row.refuse("url_file", "must hold an address that begins with https://")
    secret = _secret(row, "secret_file", folder) if row.has("secret_file") else None
    if secret is not None and kind is HookKind.WECOM:
        raise row.refuse("secret_file", "is not known of wecom: its address is all it has")
    if secret is not None and kind is HookKind.PLAIN and webhook_key(secret) is None:
        raise row.refuse("secret_file", "must hold whsec_ and a key of 24 to 64 bytes in base64")
    return Hook(kind, url, secret, _language(row))


def webhook_key(secret: SecretStr) -> bytes | None:
    """The key in a secret of Standard Webhooks (`whsec_` and 24 to 64 bytes in base64); None for anything else."""
    prefix, _, text = secret.get_secret_value().partition("_")
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return key if prefix == "whsec" and 24 <= len(key) <= 64 else None


def _address(row: Table, key: str) -> str:
    text = row.text(key)
    try:
        found = Address(addr_spec=text)
    except (ValueError, IndexError) as error:
        raise row.refuse(key, "is no mail address") from error
    if not found.username or not found.domain or not text.isascii() or not text.isprintable():
        raise row.refuse(key, "is no mail address")
    return text


def _secret(row: Table, key: str, folder: Path) -> SecretStr:
    """A secret from its file, whole but for white space around it; a file that anybody may read is refused."""
    file = folder / row.text(key)
    try:
        if file.stat().st_mode & stat.S_IROTH:
            raise row.refuse(key, f"{file.name} may be read by anybody: take that right away (chmod 600)")
        text = file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise row.refuse(key, f"{file.name} cannot be read") from error
    if not text or len(text) > SECRET_LIMIT or not text.isprintable():
        raise row.refuse(key, f"{file.name} must hold one line")
    return SecretStr(text)
