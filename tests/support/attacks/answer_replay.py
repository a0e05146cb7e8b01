"""What the faces said to a command, told again: with one answer altered, a thousand times, and nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass, field

import httpx
from flask import Flask
from werkzeug.exceptions import HTTPException

from tests.support.commands.office_in_process import Call

BUSY = "Yanlu-Work"


@dataclass(frozen=True)
class Said:
    """One answer as the honest face gave it, under the rule of the call."""

    call: Call
    port: int
    rule: str
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def is_json(self) -> bool:
        """Whether it is a document."""
        return any(name.lower() == "content-type" and "json" in value for name, value in self.headers) and bool(
            self.body
        )


def rule_of(app: Flask, method: str, path: str) -> str:
    """The rule of the url map that a call follows, by its method."""
    try:
        found, _ = app.url_map.bind("localhost").match(path.split("?", maxsplit=1)[0], method, return_rule=True)
    except HTTPException:
        return f"{method} {path}"
    return f"{method} {found.rule}"


@dataclass
class Replay:
    """The same answers in their order; what is asked beside them is not found."""

    apps: dict[int, Flask]
    said: list[Said]
    lies: dict[int, bytes] = field(default_factory=dict[int, bytes])
    calls: list[Call] = field(default_factory=list[Call])
    used: set[int] = field(default_factory=set[int])

    def answer(self, request: httpx.Request) -> httpx.Response:
        """What is told this time."""
        call = Call(request.method, request.url.raw_path.decode(), request.read())
        self.calls.append(call)
        at = self._next(request.url.port or 0, call)
        if at is None:
            return httpx.Response(404, json={"title": "not found", "detail": "not found"}, request=request)
        self.used.add(at)
        told = self.said[at]
        return httpx.Response(told.status, headers=told.headers, content=self.lies.get(at, told.body), request=request)

    def _next(self, port: int, call: Call) -> int | None:
        """The first that was not told yet to that very call, else to its rule, else the last of it."""
        rule = rule_of(self.apps[port], call.method, call.path) if port in self.apps else ""
        same = [n for n, one in enumerate(self.said) if (one.port, one.rule) == (port, rule)]
        exact = [n for n in same if self.said[n].call.path == call.path]
        fresh = [n for n in (exact or same) if n not in self.used]
        return next(iter(fresh or (exact or same)[-1:]), None)
