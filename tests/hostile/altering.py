"""Alters an honest call as somebody would who may make it: other cases, other names, older things, garbage, twice."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast

from crypto.errors import CryptoError
from crypto.framing import b64decode, b64encode
from tests.crypto.sample import MEMBERS
from tests.fuzz.dice import Dice
from tests.hostile.live_office import LiveOffice
from tests.hostile.resealing import RESEALED, resealed
from tests.hostile.wire import Call
from tests.support.attacks.field_mutations import WHOLE, Where, lies_at, places, value_at
from tests.support.offices.desk import Colleague

DAYS: Final = ("2020-01-01", "2026-11-23", "2026-11-25", "2099-12-31", "2026-02-30")
ELSEWHERE: Final = ("x", "..%2F..%2Fsession", "A" * 22, "%00", "0", "-1", "999999999999", "é")


@dataclass(frozen=True)
class Altered:
    """A call as it is sent: what was done to it, and whether it goes out twice at the same moment."""

    how: str
    call: Call = field(repr=False)
    twice: bool = False


def likely(house: LiveOffice, who: Colleague, value: object, lot: Dice) -> object:
    """Another value of the same form: somebody else's, an older one, or noise."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return lot.choice([0, value - 1, value + 1, value + 2, 2**53 - 1])
    if isinstance(value, list):
        same = cast("list[object]", value)
        return lot.choice([list[object](), same * 2, same[::-1], [None]])
    if not isinstance(value, str):
        return lot.choice(["x", [], 0, False])
    if value in MEMBERS:
        return lot.choice([*sorted(MEMBERS), "worker", "reporter", "nobody"])
    if len(value) == 10 and value[4] == value[7] == "-":
        return lot.choice(DAYS)
    return lot.choice(_others(house, who, value))


def _others(house: LiveOffice, who: Colleague, value: str) -> Sequence[str]:
    noise = [os.urandom(max(1, len(value) // 2)).hex(), value[:-1], f"{value}A", ""]
    try:
        size = len(b64decode(value))
    except CryptoError:
        return noise
    same = [b64encode(bytes(size)), b64encode(os.urandom(size))]
    if size == 16:
        return [*same, *noise, *map(b64encode, (*house.cases, house.hidden, house.custody.case))]
    return [*same, *same, *noise, *house.seen(who, size)]


def _put(call: Call, at: Where, value: object) -> Call:
    document = json.loads(json.dumps(call.document))
    parent = value_at(document, at[:-1]) if at[:-1] else document
    parent[at[-1]] = value
    return call.saying(document)


def _within(call: Call) -> list[Where]:
    """The fields that may be altered: what a re-grant's token may do stands under ALONE."""
    return [at for at in places(call.document) if at != ("grant", "access")]


def _field(house: LiveOffice, who: Colleague, call: Call, lot: Dice) -> Altered:
    at = lot.choice(_within(call) or [()])
    if not at:
        return Altered("an empty body", replace(call, body=b""))
    value = likely(house, who, value_at(call.document, at), lot)
    return Altered(f"{'/'.join(map(str, at))}: another", _put(call, at, value))


def _lie(_house: LiveOffice, _who: Colleague, call: Call, lot: Dice) -> Altered:
    found = _within(call)
    if not found or lot.one_in(10):
        how = lot.choice(sorted(WHOLE))
        return Altered(f"the whole: {how}", replace(call, body=WHOLE[how]))
    lie = lot.choice(list(lies_at(call.document, lot.choice(found))))
    return Altered(f"{lie.where}: {lie.how}", replace(call, body=lie.body))


def _address(house: LiveOffice, _who: Colleague, call: Call, lot: Dice) -> Altered:
    """Another value at one place of the route, or in the query."""
    path, mark, query = call.path.partition("?")
    rule = call.rule.partition(" ")[2]
    named = [at for at, part in enumerate(rule.split("/")) if part.startswith("<")]
    known = map(b64encode, (*house.cases, house.hidden, house.custody.case))
    value = lot.choice([*ELSEWHERE, *known])
    if mark and (not named or lot.one_in(2)):
        name, _, rest = query.partition("=")
        return Altered(f"query: {value}", replace(call, path=f"{path}?{name}={value}{rest[-1:]}"))
    parts = path.split("/")
    if not named:
        return Altered("path: longer", replace(call, path=f"{path}/{value}"))
    at = lot.choice(named)
    parts[at : at + 1] = [value]
    return Altered(f"path: {value}", replace(call, path="/".join(parts) + mark + query))


def _raw(_house: LiveOffice, _who: Colleague, call: Call, lot: Dice) -> Altered:
    """An upload with another hash, other bytes, or none."""
    body = call.body or b""
    if lot.one_in(3):
        headers = call.headers | {"X-Part-Hash": lot.choice(["", "x", b64encode(bytes(32))])}
        return Altered("hash: another", replace(call, headers=headers))
    return Altered(
        "bytes: others", replace(call, body=lot.choice([b"", body[:-1], body + b"x", os.urandom(len(body))]))
    )


def _twice(_house: LiveOffice, _who: Colleague, call: Call, _lot: Dice) -> Altered:
    return Altered("twice at once", call, twice=True)


def _honest(_house: LiveOffice, _who: Colleague, call: Call, _lot: Dice) -> Altered:
    return Altered("as it is", call)


def _resealed(house: LiveOffice, who: Colleague, call: Call, lot: Dice) -> Altered:
    how, made = resealed(house, who, call, lot)
    return Altered(f"signed: {how}", made)


def alter(house: LiveOffice, who: Colleague, call: Call, lot: Dice) -> Altered:
    """One alteration of a call; which one, the lot says."""
    if call.method == "GET":
        ways: list[Any] = [_honest, _address, _address, _address, _twice]
    elif "X-Part-Hash" in call.headers:
        ways = [_honest, _raw, _raw, _address, _twice]
    elif call.rule in RESEALED:
        ways = [_honest, _twice, _address, _lie, _lie, _field, _field, *[_resealed] * 5]
    else:
        ways = [_honest, _twice, _lie, _lie, _field, _field, _field]
        ways += [_address] if "<" in call.rule else []
    return lot.choice(ways)(house, who, call, lot)
