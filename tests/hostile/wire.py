"""The wire of a dishonest member: an honest call is made by the member's own client, held back, and given out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

from tests.support.offices.desk import OURS, Colleague

HEADERS: Final = ("X-Part-Hash", "Origin")
AUTOMATIC: Final = {"HEAD", "OPTIONS"}


@dataclass(frozen=True)
class Call:
    """One call as it would go over the wire; `rule` is its method and the route that answers it."""

    rule: str
    method: str
    path: str
    body: bytes | None = field(default=None, repr=False)
    headers: dict[str, str] = field(default_factory=dict[str, str])
    # The case that it is about, where it is about one.
    case: bytes | None = field(default=None, repr=False)

    @property
    def document(self) -> Any:
        """The body as JSON; None where it is none."""
        if self.body is None or "X-Part-Hash" in self.headers:
            return None
        return json.loads(self.body)

    def saying(self, document: object) -> Call:
        """The same call with another body."""
        return replace(self, body=json.dumps(document).encode())

    def send(self, client: FlaskClient) -> Any:
        """Sends it."""
        headers = OURS | self.headers
        kind = None if self.body is None or "X-Part-Hash" in self.headers else "application/json"
        more = {"content_type": kind, "headers": headers, "buffered": True}
        return client.open(self.path, method=self.method, data=self.body, **more)  # pyright: ignore[reportArgumentType]


class _HeldBack(Exception):
    """Not an error: the call that was wanted, before it goes out."""

    def __init__(self, call: Call) -> None:
        super().__init__(call.rule)
        self.call = call


def rules_of(app: Flask) -> set[str]:
    """Every route of a face with its method."""
    rules = app.url_map.iter_rules()
    return {f"{method} {rule.rule}" for rule in rules for method in (rule.methods or set()) - AUTOMATIC}


class _Wire:
    """Stands in front of a client: lets every call pass but the one that is wanted."""

    def __init__(self, client: FlaskClient, app: Flask, rule: str) -> None:
        self._client, self._adapter, self._rule = client, app.url_map.bind("localhost"), rule

    def open(self, path: str, *, method: str = "GET", data: bytes | None = None, **more: Any) -> Any:
        """One call."""
        if self._name(path, method) != self._rule:
            return self._client.open(path, method=method, data=data, **more)
        given = dict(more.get("headers") or {})
        if "json" in more:
            data = json.dumps(more["json"]).encode()
        raise _HeldBack(Call(self._rule, method, path, data, {k: v for k, v in given.items() if k in HEADERS}))

    def _name(self, path: str, method: str) -> str:
        try:
            rule, _ = self._adapter.match(path.partition("?")[0], method, return_rule=True)
        except HTTPException:
            return ""
        return f"{method} {rule.rule}"

    def get(self, path: str, **more: Any) -> Any:
        """A reading call."""
        return self.open(path, method="GET", **more)

    def post(self, path: str, **more: Any) -> Any:
        """A changing call."""
        return self.open(path, method="POST", **more)

    def put(self, path: str, **more: Any) -> Any:
        """A changing call."""
        return self.open(path, method="PUT", **more)


def held_back(colleague: Colleague, rule: str, act: Callable[[], object], case: bytes | None = None) -> Call:
    """The call to a route that an honest act of this member makes, which does not go out."""
    client = colleague.client
    colleague.client = _Wire(client, colleague.room.app, rule)  # type: ignore[assignment]
    try:
        act()
    except _HeldBack as found:
        return replace(found.call, case=case)
    finally:
        colleague.client = client
    raise AssertionError(f"no call to {rule}")
