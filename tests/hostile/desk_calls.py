"""Honest calls of members who will alter them: for each route of the desk what its client makes and sends."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final

import crypto
from casework.event_store.store import MemberId
from crypto.framing import b64encode
from crypto.office.duty_done import DutyDone, sign_duty_done
from portal.accounts.members import Invitation, invite_member
from tests.crypto.sample import TODAY, Drawn
from tests.fuzz.dice import Dice
from tests.hostile.live_office import HOLDERS, OWN, LiveOffice
from tests.hostile.steps import STEPS, proposal_of
from tests.hostile.wire import Call, held_back
from tests.portal.accounts.test_passkeys import add, call, elsewhere, enter
from tests.portal.desk.test_new_secrets import WRAPPED
from tests.support.browsers.software_authenticator import SoftKey
from tests.support.offices.desk import OURS, Colleague
from tests.support.offices.edge import random_report, sealed_parts

CUSTODIAN: Final = "bao-guan-1"
Made = tuple[Colleague, Call]
Make = Callable[[LiveOffice, Dice], Made]


def _holder(house: LiveOffice, lot: Dice) -> tuple[Colleague, bytes]:
    return house.people[lot.choice(HOLDERS)], lot.choice(house.cases)


def reading(rule: str, path: str, by: str | None = None) -> Make:
    """A call that reads, at an address that says `{case}` for one of the caller's cases."""

    def make(house: LiveOffice, lot: Dice) -> Made:
        who, case = _holder(house, lot)
        who = house.people[by] if by else who
        names = {"case": b64encode(case), "after": b64encode(bytes(8) + case)}
        return who, Call(rule, "GET", path.format(**names), case=case if "{case}" in path else None)

    return make


def _acting(rule: str, by: str, act: Callable[[LiveOffice, Colleague], object]) -> Make:
    def make(house: LiveOffice, _lot: Dice) -> Made:
        who = house.people[by]
        return who, held_back(who, rule, lambda: act(house, who))

    return make


def _sign_in(house: LiveOffice, _lot: Dice) -> Made:
    who = elsewhere(house.people[OWN])
    return who, held_back(who, "POST /api/session", lambda: who.attempt(secret=house.secret))


def _passkey(house: LiveOffice, who: Colleague) -> SoftKey:
    """A passkey that is there, one of few."""
    key = SoftKey(f"{who.name}/{os.urandom(4).hex()}")
    for row in who.get("/api/me/passkeys").json["passkeys"]:
        assert call(who, f"/api/me/passkeys/{row['credential']}/end", {}).status_code == 204
    assert add(who, key, secret=house.secret).status_code == 201
    return key


def _enter(house: LiveOffice, _lot: Dice) -> Made:
    key, who = _passkey(house, house.people[OWN]), elsewhere(house.people[OWN])
    return who, held_back(who, "POST /api/session/passkey", lambda: enter(who, key, secret=house.secret))


def _add_passkey(house: LiveOffice, who: Colleague) -> object:
    for row in who.get("/api/me/passkeys").json["passkeys"]:
        assert call(who, f"/api/me/passkeys/{row['credential']}/end", {}).status_code == 204
    return add(who, SoftKey(os.urandom(8).hex()), secret=house.secret)


def _end_passkey(house: LiveOffice, who: Colleague) -> object:
    key = _passkey(house, who)
    return call(who, f"/api/me/passkeys/{b64encode(key.credential)}/end", {})


def _end_session(house: LiveOffice, _lot: Dice) -> Made:
    who = elsewhere(house.people[OWN])
    assert who.attempt(secret=house.secret).status_code == 200
    return who, held_back(who, "POST /api/session/end", lambda: who.send("/api/session/end", {}))


def _invited(house: LiveOffice) -> tuple[Colleague, str, str]:
    """Somebody who was invited a moment ago and has opened the wizard."""
    name = f"xin-ren-{os.urandom(4).hex()}"
    desk = house.room.desk
    role = crypto.Role.COUNCIL_OBSERVER
    words = crypto.localized({"zh": name, "en": name}, "zh")
    invitation = Invitation(MemberId(name), role, "works", words)
    code = str(invite_member(desk.accounts, invitation, desk.today()))
    return Colleague(house.room, name, house.room.app.test_client()), name, code


def _invite(house: LiveOffice, _lot: Dice) -> Made:
    who, _, code = _invited(house)
    return who, held_back(who, "POST /api/enrolment", lambda: who.send("/api/enrolment", {"code": code}))


def _keys_body(house: LiveOffice, who: Colleague, code: str) -> tuple[dict[str, Any], crypto.StaffKeys]:
    staff = crypto.staff_keys(os.urandom(32), house.room.edge.office.office, who.name)
    body = house.room.keys_body("guan-cha", code, who.totp_secret)
    own = {"recipient": staff.recipient, "signing": b64encode(staff.signing_key)}
    return body | own | {"proof": b64encode(crypto.prove_keys(staff, code))}, staff


