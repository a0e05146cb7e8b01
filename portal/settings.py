"""Settings: one table, read from a mapping; the only module that reads the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr

PREFIX = "YANLU_"
UNCLAIMED_GIB = 64
RECENT_GIB = 256
TEXT_GIB = 16


class StoreName(StrEnum):
    """Six stores, the deletion list and the published log; nothing joins `identity` or `watch` with anything."""

    MAILROOM = "mailroom"
    CASES = "cases"
    ACCOUNTS = "accounts"
    ERASURE = "erasure"
    IDENTITY = "identity"
    WATCH = "watch"
    DELETIONS = "deletions"
    LEDGER = "ledger"


class SettingRefused(Exception):
    """A setting is unknown, missing, or dangerous together with another one."""


@dataclass(frozen=True)
class Setting:
    """One row of the table: the variable's name without prefix, its default in words, its meaning."""

    name: str
    default: str
    meaning: str


SETTINGS: tuple[Setting, ...] = (
    Setting("DATA", "./data", "folder that everything else defaults to"),
    *(
        Setting(f"URL_{name.upper()}", f"SQLite file {name}.sqlite in DATA", f"SQLAlchemy URL of the {name} store")
        for name in StoreName
    ),
    Setting("BLOBS", "folder blobs in DATA", "file:///folder or s3://bucket/prefix (?endpoint=http://host:port)"),
    Setting("S3_ENDPOINT", "the provider's own", "address of the S3 server"),
    Setting("S3_KEY", "none", "access key; never part of BLOBS"),
    Setting("S3_SECRET", "none", "secret key; never part of BLOBS"),
    Setting("S3_REGION", "us-east-1", "region of the bucket"),
    Setting("UNCLAIMED_GIB", "64", "GiB that uploads may take before a report or an answer claims them"),
    Setting("RECENT_GIB", "256", "GiB that reporters may upload in seven days, claimed by a report or not"),
    Setting("TEXT_GIB", "16", "GiB of reports in seven days and of drafts, after which only reports are taken"),
    Setting("OFFICE", "folder office in DATA", "folder made by `yanlu office init`"),
    Setting("LOG_KEY", "log.key in OFFICE", "file of the key that signs the log; the worker alone reads it"),
    Setting("WATCH_KEY", "watch.key in DATA", "file of the key under which the watch's host knows employees"),
    Setting("ERASURE_COPIES", "none", "where copies of the erasure store go; the worker destroys those seven days old"),
    Setting("NOTICES", "none", "file of notices to staff: hours, mail server, recipients (`docs/operations.md`)"),
    Setting(
        "SECURITY_CONTACT", "none", "where weaknesses are reported, a mailto:, https: or tel: address: security.txt"
    ),
    Setting("BACKUP_S3_ENDPOINT", "as S3_ENDPOINT", "address of the S3 server for backups"),
    Setting("BACKUP_S3_KEY", "as S3_KEY", "access key for backups"),
    Setting("BACKUP_S3_SECRET", "as S3_SECRET", "secret key for backups"),
    Setting("BACKUP_S3_REGION", "as S3_REGION", "region of the buckets for backups"),
    Setting("DEMO", "0", "1: sample data and a red banner; loopback only"),
    Setting("BEHIND_TLS", "0", "1: a proxy speaks TLS; cookies become Secure and HSTS is sent"),
)


class S3Place(BaseModel):
    """Where blobs lie in an S3 store."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    bucket: str
    prefix: str
    endpoint: str | None
    region: str
    key: SecretStr
    secret: SecretStr


class S3Keys(BaseModel):
    """What opens a bucket, whichever it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    endpoint: str | None
    region: str
    key: SecretStr
    secret: SecretStr


