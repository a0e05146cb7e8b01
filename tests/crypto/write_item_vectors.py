# ruff: noqa: E501 — cases are read across, one a line.
"""The vectors of what stands inside items: what the steps of a policy put there, and each shape that is none."""

from dataclasses import replace
from typing import Any

import crypto
from crypto import Decision, DecisionAct, Declaration, Direction, Notice, Until
from crypto.framing import b64encode
from tests.crypto.vector_file import VectorFile
from tests.crypto.write_case_vectors import Story, office_of, staff_of

ATTACHMENT = crypto.Attachment(bytes(16), "结果告知书.pdf", "application/pdf", 3, 100, [bytes(32)])
NOTICE = Notice(
    "notified", "result", "closed", "2026-12-02", "查证属实。", [ATTACHMENT], ["proven"], ["dismissal"],
    [Declaration.SEEN, Declaration.APPEAL], Until("2026-12-01", provisional=True, limit="5 working days", counts=["2026-11-25", "2026-11-26", "2026-11-27", "2026-11-30", "2026-12-01"]),
)  # fmt: skip
DECISION = Decision(
    DecisionAct.DECIDED, "查证属实。", [ATTACHMENT], ["proven"], ["dismissal"], own_words=True, reward="true-report"
)
BARE_NOTICE = Notice("acknowledged", "received")
BARE_DECISION = Decision(DecisionAct.CLEARED)
LONG = [f"id-{at}" for at in range(65)]


def inner(kind: str, payload: object, signer: str | None = "sun-fang") -> str:
    """The text inside an item, with a signature that nobody checks here."""
    text = payload if isinstance(payload, str) else crypto.write_json(payload).decode()
    sig = None if signer is None else b64encode(bytes(64))
    found = {"v": 1, "type": kind, "payload": text, "signer": signer, "sig": sig}
    return crypto.write_json(found).decode()


def inners() -> VectorFile:
    """What may stand inside items, and what may not."""
    out = VectorFile("items", "SPEC §6: what acts, decisions and notices hold")
    for act in Declaration:
        payload = {"act": act.value, "text": "因为"}
        out.good("read_inner", f"an act: {act}", direction="to-office", content=inner("act", payload, "reporter"))
    for word in ("findings-confirmed", "Appeal", "", None, 1, ["appeal"]):
        payload = {"act": word, "text": ""}
        content = inner("act", payload, "reporter")
        out.bad("read_inner", f"no act: {word!r}", "schema", direction="to-office", content=content)
    _notices(out)
    _decisions(out)
    _places(out)
    _days(out)
    _sealed(out)
    return out


UNTIL = {"day": "2026-12-01", "provisional": False, "limit": "5 working days", "counts": None}


def _notices(out: VectorFile) -> None:
    base = NOTICE.document()

    def good(name: str, payload: dict[str, Any]) -> None:
        out.good("read_inner", f"a notice: {name}", direction="to-reporter", content=inner("notice", payload))

    def bad(name: str, payload: object, stage: str = "schema") -> None:
        out.bad("read_inner", f"no notice: {name}", stage, direction="to-reporter", content=inner("notice", payload))

    good("all of it", base)
    good("no more than an act and a stage", BARE_NOTICE.document())
    for limit in ("1 day", "24 hours", "1 month", "999999 minutes", "2 weeks", "10 years", "1 working day"):
        good(f"a limit of {limit}", base | {"until": UNTIL | {"limit": limit}})
    for limit in (
        "0 days", "01 day", "1 days", "5 day", "5 working-days", "5 working  days", "5个工作日", "1000000 days", "5", "days",
        "5 Days", " 5 days", "5 days ", "5 days\n", "-5 days", "５ days", "five days", "", None, 5, "5 " + "days" * 12,
    ):  # fmt: skip
        bad(f"a limit of {limit!r}", base | {"until": UNTIL | {"limit": limit}})
    changes: dict[str, dict[str, Any]] = {
        "an act that is no id": {"act": "Notified"}, "no act": {"act": None}, "no stage": {"stage": None},
        "a next stage that is no id": {"next": ""}, "a day that does not exist": {"due": "2026-02-30"}, "a moment": {"due": "2026-12-02T10:00Z"},
        "an outcome twice": {"outcomes": ["proven", "proven"]}, "too many outcomes": {"outcomes": LONG}, "outcomes as a word": {"outcomes": "proven"},
        "a measure that is no id": {"measures": ["开除"]}, "an act asked twice": {"asks": ["appeal", "appeal"]},
        "an act that no reporter knows": {"asks": ["appealed"]}, "asks as null": {"asks": None}, "an unknown key": {"extra": 1},
        "text that is none": {"text": None}, "too long a text": {"text": "字" * 10923}, "an attachment that is none": {"attachments": [{}]},
        "until as a day": {"until": "2026-12-01"}, "until without a limit": {"until": {"day": "2026-12-01", "provisional": False, "counts": None}},
        "no days that count": {"until": UNTIL | {"counts": []}}, "days beyond the last": {"until": UNTIL | {"counts": ["2026-12-01", "2026-12-02"]}},
        "days before the last": {"until": UNTIL | {"counts": ["2026-11-30"]}}, "a day that counts twice": {"until": UNTIL | {"counts": ["2026-12-01", "2026-12-01"]}},
        "days backwards": {"until": UNTIL | {"counts": ["2026-11-30", "2026-11-27", "2026-12-01"]}},
        "a number of days": {"until": UNTIL | {"counts": 5}}, "a day that counts and is none": {"until": UNTIL | {"counts": ["2026-11-31", "2026-12-01"]}},
        "until with more": {"until": UNTIL | {"hour": 9}}, "provisional as a word": {"until": UNTIL | {"provisional": "no"}},
        "a last day that does not exist": {"until": UNTIL | {"day": "2026-11-31"}},
    }  # fmt: skip
    for name, change in changes.items():
        bad(name, base | change)
    for key in base:
        bad(f"without {key}", {name: value for name, value in base.items() if name != key})
    bad("a list", [])
    bad("broken JSON", "{", "json")
    bad("a key twice", '{"act":"notified","act":"notified"}', "json")