def _welcomed(house: LiveOffice) -> tuple[Colleague, str]:
    who, _, code = _invited(house)
    welcome = who.send("/api/enrolment", {"code": code}).json
    who.totp_secret = base64.b32decode(welcome["totp_secret"])
    return who, code


def _enrol(house: LiveOffice, _lot: Dice) -> Made:
    who, code = _welcomed(house)
    body, _ = _keys_body(house, who, code)
    return who, held_back(who, "POST /api/enrolment/keys", lambda: who.send("/api/enrolment/keys", body))


def _trial(house: LiveOffice, _lot: Dice) -> Made:
    who, code = _welcomed(house)
    body, staff = _keys_body(house, who, code)
    told = who.send("/api/enrolment/keys", body).json
    word = crypto.open_trial(staff, crypto.b64decode(told["trial"]), told["items"])
    rule = "POST /api/enrolment/trial"
    return who, held_back(who, rule, lambda: who.send("/api/enrolment/trial", {"code": code, "word": word}))


def _new_secrets(house: LiveOffice, who: Colleague) -> object:
    told = {"secret": house.secret, "signin_secret": house.secret, "wrapped_key": WRAPPED}
    return who.send("/api/me/secrets", told, "PUT")


def _duty(_house: LiveOffice, who: Colleague) -> object:
    line = sign_duty_done(who.keys, DutyDone("company-whistleblowing", "statistics", TODAY))
    return who.send("/api/duties", json.loads(line))


def _next_keys(house: LiveOffice, who: Colleague) -> object:
    office = house.room.edge.office
    made = crypto.propose_keys(who.keys, crypto.staff_keys(os.urandom(32), office.office, who.name))
    return who.send("/api/me/keys", {"secret": house.secret, "keys": made.document(), "wrapped_key": WRAPPED}, "PUT")


def _take_keys(house: LiveOffice, who: Colleague) -> object:
    return who.send("/api/me/keys/taken", {"secret": house.secret, "wrapped_key": WRAPPED})


def _claims(house: LiveOffice, lot: Dice) -> Made:
    who, case = _holder(house, lot)
    return who, held_back(who, "POST /api/claims", lambda: who.claim([who.grants[case]]))


def _keep_key(house: LiveOffice, lot: Dice) -> Made:
    who, case = _holder(house, lot)
    entry, path = crypto.seal_keyring_entry(who.keys, who.grants[case], os.urandom), f"/api/cases/{b64encode(case)}/key"
    return who, held_back(who, "PUT /api/cases/<case>/key", lambda: who.send(path, entry, "PUT"), case)


def _step(house: LiveOffice, lot: Dice) -> Made:
    who, case = _holder(house, lot)
    kind = lot.choice(sorted(STEPS))
    return who, held_back(who, "POST /api/cases/<case>/steps", lambda: STEPS[kind](house, who, case), case)


def _propose(house: LiveOffice, lot: Dice) -> Made:
    who, case = _holder(house, lot)
    path, body = f"/api/cases/{b64encode(case)}/proposals", proposal_of(house, who, case)
    return who, held_back(who, "POST /api/cases/<case>/proposals", lambda: who.send(path, body), case)


def _submit(house: LiveOffice, lot: Dice) -> Made:
    who, _ = _holder(house, lot)
    taken = random_report(house.room.edge).sealed.submission
    return who, held_back(who, "POST /api/submissions", lambda: who.send("/api/submissions", taken))


def _part(house: LiveOffice, lot: Dice) -> Made:
    who, _ = _holder(house, lot)
    attachment, (part, *_) = sealed_parts(os.urandom(99), [who.keys.identity.recipient], Drawn(os.urandom(8).hex()))
    path = f"/api/blobs/{b64encode(attachment.blob)}/parts/0"
    headers = OURS | {"X-Part-Hash": b64encode(sha256(part).digest())}
    rule = "PUT /api/blobs/<blob>/parts/<k>"
    return who, held_back(who, rule, lambda: who.client.put(path, data=part, headers=headers))


def _packets(_house: LiveOffice, who: Colleague) -> object:
    return who.send("/api/packets", {"v": 1, "packets": dict(crypto.draw_dummy_packets(os.urandom))})


def _ask(house: LiveOffice, who: Colleague) -> object:
    return who.send("/api/unsealing", house.custody.request(who.name).document())


def _vote(house: LiveOffice, who: Colleague) -> object:
    return house.custody.vote(who.name, house.custody.asked_honestly())


def _review(house: LiveOffice, who: Colleague) -> object:
    return house.custody.review(who.name, house.custody.asked_honestly(crypto.Ground.DANGER_TO_LIFE))


