"""What the desk tells a member who was left out of a report: every call that answers to them, as numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final, cast

from crypto.framing import b64decode
from portal.desk.case_views import CASES_AT_ONCE, IDS_AT_ONCE
from tests.support.offices.desk import Colleague, DeskRoom
from tests.support.privacy.leak_classifier import Features

FOLLOWED: Final = frozenset({"/api/batch/<day>", "/api/cases/<case>", "/api/drawers/<bits>/<drawer>"})
"""Calls that need a day, an id or a number which another call gave."""
LEFT: Final[Mapping[str, str]] = {
    "/": "the page itself",
    "/<path:path>": "the page's files",
    "/healthz": "one bit, held in tests/portal/edge/test_health.py",
    "/api/blobs/<blob>": "an upload of their own",
    "/api/cases/<case>/blobs/<blob>/parts/<k>": "a file of a case that is theirs",
    "/api/cases/<case>/former": "a case that was theirs, answered as any other in tests/portal/desk/test_cases.py",
    "/log/checkpoints/<int:size>": "an earlier checkpoint of those that are looked at",
    "/log/tile/<path:rest>": "leaves drawn at random, held in tests/portal/transparency_log",
    "/office/calendars/<name>.json": "the office's own text",
    "/office/jurisdictions/<name>.json": "the office's own text",
    "/office/policies/<name>.json": "the office's own text",
    "/office/rules/<name>.json": "the office's own text",
}
"""Reading calls that are not looked at, and why."""
NAMES: Final = ("li-wei", "sun-fang")


def reading_calls(room: DeskRoom) -> set[str]:
    """Every rule of the desk's route map that is read."""
    return {rule.rule for rule in room.app.url_map.iter_rules() if "GET" in (rule.methods or ())}


def looked_at(room: DeskRoom) -> list[str]:
    """The calls of every look: what anybody can ask without knowing an id; a new one joins by itself."""
    return sorted(rule for rule in reading_calls(room) - LEFT.keys() if "<" not in rule)


def packet_features(packet: bytes) -> Features:
    """What a packet shows without its key."""
    sealed = int.from_bytes(packet[:4], "big")
    behind = packet[4 + sealed :]
    return {
        "length": float(len(packet)),
        "sealed": float(sealed),
        "stanzas": float(packet.count(b"\n-> ")),
        "behind": float(len(behind) - behind.count(0)),
        "names": float(sum(name.encode() in packet for name in NAMES)),
    }


def answer_features(said: object, today: date, at: str = "") -> Iterator[tuple[str, float]]:
    """Each number, length, count and day of an answer; what is drawn at random stands as its length alone."""
    match said:
        case dict():
            for key, value in cast("dict[str, object]", said).items():
                yield from answer_features(value, today, f"{at}.{key}")
        case list():
            entries = cast("list[object]", said)
            yield f"{at}[]", float(len(entries))
            for entry in entries:
                yield from answer_features(entry, today, f"{at}[]")
        case bool() | int():
            yield at, float(said)
        case str():
            yield f"{at}.length", float(len(said))
            yield from _days(said, today, at)
        case _:
            yield f"{at}.nothing", 1.0


def _days(said: str, today: date, at: str) -> Iterator[tuple[str, float]]:
    try:
        yield f"{at}.age", float((today - date.fromisoformat(said[:10])).days)
    except ValueError:
        return


class ExcludedMember:
    """A member's looks, one after the other, at everything that any call answers to them."""

    def __init__(self, room: DeskRoom, member: Colleague) -> None:
        self.room, self.member, self.calls = room, member, looked_at(room)
        self.known: dict[str, bytes | None] = {}

    def look(self) -> Features:
        """One look: each call's status, length and content; of the batch what came, vanished or changed."""
        seen: Features = {}
        said = {path: self._take(seen, path, path) for path in self.calls}
        rows = said["/api/cases"]["cases"]
        for row in rows:
            self._take(seen, f"/api/cases/{row['case']}", "/api/cases/<case>")
        together = "&".join(f"case={row['case']}" for row in rows[:CASES_AT_ONCE])
        self._take(seen, f"/api/cases/files?{together}", "/api/cases/files?case=")
        self._take(seen, f"/api/drawers/{said['/api/drawers']['bits']}/0", "/api/drawers/<bits>/<drawer>")
        self._batch(seen, said["/api/batch"]["days"])
        return seen

    def _sign_in(self) -> None:
        if self.member.get("/api/me").status_code == 401:
            assert self.member.attempt().status_code == 200

    def _take(self, seen: Features, path: str, name: str) -> Any:
        """One call of a look; gives what it said, None where that is no JSON."""
        answer = self.member.get(path)
        if answer.status_code == 401:
            self._sign_in()
            answer = self.member.get(path)
        found: list[tuple[str, float]] = [("status", answer.status_code), ("length", len(answer.data)), ("calls", 1)]
        said: object = answer.json if answer.is_json else None
        if answer.is_json:
            found += answer_features(said, self.room.edge.hands.now.date())
        for key, value in found:
            seen[f"{name} {key}"] = seen.get(f"{name} {key}", 0.0) + value
        return said

    def _batch(self, seen: Features, days: list[dict[str, Any]]) -> None:
        now = {packet_id: day["day"] for day in days for packet_id in day["ids"]}
        came = now.keys() - self.known.keys()
        oldest = min(now.values(), default="")
        for day in {now[one] for one in came}:
            for entry in self._packets(day, [one for one in came if now[one] == day]):
                packet = b64decode(entry["packet"])
                self.known[entry["id"]] = packet
                for key, value in packet_features(packet).items():
                    seen[f"came {key}"] = seen.get(f"came {key}", 0.0) + value
        gone = self.known.keys() - now.keys()
        seen |= {"came": float(len(came)), "oldest": float(len(oldest)), "vanished": float(len(gone))}
        for one in gone:
            del self.known[one]

    def _packets(self, day: str, ids: list[str]) -> list[dict[str, str]]:
        entries: list[dict[str, str]] = []
        for start in range(0, len(ids), IDS_AT_ONCE):
            asked = "&".join(f"id={one}" for one in ids[start : start + IDS_AT_ONCE])
            entries += self.member.get(f"/api/batch/{day}?{asked}").json["entries"]
        assert sorted(one["id"] for one in entries) == sorted(ids)
        return entries

    def changed(self) -> int:
        """How many packets of the batch are no longer what they were; each is compared once, and then forgotten."""
        self._sign_in()
        found = 0
        for day in self.member.get("/api/batch").json["days"]:
            ids = [one for one in day["ids"] if self.known.get(one) is not None]
            for entry in self._packets(day["day"], ids) if ids else []:
                found += b64decode(entry["packet"]) != self.known[entry["id"]]
                self.known[entry["id"]] = None
        return found
