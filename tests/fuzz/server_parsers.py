"""Parsers that only the server, the command line or an operator's files have: name, reader, refusals, beginnings."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from werkzeug.exceptions import HTTPException

import crypto
from casework.deadlines.calendar_files import read_calendar
from casework.deadlines.calendar_ics import read_ics
from casework.deadlines.limits import read_limit
from casework.errors import CalendarRefused, LimitRefused, PolicyError
from casework.policy.binding import bind_policy
from casework.policy.reader import read_policy, shipped_bindings, shipped_policies, shipped_policy
from crypto.framing import b64encode
from crypto.office.release import read_release, release_text
from crypto.office.signed_notes import KeeperKey, sign_note
from portal.accounts.enrolment import check_wrapped
from portal.desk.case_views import _day
from portal.desk.shapes import (
    activated_keys_of,
    claims_of,
    invite_keys_of,
    invite_of,
    invite_word_of,
    new_passkey_of,
    passkey_sign_in_of,
    proposed_keys_of,
    sign_in_of,
    step_of,
)
from portal.edge.bodies import id_in_path, number_in_path
from portal.errors import ProblemRefusal
from portal.mailroom.shapes import blob_request_of, draft_sent, poll_of, post_sent, read_shape, submission_sent
from portal.mailroom.uploads import verified_chunks
from portal.office.config import RecoveryConfig, read_config, sample_config_text
from portal.office.errors import ConfigRefused, KeeperFileRefused
from portal.office.keepers import read_keeper
from portal.office.recovery import SharesRefused, join_recovery, split_recovery
from portal.settings import SettingRefused, read_settings
from tests.fuzz import passkey_readers as passkeys
from tests.fuzz.dice import Dice
from tests.fuzz.mutate import change
from tests.fuzz.seeds import kept
from tests.fuzz.watch_parsers import watch_rows
from tests.fuzz.world import MEMBER, World, world
from tests.support.samples.calendar_files import CHINA_2027, CLOSURES, ics
from tests.support.samples.padded_json import as_sent

LIMIT = 2**20
EDGE = (crypto.CryptoError, ProblemRefusal, HTTPException)


@dataclass(frozen=True)
class ServerParser:
    """A reader of bytes, what it may raise, and well-formed inputs."""

    read: Callable[[bytes], object]
    refusals: tuple[type[Exception], ...]
    seeds: Callable[[World], list[bytes]]

    def run(self, content: bytes) -> bool:
        """Whether it was read; what is no declared refusal is raised."""
        with suppress(*self.refusals):
            self.read(content)
            return True
        return False


def _json(*values: object) -> list[bytes]:
    return [json.dumps(value, ensure_ascii=False).encode() for value in values]


def _body(reader: Callable[[object], object], seeds: Callable[[World], list[object]]) -> ServerParser:
    return ServerParser(lambda content: read_shape(content, LIMIT, reader), EDGE, lambda w: _json(*seeds(w)))


def _new_keys(w: World, *names: str) -> dict[str, object]:
    """New keys as a page hands them in, with two seeds in a box; or those members of it alone."""
    keys = crypto.propose_keys(w.staff, crypto.staff_keys(bytes(32), w.staff.office, MEMBER)).document()
    sizes = {"salt": 16, "nonce": 12, "box": 80}
    wrapped = {"v": 1} | {name: b64encode(bytes(size)) for name, size in sizes.items()}
    body: dict[str, object] = {"secret": b64encode(bytes(32)), "keys": keys, "wrapped_key": wrapped}
    return {name: value for name, value in body.items() if not names or name in names}


def _words(content: bytes) -> str:
    return content.decode("utf-8", "replace")


def _step(w: World) -> list[object]:
    signed = next(event for event in w.events if event["sig"])
    grant = {
        "packet": b64encode(w.packet),
        "history": b64encode(bytes(4124)),
        "access": b64encode(bytes(32)),
        "epoch": 1,
    } | w.proof
    blobs = w.submission["blobs"]
    return [
        {"event": signed, "item": w.items[3], "blobs": blobs, "grant": None},
        {"event": signed, "item": None, "blobs": [], "grant": grant},
    ]


def _invite_keys(w: World) -> list[object]:
    key = {name: b64encode(bytes(size)) for name, size in (("salt", 16), ("nonce", 12), ("box", 48))}
    return [
        {
            "code": "AAAA-BBBB", "recipient": w.staff.recipient, "signing": b64encode(w.staff.signing_key),
            "proof": b64encode(bytes(64)), "wrapped_key": {"v": 1} | key, "signin_secret": b64encode(bytes(32)),
            "totp": "123456",
        }
    ]  # fmt: skip


def _drafts(world: World) -> list[bytes]:
    """A draft that was sealed, in the one length in which it is sent."""
    return [as_sent("/api/drafts", _token(draft=crypto.seal_draft(world.keys, 3, {"page": "上"}, bytes)))]


def _token(**more: object) -> dict[str, object]:
    return {"v": 1, "token": b64encode(bytes(32))} | more


def _settings(content: bytes) -> object:
    lines = [line.partition("=") for line in _words(content).split("\n")]
    return read_settings({name: value for name, _, value in lines})


def _keeper(content: bytes) -> object:
    path = _scratch() / "keeper.key"
    path.write_bytes(content)
    return read_keeper(path, bytes(16))


@cache
def _scratch() -> Path:
    """A folder in memory; the one parser that reads a file by name writes there."""
    folder = Path("/dev/shm/yanlu-fuzz")
    folder.mkdir(exist_ok=True)
    return folder


def _part(content: bytes) -> object:
    """The first part of an upload: its announced hash and its header."""
    pieces = [content[at : at + 1000] for at in range(32, len(content), 1000)]
    whole = b"".join(verified_chunks(pieces, content[:32]))
    return crypto.check_envelope(whole, 1, 2)


def _part_seed(w: World) -> list[bytes]:
    from hashlib import sha256

    return [sha256(w.sealed).digest() + w.sealed]


def _policies(_world: World) -> list[bytes]:
    from importlib import resources

    folder = resources.files("casework").joinpath("policies")
    return [folder.joinpath(f"{name}.toml").read_bytes() for name in shipped_policies()]


def _bind(content: bytes) -> object:
    return bind_policy(shipped_policy(shipped_policies()[0]), content, "bindings.toml")


def _keeper_seed(_world: World) -> list[bytes]:
    own = {"seed": b64encode(bytes(32)), "nonce": b64encode(bytes(32))}
    return _json({"v": 1, "office": b64encode(bytes(16)), "keeper": "union"} | own)


def _releases(_world: World) -> list[bytes]:
    faces = {"intake": {"zh/index.html": "0" * 64}, "desk": {"index.html": "a" * 64}, "watch": {}}
    return [sign_note(release_text(bytes(16), 1, 1, "1.0", faces), [KeeperKey("ann", bytes(32), bytes(32))])]


def _shares(_world: World) -> list[bytes]:
    """Enough shares of either group, a line each."""
    people = RecoveryConfig(inside=["a", "b", "c"], inside_needed=2, outside=["d"], outside_needed=1)
    words = [share.words for share in split_recovery(bytes(32), people)]
    return ["\n".join((*words[:2], words[3])).encode()]


SETTINGS = (
    b"YANLU_DATA=data\nYANLU_BLOBS=s3://b/p?endpoint=http://h:1\nYANLU_S3_KEY=k\nYANLU_S3_SECRET=s\nYANLU_DEMO=0\n"
    b"YANLU_URL_CASES=postgresql+psycopg://a@h/cases\nYANLU_OFFICE=office\nPATH=/bin"
)
SERVER: dict[str, ServerParser] = {
    "body-submission": ServerParser(submission_sent, EDGE, lambda w: [crypto.write_submission(w.submission)]),
    "body-post": ServerParser(post_sent, EDGE, lambda w: [crypto.write_post(post) for post in w.posts]),
    "body-poll": _body(poll_of, lambda _: [_token(**{"from": 0})]),
    "body-draft": ServerParser(draft_sent, EDGE, _drafts),
    "body-blob": _body(blob_request_of, lambda _: [_token(blob=b64encode(bytes(16)), part=0)]),
    "body-sign-in": _body(sign_in_of, lambda _: [{"member": MEMBER, "secret": b64encode(bytes(32)), "totp": "123456"}]),
    "body-passkey-sign-in": _body(passkey_sign_in_of, lambda _: [passkeys.sign_in_body(MEMBER)]),
    "body-new-passkey": _body(new_passkey_of, lambda _: [passkeys.new_body()]),
    "body-new-keys": _body(proposed_keys_of, lambda w: [_new_keys(w)]),
    "body-taken-keys": _body(activated_keys_of, lambda w: [_new_keys(w, "secret", "wrapped_key")]),
    "wrapped-key": _body(check_wrapped, lambda w: [_new_keys(w)["wrapped_key"]]),
    "passkey-attestation": ServerParser(passkeys.read_attestation, EDGE, lambda _: [passkeys.attestation()]),
    "passkey-assertion": ServerParser(passkeys.read_assertion, EDGE, lambda _: [passkeys.assertion()]),
    "body-invite": _body(invite_of, lambda _: [{"code": "AAAA-BBBB-CCCC-DDDD"}]),
    "body-invite-keys": _body(invite_keys_of, _invite_keys),
    "body-invite-word": _body(invite_word_of, lambda _: [{"code": "AAAA-BBBB-CCCC-DDDD", "word": "123456"}]),
    "body-claims": _body(
        claims_of,
        lambda _: [{"claims": [{"case": b64encode(bytes(16)), "access": b64encode(bytes(32))} for _ in range(8)]}],
    ),
    "body-step": _body(step_of, _step),
    "body-keyring": _body(crypto.read_keyring_entry, lambda w: [w.keyring]),
    "path-id": ServerParser(lambda content: id_in_path(_words(content)), EDGE, lambda _: [b"AAECAwQFBgcICQoLDA0ODw"]),
    "path-number": ServerParser(lambda content: number_in_path(_words(content)), EDGE, lambda _: [b"0", b"519"]),
    "path-day": ServerParser(lambda content: _day(_words(content)), EDGE, lambda _: [b"2026-11-24"]),
    "first-part": ServerParser(_part, EDGE, _part_seed),
    "protection": ServerParser(
        lambda content: crypto.open_protection(content, world().keys.identity), EDGE, lambda w: [w.protection]
    ),
    "erasure-layer": ServerParser(
        lambda content: crypto.unwrap_erasable(bytes(32), content),
        EDGE,
        lambda _: [crypto.wrap_erasable(bytes(32), b"text", bytes)],
    ),
    "policy": ServerParser(lambda content: read_policy(content, "policy.toml"), (PolicyError,), _policies),
    "bindings": ServerParser(_bind, (PolicyError,), lambda _: [shipped_bindings(shipped_policies()[0])]),
    "calendar": ServerParser(
        lambda content: read_calendar(content, "calendar.toml"),
        (CalendarRefused,),
        lambda _: [CHINA_2027.encode(), CLOSURES.encode()],
    ),
    "calendar-ics": ServerParser(
        lambda content: read_ics(content, "calendar.ics", "cn", 2027), (CalendarRefused,), lambda _: [ics()]
    ),
    "limit": ServerParser(
        lambda content: read_limit(_words(content)),
        (LimitRefused,),
        lambda _: [b"5 working days", "一百二十个工作日".encode()],
    ),
    "office-toml": ServerParser(
        lambda content: read_config(content.decode("utf-8", "replace")),
        (ConfigRefused,),
        lambda _: [sample_config_text().encode()],
    ),
    "settings": ServerParser(_settings, (SettingRefused,), lambda _: [SETTINGS]),
    "keeper-file": ServerParser(_keeper, (KeeperFileRefused,), _keeper_seed),
    "release": ServerParser(read_release, EDGE, _releases),
    "recovery-share": ServerParser(
        lambda content: join_recovery(_words(content).split("\n")), (SharesRefused,), _shares
    ),
}
SERVER |= {
    name: ServerParser(read, refusals, lambda _, begin=begin: begin)
    for name, (read, refusals, begin) in watch_rows(EDGE).items()
}


@cache
def server_seeds(name: str) -> list[bytes]:
    """Well-formed inputs of a parser and what lies in the corpus for it."""
    return [*SERVER[name].seeds(world()), *(path.read_bytes() for path in kept(name))]


def changed(name: str, dice: Dice) -> bytes:
    """A changed input of a parser."""
    return change(dice, dice.choice(server_seeds(name)))