class Settings(BaseModel):
    """What the composition root needs to know; `blobs` is a folder or an S3 place."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    data: Path
    urls: dict[StoreName, SecretStr]
    blobs: Path | S3Place
    office: Path
    log_key: Path
    watch_key: Path
    unclaimed_gib: int = UNCLAIMED_GIB
    recent_gib: int = RECENT_GIB
    text_gib: int = TEXT_GIB
    demo: bool = False
    behind_tls: bool = False
    # Where `yanlu backup` keeps copies of the erasure store, as `backup_place` reads it.
    erasure_copies: str | None = None
    # What the worker reads who is reminded, and when, by which road.
    notices: Path | None = None
    # Told in `/.well-known/security.txt`.
    security_contact: str | None = None
    backup_s3: S3Keys | None = None
    # Where the rendered pages lie; another folder only in tests.
    site: Path = Field(default=Path(__file__).resolve().parent / "site")

    def url(self, store: StoreName) -> str:
        """The SQLAlchemy URL of a store; it may hold a password, so it is never printed."""
        return self.urls[store].get_secret_value()


_CONTACT = re.compile(r"mailto:[!-;=?A-~]+@[!-;=?A-~]+|https://[!-;=?-~]+|tel:\+?[0-9.()-]+")
# Where the texts lie that quotations of policy files are held against: the suite reads it, no server does.
NO_SETTINGS = frozenset({"SEEDS"})


def read_settings(variables: Mapping[str, str]) -> Settings:
    """Reads the `YANLU_…` entries of a mapping; raises `SettingRefused` rather than guess."""
    given = {name.removeprefix(PREFIX): value for name, value in variables.items() if name.startswith(PREFIX)}
    unknown = given.keys() - {setting.name for setting in SETTINGS} - NO_SETTINGS
    if unknown:
        raise SettingRefused(f"no such setting: {', '.join(PREFIX + name for name in sorted(unknown))}")
    # What lies in a folder is named by its whole path: a worker may be started elsewhere.
    folder = Path(given.get("DATA", "data")).absolute()
    office = Path(given.get("OFFICE", folder / "office")).absolute()
    settings = Settings(
        data=folder,
        urls={name: SecretStr(_url(given, folder, name)) for name in StoreName},
        blobs=_blobs(given, folder),
        office=office,
        log_key=Path(given.get("LOG_KEY", office / "log.key")).absolute(),
        watch_key=Path(given.get("WATCH_KEY", folder / "watch.key")).absolute(),
        unclaimed_gib=_number(given, "UNCLAIMED_GIB", UNCLAIMED_GIB),
        recent_gib=_number(given, "RECENT_GIB", RECENT_GIB),
        text_gib=_number(given, "TEXT_GIB", TEXT_GIB),
        demo=_switch(given, "DEMO"),
        behind_tls=_switch(given, "BEHIND_TLS"),
        erasure_copies=given.get("ERASURE_COPIES"),
        notices=Path(given["NOTICES"]).absolute() if given.get("NOTICES") else None,
        security_contact=_contact(given),
        backup_s3=_backup_s3(given),
    )
    _refuse_dangerous(settings)
    return settings


def settings_from_environment() -> Settings:
    """Reads this process's own environment."""
    return read_settings(os.environ)


def demo_settings(folder: Path) -> Settings:
    """The demo's settings: all in one folder, but for stores, blobs and notices that the environment names."""
    inherited = (f"{PREFIX}URL_", f"{PREFIX}BLOBS", f"{PREFIX}S3_", f"{PREFIX}NOTICES")
    given = {name: value for name, value in os.environ.items() if name.startswith(inherited)}
    return read_settings(given | {f"{PREFIX}DATA": str(folder), f"{PREFIX}DEMO": "1"})


def as_variables(settings: Settings) -> dict[str, str]:
    """The environment that a child process needs to read the same settings."""
    found = {f"{PREFIX}DATA": str(settings.data), f"{PREFIX}OFFICE": str(settings.office)}
    found |= {f"{PREFIX}LOG_KEY": str(settings.log_key), f"{PREFIX}WATCH_KEY": str(settings.watch_key)}
    found |= {f"{PREFIX}URL_{name.upper()}": settings.url(name) for name in StoreName}
    found |= {f"{PREFIX}UNCLAIMED_GIB": str(settings.unclaimed_gib)}
    found |= {f"{PREFIX}RECENT_GIB": str(settings.recent_gib), f"{PREFIX}TEXT_GIB": str(settings.text_gib)}
    found |= {f"{PREFIX}DEMO": str(int(settings.demo)), f"{PREFIX}BEHIND_TLS": str(int(settings.behind_tls))}
    found |= {f"{PREFIX}ERASURE_COPIES": settings.erasure_copies} if settings.erasure_copies else {}
    found |= {f"{PREFIX}NOTICES": str(settings.notices)} if settings.notices else {}
    found |= {f"{PREFIX}SECURITY_CONTACT": settings.security_contact} if settings.security_contact else {}
    found |= _as_backup_s3(settings.backup_s3)
    if isinstance(settings.blobs, Path):
        return found | {f"{PREFIX}BLOBS": f"file://{settings.blobs}"}
    place = settings.blobs
    server = f"?endpoint={place.endpoint}" if place.endpoint else ""
    return found | {
        f"{PREFIX}BLOBS": f"s3://{place.bucket}/{place.prefix}{server}",
        f"{PREFIX}S3_KEY": place.key.get_secret_value(),
        f"{PREFIX}S3_SECRET": place.secret.get_secret_value(),
        f"{PREFIX}S3_REGION": place.region,
    }


def _as_backup_s3(keys: S3Keys | None) -> dict[str, str]:
    if keys is None:
        return {}
    found = {f"{PREFIX}BACKUP_S3_ENDPOINT": keys.endpoint} if keys.endpoint else {}
    return found | {
        f"{PREFIX}BACKUP_S3_KEY": keys.key.get_secret_value(),
        f"{PREFIX}BACKUP_S3_SECRET": keys.secret.get_secret_value(),
        f"{PREFIX}BACKUP_S3_REGION": keys.region,
    }


