"""The vectors of what a member signs who writes a report down for somebody."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import crypto
from crypto import Checked, Consent, OnBehalfDetails
from crypto.framing import b64encode as b64
from crypto.framing import sha256
from crypto.text import write_json
from tests.crypto.sample import TODAY, Drawn, Office
from tests.crypto.vector_file import VectorFile

CASE = bytes(range(16))
ACCOUNT = "三月十二日，电话来访。"


def taken_down() -> VectorFile:
    """Statements that hold, and one for each thing that breaks one."""
    office = Office(Drawn("taken-down"))
    shared = {"code": office.code, "roots": [office.roots[0].decode()], "note": office.note().decode(), "today": TODAY}
    out = VectorFile("taken-down", "SPEC §6: who wrote a report down", office=shared)
    staff = office.staff("li-wei")
    said = {
        "by telephone": OnBehalfDetails("telephone", "2026-11-23", Consent.MINUTES, Checked.AGREED),
        "by letter": OnBehalfDetails("letter", "2026-11-20"),
        "recorded, not read yet": OnBehalfDetails("counter", TODAY, Consent.RECORDING, Checked.NOT_YET),
    }
    for name, taken in said.items():
        out.good("read_taken_down", name, **_given(crypto.sign_on_behalf(staff, CASE, ACCOUNT, taken)))
    answer = crypto.sign_on_behalf(staff, CASE, ACCOUNT, said["by telephone"])
    other = {"id": "where", "value": "仓库"}
    out.good("read_taken_down", "beside other answers", **_given(answer) | {"answers": [other, _row(answer)]})
    out.good("read_taken_down", "nobody wrote it down", **_given(answer) | {"answers": [other]})
    for name, change in {
        "another account": {"account": ACCOUNT + " "},
        "another case": {"case": b64(bytes(16))},
        "another statement": _part(
            answer, 0, '{"v":1,"channel":"web","received":"2026-11-23","consent":null,"checked":null}'
        ),
        "another member": _part(answer, 1, "sun-fang"),
        "nobody of this office": _part(answer, 1, "nobody"),
        "another signature": _part(answer, 2, b64(bytes(64))),
    }.items():
        out.bad("read_taken_down", name, "signature", **_given(answer) | change)
    for name, change in {
        "twice": {"answers": [_row(answer), _row(answer)]},
        "no list": {"answers": [{"id": "taken-down", "value": "x"}]},
        "too few parts": {"answers": [{"id": "taken-down", "value": ["x", "li-wei"]}]},
        "a signature of another length": _part(answer, 2, b64(bytes(63))),
        "no base64": _part(answer, 2, "=="),
    }.items():
        out.bad("read_taken_down", name, "schema", **_given(answer) | change)
    _odd(out, staff)
    return out


def _odd(out: VectorFile, staff: crypto.StaffKeys) -> None:
    """Signed by a member, and still not a statement, or not one for this office."""
    abroad = replace(staff, office=bytes(16))
    elsewhere = crypto.sign_on_behalf(abroad, CASE, ACCOUNT, OnBehalfDetails("letter", "2026-11-20"))
    out.bad("read_taken_down", "signed for another office", "signature", **_given(elsewhere))
    whole = {"v": 1, "channel": "telephone", "received": "2026-11-23", "consent": None, "checked": None}
    for name, stage, text in (
        ("signed, with keys missing", "schema", '{"v":1}'),
        ("signed, on a day that is none", "schema", _text(whole | {"received": "2026-02-30"})),
        ("signed, with an unknown consent", "schema", _text(whole | {"consent": "yes"})),
        ("signed, no JSON", "json", "{"),
    ):
        message = crypto.frame("yanlu/v1/taken-down", staff.office, CASE, sha256(ACCOUNT.encode()), text.encode())
        value = [text, staff.member, b64(staff.sign(message))]
        answers = [{"id": "taken-down", "value": value}]
        out.bad(
            "read_taken_down", name, stage, office={"$": "office"}, case=b64(CASE), account=ACCOUNT, answers=answers
        )


def _text(document: dict[str, Any]) -> str:
    return write_json(document).decode()


def _row(answer: crypto.Answer) -> dict[str, Any]:
    return {"id": answer.id, "value": answer.value}


def _given(answer: crypto.Answer) -> dict[str, Any]:
    return {"office": {"$": "office"}, "case": b64(CASE), "account": ACCOUNT, "answers": [_row(answer)]}


def _part(answer: crypto.Answer, at: int, text: str) -> dict[str, Any]:
    value = list(answer.value)
    value[at] = text
    return {"answers": [{"id": answer.id, "value": value}]}
