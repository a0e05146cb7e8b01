"""What the watch's faces say, read strictly: packets, links, alerts and their evidence, cover, receipts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict

from crypto.errors import WrongShape
from crypto.shape import day_of, id_of, integer_of, list_of, text_of
from crypto.text import read_json
from crypto.watch.protection import LINK_SIZE
from portal.cli.responses.reading import AnswerFields, is_id_text, read_object, unpacked
from portal.languages import DEFAULT, SOURCE
from retaliation_watch.review_sampling.classes import RULE, WORDING_EN, WORDING_ZH
from retaliation_watch.weekly_run.officer_alert_list import AlertState

MOST_PACKETS = 1000
MOST_LINKS = 1000
MOST_ALERTS = 1000
MOST_MEASURES = 1000
MOST_COVER = 1_000_000
WEEKS = 53
PACKET_LIMIT = 65536
RECEIPT_LIMIT = 65536
NUMBER_LIMIT = 256
LEVELS = ("amber", "red")
REASONS = ("crossed", "red", "grew", "stands")


class Alert(TypedDict):
    """An alert: its id is exact, its evidence is checked and kept whole, since its hash is over all of it."""

    alert: str
    shown: str
    state: str
    evidence: dict[str, Any]


class Planned(TypedDict):
    """Whom the host plans as cover, and how many more there should be."""

    employees: list[str]
    missing: int


def _packet(value: object) -> bytes:
    return unpacked(value, PACKET_LIMIT)


def read_packets(value: object) -> list[bytes]:
    """Packets that wait, still sealed."""
    return AnswerFields(value, "packets").list("packets", MOST_PACKETS, _packet)


def read_outcomes(value: object) -> list[str]:
    """What became of each request, a word for each."""
    return AnswerFields(value, "outcomes").list("outcomes", MOST_PACKETS, id_of)


def read_links(value: object) -> list[bytes]:
    """The sealed links of a person's entries."""
    return AnswerFields(value, "entries").list(
        "entries", MOST_LINKS, lambda one: AnswerFields(one, "link").bytes("link", LINK_SIZE)
    )


def _number(value: object) -> str:
    return text_of(value, NUMBER_LIMIT)


def read_cover(value: object) -> Planned:
    """Cover as the host plans it."""
    fields = AnswerFields(value, "employees", "missing")
    return {"employees": fields.list("employees", MOST_COVER, _number), "missing": fields.integer("missing")}


def read_named(value: object) -> dict[str, object]:
    """Who is behind an alert, and how many more may be named today."""
    fields = AnswerFields(value, "entity", "employee", "left")
    employee = fields.text("employee", NUMBER_LIMIT)
    return {"entity": fields.id("entity"), "employee": employee, "left": fields.integer("left")}


def read_digest(value: object) -> bytes:
    """The hash of the evidence that the host entered."""
    return AnswerFields(value, "sha256").bytes("sha256", 32)


def _amount(value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
        raise WrongShape("not an amount")


def _texts(names: tuple[str, ...], limit: int = 4096) -> Callable[[object], None]:
    def check(value: object) -> None:
        fields = AnswerFields(value, *names)
        for name in names:
            fields.text(name, limit)

    return check


def _optional(value: object, name: str, check: Callable[[object], object]) -> None:
    """Checks a field that evidence from before alerts lived does not have."""
    members = read_object(value)
    if name in members:
        check(members[name])


def _notification(value: object) -> None:
    fields = AnswerFields(value, "day", "why", "level", "odds", "measures")
    fields.day("day")
    fields.word("why", *REASONS)
    fields.word("level", *LEVELS)
    fields.integer("odds")
    fields.integer("measures")


def _lived(value: object) -> None:
    """What an alert that lives says: since when, whether it stands, from when HR's records count, and each telling."""
    _optional(value, "told", lambda found: list_of(found, MOST_MEASURES, _notification))
    if "since" not in read_object(value):
        return
    fields = AnswerFields(value, "since", "stands", "from")
    fields.day("since")
    fields.flag("stands")
    fields.maybe("from", day_of)


def _week(value: object) -> None:
    fields = AnswerFields(value, "end", "person", "cohort")
    fields.day("end")
    _amount(fields["person"])
    fields.maybe("cohort", _amount)
    _optional(value, "colleagues", lambda found: None if found is None else integer_of(found))


def _measure(value: object) -> None:
    fields = AnswerFields(value, DEFAULT, SOURCE, "letter", "recorded", "effective", "backdated")
    _texts((DEFAULT, SOURCE, "letter"))(value)
    fields.day("recorded")
    fields.day("effective")
    fields.flag("backdated")


def _gap(value: object) -> None:
    fields = AnswerFields(value, "source", "kind", "since")
    fields.text("source", NUMBER_LIMIT)
    fields.maybe("kind", _number)
    fields.day("since")


def check_evidence(value: object) -> dict[str, Any]:
    """The evidence as it came, once all that a page or paper shows of it has its exact type; raises WrongShape."""
    fields = AnswerFields(value, "level", "day", "sentence", "weeks", "measures", "gaps")
    fields.word("level", *LEVELS)
    fields.day("day")
    _texts((DEFAULT, SOURCE))(fields["sentence"])
    if not fields.list("weeks", WEEKS, _week):
        raise WrongShape("no week at all")
    fields.list("measures", MOST_MEASURES, _measure)
    fields.list("gaps", MOST_MEASURES, _gap)
    _lived(value)
    return read_object(value)


def _alert(value: object) -> Alert:
    fields = AnswerFields(value, "alert", "shown", "state", "evidence")
    return {
        "alert": is_id_text(fields["alert"]),
        "shown": fields.day("shown"),
        "state": fields.word("state", *(one.value for one in AlertState)),
        "evidence": check_evidence(fields["evidence"]),
    }


def read_alerts(value: object) -> list[Alert]:
    """The alerts whose day has come."""
    return AnswerFields(value, "alerts").list("alerts", MOST_ALERTS, _alert)


def _drawn(value: object) -> dict[str, str]:
    fields = AnswerFields(value, "review", "employee", "kind", "recorded", "drawn")
    texts = {name: fields.text(name, NUMBER_LIMIT) for name in ("employee", "kind")}
    return {
        "review": is_id_text(fields["review"]),
        **texts,
        "recorded": fields.day("recorded"),
        "drawn": fields.day("drawn"),
    }


def read_drawn(value: object) -> dict[str, Any]:
    """The measures to send grounds for; raises WrongShape for any words but those of every review."""
    fields, words = AnswerFields(value, "rule", "reviews", "words"), {DEFAULT: WORDING_ZH, SOURCE: WORDING_EN}
    said = AnswerFields(fields["words"], *words)
    if (fields["rule"], {name: said[name] for name in words}) != (RULE, words):
        raise WrongShape("other words than those of every review")
    return {"v": 1, "rule": RULE, "words": words, "reviews": fields.list("reviews", MOST_COVER, _drawn)}


def read_receipt(value: object) -> dict[str, Any]:
    """What became of a delivery: the signed text of a receipt, read."""
    payload = AnswerFields(value, "payload").text("payload", RECEIPT_LIMIT)
    receipt = read_json(payload.encode("utf-8", "surrogatepass"), RECEIPT_LIMIT)
    fields = AnswerFields(receipt, "state", "accepted", "read")
    fields.id("state")
    fields.integer("accepted")
    fields.integer("read")
    return read_object(receipt)
