"""Stock Firefox with nobody who reads its network along.

Anyone who does, as WebDriver BiDi and with it Playwright, makes Firefox copy each request's body into its own memory
three times over and keep it long: nothing that a reporter's Firefox does.
"""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.browsers.launch import FIREFOX
from tests.support.servers.ports import LOOPBACK, free_ports, wait_for_port

# The key under which WebDriver names an element.
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
CLICK = "arguments[0].click();"
QUIET = {
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.aboutwelcome.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.systemAddon.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": f"http://{LOOPBACK}:9/",
}


class CommandRefused(Exception):
    """Firefox could not do what it was told."""


class Firefox:
    """One window, steered through Marionette, the protocol that Firefox itself speaks (lengths, then JSON)."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._file = line.makefile("rb")
        self._number = 0
        self._hear()
        self._tell("WebDriver:NewSession", {})

    def open(self, address: str) -> None:
        """Goes to an address."""
        self._tell("WebDriver:Navigate", {"url": address})

    def wait(self, selector: str, seconds: float = 60) -> str:
        """The first element that fits, as soon as it is shown; raises CommandRefused when it never is."""
        until = time.monotonic() + seconds
        while True:
            try:
                found: str = self._tell("WebDriver:FindElement", {"using": "css selector", "value": selector})[ELEMENT]
                if self._tell("WebDriver:IsElementDisplayed", {"id": found}):
                    return found
            except CommandRefused:
                if time.monotonic() > until:
                    raise
            if time.monotonic() > until:
                raise CommandRefused(selector)
            time.sleep(0.2)

    def click(self, selector: str) -> None:
        """Presses an element, once it is shown."""
        element = {ELEMENT: self.wait(selector)}
        self._tell("WebDriver:ExecuteScript", {"script": CLICK, "args": [element]})

    def fill(self, selector: str, text: str) -> None:
        """Types into a shown field."""
        self._tell("WebDriver:ElementSendKeys", {"id": self.wait(selector), "text": text})

    def choose(self, selector: str, file: Path) -> None:
        """Picks a file, which the field need not be shown for."""
        found = self._tell("WebDriver:FindElement", {"using": "css selector", "value": selector})[ELEMENT]
        self._tell("WebDriver:ElementSendKeys", {"id": found, "text": str(file)})

    def _tell(self, command: str, parameters: dict[str, object]) -> Any:
        self._number += 1
        message = json.dumps([0, self._number, command, parameters]).encode()
        self._line.sendall(str(len(message)).encode() + b":" + message)
        _, _, error, result = self._hear()
        if error:
            raise CommandRefused(command, error["error"])
        return result["value"] if isinstance(result, dict) and "value" in result else result

    def _hear(self) -> Any:
        length = b""
        while (byte := self._file.read(1)) != b":":
            length += byte
        return json.loads(self._file.read(int(length)))


@contextmanager
def bare_firefox(folder: Path) -> Generator[Firefox]:
    """Firefox ESR with a fresh profile in `folder`, and nobody who reads along."""
    (port,) = free_ports(1)
    profile = folder / "profile"
    profile.mkdir()
    settings = {**QUIET, "marionette.port": port}
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in settings.items()]
    (profile / "user.js").write_text("".join(lines))
    command = [FIREFOX, "--headless", "--no-remote", "--marionette", "--profile", str(profile)]
    environment = {"HOME": str(profile), "PATH": "/usr/bin:/bin"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port)
        with socket.create_connection((LOOPBACK, port)) as line:
            yield Firefox(line)
    finally:
        process.terminate()
        process.wait(30)