def _decisions(out: VectorFile) -> None:
    base = DECISION.document()

    def bad(name: str, payload: object) -> None:
        out.bad(
            "read_inner", f"no decision: {name}", "schema", direction="office-only", content=inner("decision", payload)
        )

    for act in DecisionAct:
        payload = replace(DECISION, act=act).document()
        out.good("read_inner", f"a decision: {act}", direction="office-only", content=inner("decision", payload))
    bare = inner("decision", BARE_DECISION.document())
    out.good("read_inner", "a decision: no more than an act", direction="office-only", content=bare)
    changes: dict[str, dict[str, Any]] = {
        "an act that tells no verdict": {"act": "notified"}, "no act": {"act": None}, "an outcome twice": {"outcomes": ["proven", "proven"]},
        "an outcome that is no id": {"outcomes": ["Proven"]}, "too many measures": {"measures": LONG}, "own words as a text": {"own_words": "yes"},
        "a reward that is no id": {"reward": "1000 元"}, "a reward as a list": {"reward": []}, "an unknown key": {"to": "closed"},
    }  # fmt: skip
    for name, change in changes.items():
        bad(name, base | change)
    for key in base:
        bad(f"without {key}", {name: value for name, value in base.items() if name != key})


def _places(out: VectorFile) -> None:
    """A type in a direction that is not its own."""
    kinds = {"notice": (NOTICE.document(), "to-reporter"), "decision": (DECISION.document(), "office-only")}
    for kind, (payload, home) in kinds.items():
        for direction in Direction:
            if direction != home:
                name = f"a {kind} in {direction}"
                out.bad("read_inner", name, "schema", direction=direction.value, content=inner(kind, payload))


def _days(out: VectorFile) -> None:
    """What is for the reporter may say on which day it was written; nothing else may."""
    words: dict[str, Any] = {"text": "好", "attachments": []}
    unsealing = {
        "state": "asked",
        "about": "reporter",
        "role": "investigator",
        "ground": "consent",
        "text": "",
        "delay": None,
    }
    told: dict[str, dict[str, Any]] = {
        "reply": words, "letter": words, "status": {"stage": "result", "next": None, "due": None, "text": ""},
        "notice": BARE_NOTICE.document(), "unsealing": unsealing,
    }  # fmt: skip
    for kind, payload in told.items():
        where = {"direction": "to-reporter"}
        out.good("read_inner", f"a {kind} with its day", **where, content=inner(kind, payload | {"day": "2026-11-29"}))
        out.good("read_inner", f"a {kind} without one", **where, content=inner(kind, payload))
        for day in (None, "2026-02-30", "2026-11-29T09:00Z", 20261129):
            content = inner(kind, payload | {"day": day})
            out.bad("read_inner", f"a {kind} of the day {day!r}", "schema", **where, content=content)
    dated = words | {"day": "2026-11-29"}
    out.bad("read_inner", "a note with a day", "schema", direction="office-only", content=inner("note", dated))
    said = inner("message", dated, None)
    out.bad("read_inner", "a message with a day", "schema", direction="to-office", content=said)


def _sealed(out: VectorFile) -> None:
    """A case with a notice, the reporter's answer to it and a decision, as the desk reads it."""
    story = Story("vector-items")
    case, after = story.case, story.regrant.grant
    answered, _ = crypto.seal_act(case.keys, story.standing, crypto.ActText(Declaration.APPEAL, "不服"), story.rng)
    items = [*story.all, answered["item"]]
    thread = story.read(items, after)
    notice = crypto.seal_notice(story.staff, case.directory, after, thread, NOTICE, story.rng)
    decision = crypto.seal_decision(story.staff, case.directory, after, thread, DECISION, story.rng)
    given = {
        "office": office_of(case),
        "staff": staff_of(case, "sun-fang"),
        "packet": b64encode(story.regrant.packet),
        "pin": None,
    }
    both = [*items, notice.document(), decision.document()]
    out.good("read_case", "an appeal, a notice and a decision", items=both, **given)
    forged = decision.document() | {"mac": notice.document()["mac"]}
    out.good("read_case", "a decision whose MAC is another's", items=[*items, forged], **given)


def main() -> None:
    """Write the one file."""
    inners().write()


if __name__ == "__main__":
    main()