def backup_place(settings: Settings, text: str) -> Path | S3Place:
    """A destination for backups, as a person names it: a folder or s3://bucket/prefix (?endpoint=http://host:port).

    Raises `SettingRefused` for what is neither, and for a bucket without keys.
    """
    address = urlsplit(text)
    if address.scheme in ("", "file"):
        return Path(address.path).absolute()
    keys = settings.backup_s3
    if address.scheme != "s3" or not address.netloc or keys is None:
        raise SettingRefused(
            f"{text} is neither a folder nor s3://bucket/prefix with {PREFIX}BACKUP_S3_KEY and {PREFIX}BACKUP_S3_SECRET"
        )
    return S3Place(
        bucket=address.netloc,
        prefix=address.path.strip("/"),
        endpoint=parse_qs(address.query).get("endpoint", [keys.endpoint])[0],
        region=keys.region,
        key=keys.key,
        secret=keys.secret,
    )


def _backup_s3(given: Mapping[str, str]) -> S3Keys | None:
    def value(name: str) -> str | None:
        return given.get(f"BACKUP_{name}") or given.get(name)

    key, secret = value("S3_KEY"), value("S3_SECRET")
    if not key or not secret:
        return None
    region = value("S3_REGION") or "us-east-1"
    return S3Keys(endpoint=value("S3_ENDPOINT"), region=region, key=SecretStr(key), secret=SecretStr(secret))


def _contact(given: Mapping[str, str]) -> str | None:
    """An address as RFC 9116 has it: one line, a URI of a kind that somebody reads."""
    contact = given.get("SECURITY_CONTACT") or None
    if contact is not None and _CONTACT.fullmatch(contact) is None:
        raise SettingRefused(f"{PREFIX}SECURITY_CONTACT is not a mailto:, https: or tel: address")
    return contact


def _url(given: Mapping[str, str], folder: Path, name: StoreName) -> str:
    return given.get(f"URL_{name.upper()}", f"sqlite:///{folder / name}.sqlite")


def _switch(given: Mapping[str, str], name: str) -> bool:
    value = given.get(name, "0")
    if value not in ("0", "1"):
        raise SettingRefused(f"{PREFIX}{name} is neither 0 nor 1")
    return value == "1"


def _number(given: Mapping[str, str], name: str, default: int) -> int:
    value = given.get(name, str(default))
    if not value.isascii() or not value.isdigit() or not 0 < len(value) < 7:
        raise SettingRefused(f"{PREFIX}{name} is not a whole number")
    return int(value)


def _blobs(given: Mapping[str, str], folder: Path) -> Path | S3Place:
    try:
        address = urlsplit(given.get("BLOBS", f"file://{folder / 'blobs'}"))
    except ValueError as error:
        raise SettingRefused(f"{PREFIX}BLOBS is no address") from error
    match address.scheme:
        case "file":
            return Path(address.path)
        case "s3":
            endpoint = parse_qs(address.query).get("endpoint", [None])[0]
            return _s3_place(given, address.netloc, address.path.strip("/"), endpoint)
        case _:
            raise SettingRefused(f"{PREFIX}BLOBS is neither file:///… nor s3://…")


def _s3_place(given: Mapping[str, str], bucket: str, prefix: str, endpoint: str | None) -> S3Place:
    missing = [name for name in ("S3_KEY", "S3_SECRET") if not given.get(name)]
    if missing or not bucket:
        raise SettingRefused(f"blobs in S3 need a bucket, {PREFIX}S3_KEY and {PREFIX}S3_SECRET")
    return S3Place(
        bucket=bucket,
        prefix=prefix,
        endpoint=given.get("S3_ENDPOINT") or endpoint,
        region=given.get("S3_REGION", "us-east-1"),
        key=SecretStr(given["S3_KEY"]),
        secret=SecretStr(given["S3_SECRET"]),
    )


def _refuse_dangerous(settings: Settings) -> None:
    if len({settings.url(name) for name in StoreName}) < len(StoreName):
        raise SettingRefused("two stores share one URL: each store is a database of its own")
    if settings.demo and settings.behind_tls:
        raise SettingRefused("a demo is for loopback only: YANLU_DEMO and YANLU_BEHIND_TLS exclude each other")


def whole_environment() -> dict[str, str]:
    """This process's variables, for one that begins again with others besides; none of them is to be shown."""
    return dict(os.environ)


def user_state() -> Path:
    """Where a command keeps what it remembers for anyone who runs it (XDG Base Directory Specification)."""
    named = Path(os.environ.get("XDG_STATE_HOME", ""))
    return (named if named.is_absolute() else Path.home() / ".local/state") / "yanlu"