def _attachment(house: LiveOffice, lot: Dice) -> Made:
    """A part of an attachment that the office has sent in one of the caller's cases."""
    who, case = _holder(house, lot)
    blob = house.attachment(case)
    rule = "GET /api/cases/<case>/blobs/<blob>/parts/<k>"
    return who, Call(rule, "GET", f"/api/cases/{b64encode(case)}/blobs/{blob}/parts/0", case=case)


OFFICE: Final = ("site.json", "office.json")
ANY: Final = "A" * 43
PUBLIC: Final = {
    "GET /": "/",
    "GET /<path:path>": "/zh/",
    "GET /healthz": "/healthz",
    **{f"GET /office/{name}": f"/office/{name}" for name in OFFICE},
    **{f"GET /office/{kind}/<name>.json": f"/office/{kind}/{ANY}.json" for kind in
       ("policies", "jurisdictions", "rules", "calendars")},
    **{f"GET /log/{name}": f"/log/{name}" for name in
       ("checkpoint", "checkpoints.json", "directory.note", "log.note", "roots.json")},
    "GET /log/checkpoints/<int:size>": "/log/checkpoints/64",
    "GET /log/tile/<path:rest>": "/log/tile/0/000",
}  # fmt: skip
"""Of these nobody changes anything, and they tell everybody the same."""

READ: Final = {
    "GET /api/me": "/api/me",
    "GET /api/session/key-half": "/api/session/key-half",
    "GET /api/batch": "/api/batch",
    "GET /api/batch/<day>": f"/api/batch/{TODAY}",
    "GET /api/news": "/api/news",
    "GET /api/proposals": "/api/proposals",
    "GET /api/regrants": "/api/regrants",
    "GET /api/removals": "/api/removals",
    "GET /api/cases": "/api/cases?view=all&after={after}",
    "GET /api/cases/files": "/api/cases/files?case={case}",
    "GET /api/cases/<case>": "/api/cases/{case}",
    "GET /api/cases/<case>/former": "/api/cases/{case}/former",
    "GET /api/drawers": "/api/drawers",
    "GET /api/duties": "/api/duties",
    "GET /api/drawers/<bits>/<drawer>": "/api/drawers/0/0",
    "GET /api/unsealing": "/api/unsealing",
    "GET /api/blobs/<blob>": "/api/blobs/{case}",
}
READ_BY: Final = {
    "GET /api/me/passkeys": ("/api/me/passkeys", OWN),
    "GET /api/marks": ("/api/marks", CUSTODIAN),
    "GET /api/figures": ("/api/figures", OWN),
}
ACTING: Final[dict[str, tuple[str, Callable[[LiveOffice, Colleague], object]]]] = {
    "POST /api/session/challenge": (OWN, lambda _house, who: call(who, "/api/session/challenge", {})),
    "PUT /api/me/secrets": (OWN, _new_secrets),
    "PUT /api/me/keys": (OWN, _next_keys),
    "POST /api/me/keys/taken": (OWN, _take_keys),
    "POST /api/me/passkeys/challenge": (OWN, lambda _house, who: call(who, "/api/me/passkeys/challenge", {})),
    "POST /api/me/passkeys": (OWN, _add_passkey),
    "POST /api/me/passkeys/<credential>/end": (OWN, _end_passkey),
    "POST /api/packets": ("bao-hu", _packets),
    "POST /api/duties": (OWN, _duty),
    "POST /api/unsealing": ("bao-hu", _ask),
    "POST /api/unsealing/<request>/votes": (CUSTODIAN, _vote),
    "POST /api/unsealing/<request>/reviews": (CUSTODIAN, _review),
}
CALLS: Final[dict[str, Make]] = {
    "POST /api/session": _sign_in,
    "POST /api/session/passkey": _enter,
    "POST /api/session/end": _end_session,
    "POST /api/enrolment": _invite,
    "POST /api/enrolment/keys": _enrol,
    "POST /api/enrolment/trial": _trial,
    "POST /api/claims": _claims,
    "PUT /api/cases/<case>/key": _keep_key,
    "POST /api/cases/<case>/steps": _step,
    "POST /api/cases/<case>/proposals": _propose,
    "GET /api/cases/<case>/blobs/<blob>/parts/<k>": _attachment,
    "POST /api/submissions": _submit,
    "PUT /api/blobs/<blob>/parts/<k>": _part,
    **{rule: reading(rule, path) for rule, path in READ.items()},
    **{rule: reading(rule, path, by) for rule, (path, by) in READ_BY.items()},
    **{rule: _acting(rule, by, act) for rule, (by, act) in ACTING.items()},
}
"""How every call of the desk that asks for a session, or makes one, is made."""
