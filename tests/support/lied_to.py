"""Commands in front of a server that alters one field of one answer: what they did is held against an honest run."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Generator
from contextlib import chdir, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from crypto.sealing.recipients import Identity, Recipient
from portal.cli.errors import Exit
from tests.support.command import Ran
from tests.support.field_lies import FieldLie, lies_about_answer
from tests.support.house_inside import Call, Inside
from tests.support.replay import Replay, Said, rule_of

STOPPED = {int(Exit.NOT_VERIFIED), int(Exit.REFUSED)}
# Where a lie can't be told from something else that the command has a code of its own for.
ALIKE: dict[str, set[int]] = {
    # A wrapped key that was altered opens as little as one under another passphrase.
    "GET /api/me": {int(Exit.WRONG_SECRET)},
    # A list of roots that is none is what an address gives that is no office.
    "GET /office/roots.json": {int(Exit.UNREACHABLE)},
    # What is withheld is not there.
    "GET /api/cases/<case>": {int(Exit.NOTHING_THERE)},
    "GET /api/cases": {int(Exit.NOTHING_THERE)},
    "GET /api/proposals": {int(Exit.NOTHING_THERE)},
}

ONE_BY_ONE = {name: {int(Exit.FAILED)} for name in ("renew-all", "renew-all of another", "new-keys")}
"""Commands that go on with the next case, name the one that is not done, and end with 1."""
HASHED = re.compile(r"GET /office/<any\(|GET /office/(policies|rules|calendars|jurisdictions)/")


@dataclass(frozen=True)
class Honest:
    """A command as it went before honest faces: the machine before it, what was said, and what it did."""

    name: str
    command: tuple[object, ...]
    before: Path
    said: list[Said]
    files: frozenset[str]
    readers: frozenset[str]
    pins: dict[str, object]

    def lies(self) -> list[tuple[int, FieldLie]]:
        """Every lie about the documents that it read: the first of each call; of what is held by a hash, the whole."""
        first = {one.rule: n for n, one in reversed(list(enumerate(self.said))) if one.is_json}
        return [
            (n, lie)
            for rule, n in sorted(first.items())
            for lie in lies_about_answer(self.said[n].body, fields=HASHED.match(rule) is None)
        ]

    def some_lies(self, number: int, lot: str) -> list[tuple[int, FieldLie]]:
        """So many of them, the same for the same lot."""

        def drawn(one: tuple[int, FieldLie]) -> bytes:
            at, lie = one
            return sha256(f"{lot}/{self.said[at].rule}/{lie.where}/{lie.how}".encode()).digest()

        return sorted(self.lies(), key=drawn)[:number]


@dataclass
class Sealing:
    """To whom this process seals, and whose keys it made itself."""

    to: set[str] = field(default_factory=set[str])
    own: set[str] = field(default_factory=set[str])


@contextmanager
def sealing() -> Generator[Sealing]:
    """Notes every recipient that something is sealed to, and every key that is drawn or opened here."""
    noted, seal, made = Sealing(), Recipient.seal, Identity.__init__

    def seal_noted(self: Recipient, plaintext: bytes, info: str) -> bytes:
        noted.to.add(self.text)
        return seal(self, plaintext, info)

    def made_noted(self: Identity, seed: bytes, *others: object) -> None:
        made(self, seed, *others)  # type: ignore[arg-type]
        noted.own.add(self.recipient.text)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Recipient, "seal", seal_noted)
        patch.setattr(Identity, "__init__", made_noted)
        yield noted


def tree(folder: Path) -> frozenset[str]:
    """Every file of the machine, without what the faces keep and what the test keeps."""
    files = (file.relative_to(folder) for file in folder.rglob("*") if file.is_file())
    return frozenset(str(file) for file in files if file.parts[0] not in {"data", "kept"})


@dataclass
class Machine:
    """The machine of people who use the commands, in front of one house."""

    house: Inside
    honest: list[Honest] = field(default_factory=list[Honest])

    @property
    def folder(self) -> Path:
        """Where the people's files lie."""
        return self.house.house.folder

    def _keep(self, where: Path) -> None:
        for one in self.folder.iterdir():
            if one.name not in {"data", "kept"}:
                copy = shutil.copytree if one.is_dir() else shutil.copy2
                copy(one, where / one.name)

    def restore(self, before: Path) -> None:
        """The machine as it was before a command."""
        for one in list(self.folder.iterdir()):
            if one.name not in {"data", "kept"}:
                shutil.rmtree(one) if one.is_dir() else one.unlink()
        for one in before.iterdir():
            copy = shutil.copytree if one.is_dir() else shutil.copy2
            copy(one, self.folder / one.name)

    def pins(self) -> dict[str, object]:
        """Which office every profile believes in, at which desk, for whom, and the newest directory it saw."""
        found: dict[str, object] = {}
        for file in self.folder.glob("*/profile/profile.json"):
            facts = json.loads(file.read_bytes())
            found[file.parent.parent.name] = [facts[name] for name in ("desk", "office_key", "member", "seen")]
        return found

    def does(self, name: str, *command: object) -> Ran:
        """A command before honest faces, noted; it has to succeed."""
        before = self.folder / "kept" / f"{len(self.honest)}"
        before.mkdir(parents=True)
        self._keep(before)
        said: list[Said] = []

        def hear(call: Call, port: int, told: httpx.Response) -> None:
            rule = rule_of(self.house.line.apps[port], call.method, call.path)
            said.append(Said(call, port, rule, told.status_code, list(told.headers.multi_items()), told.content))

        self.house.line.lie, self.house.line.instead, self.house.line.heard = None, None, hear
        with sealing() as noted, chdir(self.folder / "kept"):
            ran = self.house.run(*command)
        self.house.line.heard = None
        assert ran.code == 0, (name, ran.err)
        readers = frozenset(noted.to)
        self.honest.append(Honest(name, command, before, said, tree(self.folder), readers, self.pins()))
        return ran

    def is_lied_to(self, honest: Honest, at: int, lie: FieldLie) -> Ran:
        """The command once more from where it began, with that one answer altered; asserts that the lie got nothing."""
        what = (honest.name, honest.said[at].rule, lie.where, lie.how)
        self.restore(honest.before)
        replay = Replay(self.house.line.apps, honest.said, {at: lie.body})
        self.house.line.instead = replay.answer
        try:
            # A sealed report that could not be sent is kept where the command was given.
            with sealing() as noted, chdir(self.folder / "kept"):
                ran = self.house.run(*honest.command)
        finally:
            self.house.line.instead = None
        allowed = {0, *STOPPED, *ALIKE.get(honest.said[at].rule, ()), *ONE_BY_ONE.get(honest.name, ())}
        assert ran.code in allowed, (what, ran.code, ran.out, ran.err)
        assert "\x1b" not in ran.out + ran.err, what
        assert tree(self.folder) <= honest.files | tree(honest.before), (what, sorted(tree(self.folder) - honest.files))
        astray = {who: pin for who, pin in self.pins().items() if pin != honest.pins[who]}
        kept = {who: pin for who, pin in astray.items() if pin != self._pin_before(honest, who)}
        assert kept == {}, (what, kept)
        assert noted.to <= honest.readers | noted.own, what
        return ran

    @staticmethod
    def _pin_before(honest: Honest, who: str) -> object:
        file = honest.before / who / "profile/profile.json"
        facts = json.loads(file.read_bytes()) if file.exists() else {}
        return [facts.get(name) for name in ("desk", "office_key", "member", "seen")]


Scene = Callable[[Machine], object]
