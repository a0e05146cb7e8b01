"""Every changing call of both faces with a well-formed body, to be changed and sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import crypto
from crypto.case.payloads import Message
from crypto.framing import b64encode
from tests.crypto.sample import Case, Drawn
from tests.fuzz.dice import Dice
from tests.fuzz.mutate import change, change_bytes
from tests.support.offices.desk import OURS, Colleague, DeskRoom
from tests.support.offices.edge import random_report, sealed_parts
from tests.support.samples.padded_json import as_sent

Send = Callable[[bytes], Any]


@dataclass(frozen=True)
class Call:
    """A route under a name, a body that it takes, and how to send one."""

    name: str
    body: bytes = field(repr=False)
    send: Send = field(repr=False)


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


def intake_calls(room: DeskRoom, case: Case) -> Iterator[Call]:
    """What a reporter's page sends."""
    edge = room.edge
    token = {"v": 1, "token": b64encode(case.keys.mailbox_token)}
    post, _ = crypto.seal_message(case.keys, case.standing, Message("补充", []), Drawn("post"))
    draft = crypto.seal_draft(case.keys, 1, {"page": 1}, Drawn("draft"))
    attachment, parts = sealed_parts(b"picture", [case.standing.memo.recipient], Drawn("part"))
    document = crypto.write_submission(random_report(edge).sealed.submission)
    bodies: tuple[tuple[str, str, object], ...] = (
        ("POST", "/api/submissions", random_report(edge).sealed.submission),
        ("POST", "/api/posts", post),
        ("POST", "/api/poll", token | {"from": 0}),
        ("POST", "/api/filings", token),
        ("PUT", "/api/drafts", token | {"draft": draft}),
        ("POST", "/api/blob", token | {"blob": b64encode(attachment.blob), "part": 0}),
        ("POST", "/api/bundles", b"yanlu-bundle/v1\n" + len(document).to_bytes(8, "big") + document),
    )
    for method, path, body in bodies:
        content = body if isinstance(body, bytes) else as_sent(path, body)
        yield Call(path, content, lambda raw, at=(path, method): edge.send(at[0], raw, at[1]))
    yield Call("part", parts[0], lambda raw: _put_part(edge.client, raw))


def _put_part(client: Any, raw: bytes) -> Any:
    blob, announced = hashlib.sha256(raw[:64]).digest()[:16], hashlib.sha256(raw).digest()
    headers = {"X-Part-Hash": b64encode(announced)}
    return client.put(f"/api/blobs/{b64encode(blob)}/parts/0", data=raw, headers=headers)


def desk_calls(room: DeskRoom, colleague: Colleague, case: bytes, spare: bytes) -> Iterator[Call]:
    """What a member's page sends; the spare case may be lost to a re-grant that a change made valid."""
    file = colleague.case(case).json
    item, event = colleague.reply(file, "答复")
    key = crypto.seal_keyring_entry(colleague.keys, colleague.grants[case], Drawn("key"))
    at = f"/api/cases/{b64encode(case)}"
    given = f"/api/cases/{b64encode(spare)}"
    regrant = colleague.regrant(colleague.case(spare).json, ["li-wei", "sun-fang"], "regrant")["body"]
    regrant["grant"]["epoch"] = 2
    proposal = regrant["grant"] | {"invited": "wai-bu"}
    claims = [{"case": b64encode(bytes([n] * 16)), "access": b64encode(bytes(32))} for n in range(8)]
    code = room.invite("qian-yu")
    new_keys = _new_keys(colleague)
    bodies: tuple[tuple[str, str, object], ...] = (
        ("POST", "/api/session", {"member": "sun-fang", "secret": b64encode(bytes(32)), "totp": "123456"}),
        ("POST", "/api/enrolment", {"code": code}),
        ("POST", "/api/enrolment/keys", room.keys_body("qian-yu", code, bytes(20))),
        ("POST", "/api/enrolment/trial", {"code": code, "word": "123456"}),
        ("POST", "/api/claims", {"claims": claims}),
        ("PUT", "/api/me/keys", new_keys),
        ("POST", "/api/me/keys/taken", {name: new_keys[name] for name in ("secret", "wrapped_key")}),
        ("POST", f"{at}/steps", {"event": event, "item": item, "blobs": [], "grant": None}),
        ("POST", f"{given}/steps", regrant),
        ("POST", f"{given}/proposals", proposal | {"event": regrant["event"]}),
        ("PUT", f"{at}/key", key),
    )
    for method, path, body in bodies:
        yield Call(path, _json(body), lambda raw, at=(path, method): _send(colleague, at, raw))


def _new_keys(colleague: Colleague) -> dict[str, object]:
    """New keys with a right proof, and a secret that is not this member's: nothing is kept of them."""
    new = crypto.staff_keys(bytes(32), colleague.keys.office, colleague.name)
    sizes = {"salt": 16, "nonce": 12, "box": 80}
    wrapped = {"v": 1} | {name: b64encode(bytes(size)) for name, size in sizes.items()}
    keys = crypto.propose_keys(colleague.keys, new).document()
    return {"secret": b64encode(bytes(32)), "keys": keys, "wrapped_key": wrapped}


def _send(colleague: Colleague, at: tuple[str, str], raw: bytes) -> Any:
    path, method = at
    return colleague.client.open(path, method=method, data=raw, content_type="application/json", headers=OURS)


def path_calls(room: DeskRoom, colleague: Colleague, case: bytes) -> Iterator[Call]:
    """Reading calls, whose ids in the path are changed."""
    at = b64encode(case)
    intake = (
        "/api/blobs/AAECAwQFBgcICQoLDA0ODw",
        "/office/policies/AA.json",
        "/log/tile/0/000.p/64",
        "/log/checkpoints/64",
    )
    faces = [(room.edge.client, path) for path in intake]
    paths = (f"/api/cases/{at}", f"/api/cases/{at}/blobs/{at}/parts/0", "/api/batch/2026-11-24", "/zh/")
    for client, path in (*faces, *((colleague.client, path) for path in paths)):
        yield Call(path, path.encode(), lambda raw, client=client: _get(client, raw))


def _get(client: Any, raw: bytes) -> Any:
    # Whatever WSGI servers hand on: bytes as latin-1, without the control characters that they refuse.
    path = "/" + raw.decode("latin-1").lstrip("/").split("?")[0]
    return client.get(path.replace("\r", "").replace("\n", ""))


def changed_body(call: Call, dice: Dice) -> bytes:
    """The call's body, changed."""
    at = len(b"yanlu-bundle/v1\n") + 8
    if call.name == "/api/bundles" and not dice.one_in(3):
        document = change(dice, call.body[at:])
        return call.body[: at - 8] + len(document).to_bytes(8, "big") + document
    return (change_bytes if call.body[:1] == b"/" else change)(dice, call.body)
