"""The vectors of what a member signs who did a recurring duty of the office."""

from __future__ import annotations

from typing import Any

import crypto
from crypto.framing import b64encode as b64
from crypto.office.duty_done import DutyDone, sign_duty_done
from crypto.text import write_json
from tests.crypto.sample import TODAY, Drawn, Office
from tests.crypto.vector_file import VectorFile

POLICY, DUTY = "customer-callback-workorder", "channel-box"


def duty_done() -> VectorFile:
    """Lines that hold, and one for each thing that breaks one."""
    office = Office(Drawn("duty-done"))
    shared = {"code": office.code, "roots": [office.roots[0].decode()], "note": office.note().decode(), "today": TODAY}
    out = VectorFile("duty-done", "SPEC §6: that a recurring duty of the office was done", office=shared)
    staff = office.staff("li-wei")
    member = {"seed": b64(office.seeds["li-wei"]), "member": "li-wei"}
    for name, note in {
        "no note": "",
        "a note": '本周无来信；"two\\ letters"\n—',
        "the longest note": "\U0001f4ee" * 1000,
    }.items():
        done = {"policy": POLICY, "duty": DUTY, "day": TODAY, "note": note}
        line = out.good("sign_duty_done", name, office={"$": "office"}, staff=member, done=done)["line"]
        out.good("read_duty_done", name, office={"$": "office"}, line=line)
    out.bad(
        "sign_duty_done", "a note too long", "schema", office={"$": "office"}, staff=member,
        done={"policy": POLICY, "duty": DUTY, "day": TODAY, "note": "x" * 1001},
    )  # fmt: skip
    _broken(out, staff, sign_duty_done(staff, DutyDone(POLICY, DUTY, TODAY)).decode())
    return out


def _broken(out: VectorFile, staff: crypto.StaffKeys, line: str) -> None:
    def bad(name: str, stage: str, changed: str) -> None:
        assert changed != line
        out.bad("read_duty_done", name, stage, office={"$": "office"}, line=changed)

    bad("another duty", "signature", line.replace(DUTY, "statistics"))
    bad("another policy", "signature", line.replace(POLICY, "other"))
    bad("another day", "signature", line.replace(TODAY, "2026-11-03"))
    bad("another note", "signature", line.replace('\\"note\\":\\"\\"', '\\"note\\":\\"x\\"'))
    bad("another member", "signature", line.replace("li-wei", "sun-fang"))
    bad("nobody of this office", "signature", line.replace("li-wei", "nobody"))
    bad("another version", "schema", line.replace('{"v":1', '{"v":2', 1))
    bad("a key too many", "schema", line[:-1] + ',"x":1}')
    bad("no JSON", "json", line[:-1])
    bad("a line too long", "json", line + " " * 8192)
    for name, stage, statement in (
        ("signed, on a day that is none", "schema", _text(day="2026-02-30")),
        ("signed, with a duty that is no id", "schema", _text(duty="Box")),
        ("signed, with a note too long", "schema", _text(note="x" * 1001)),
        ("signed, no JSON", "json", "{"),
    ):
        bad(name, stage, _signed(staff, statement, "yanlu/v1/duty-done"))
    bad("signed under another label", "signature", _signed(staff, _text(), "yanlu/v1/taken-down"))


def _text(**changes: str) -> str:
    return write_json({"v": 1, "policy": POLICY, "duty": DUTY, "day": TODAY, "note": ""} | changes).decode()


def _signed(staff: crypto.StaffKeys, statement: str, label: str) -> str:
    signature = b64(staff.sign(crypto.frame(label, staff.office, statement.encode())))
    document: dict[str, Any] = {"v": 1, "statement": statement, "member": staff.member, "signature": signature}
    return write_json(document).decode()
