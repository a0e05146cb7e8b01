"""A client's server of this process: its calls reach a face's app without a network."""

from __future__ import annotations

from collections.abc import Mapping

import httpx
from flask import Flask

from portal.cli.server import Server


class InProcess(Server):
    """Speaks to that app alone; every call carries the headers."""

    def __init__(self, app: Flask, headers: Mapping[str, str]) -> None:
        super().__init__("http://here", "en", headers)
        self._client.close()
        transport = httpx.WSGITransport(app=app)
        self._client = httpx.Client(transport=transport, base_url="http://here", headers=dict(headers))
