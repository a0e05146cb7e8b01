"""Commands in front of a server that alters one field of one answer: what they did is held against an honest run."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Generator, Iterator, Mapping
from contextlib import chdir, contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import click
import httpx
import pytest

from crypto import b64encode
from crypto.sealing.recipients import Identity, Recipient
from portal.cli.errors import Exit
from portal.cli.root import whole
from tests.crypto.sample import Drawn
from tests.support.attacks.answer_replay import Replay, Said, rule_of
from tests.support.attacks.field_mutations import FieldLie, lies_about_answer, lies_about_bytes
from tests.support.commands.office_in_process import Call, Inside
from tests.support.commands.yanlu_process import Ran

STOPPED = {int(Exit.NOT_VERIFIED), int(Exit.REFUSED)}
# Where a lie can't be told from something else that the command has a code of its own for.
ALIKE: dict[str, set[int]] = {
    # A wrapped key that was altered opens as little as one under another passphrase.
    "GET /api/me": {int(Exit.WRONG_SECRET)},
    # A document that is none is what an address gives that is no office.
    "GET /office/office.json": {int(Exit.UNREACHABLE)},
    # What is withheld is not there.
    "GET /api/cases/<case>": {int(Exit.NOTHING_THERE)},
    "GET /api/cases/<case>/former": {int(Exit.NOTHING_THERE)},
    "GET /api/cases": {int(Exit.NOTHING_THERE)},
    "GET /api/proposals": {int(Exit.NOTHING_THERE)},
    "GET /api/unsealing": {int(Exit.NOTHING_THERE)},
    "GET /api/drawers": {int(Exit.NOTHING_THERE)},
    "GET /api/drawers/<bits>/<drawer>": {int(Exit.NOTHING_THERE)},
    "POST /api/filings": {int(Exit.NOTHING_THERE)},
    "POST /api/poll": {int(Exit.NOTHING_THERE)},
}

CASE_BY_CASE = ("renew-all", "renew-all of another", "new-keys", "hand-over", "compromised")
ONE_BY_ONE = {name: {int(Exit.FAILED)} for name in CASE_BY_CASE}
"""Commands that go on with the next case, name the one that is not done, and end with 1."""
HOST_SAYS: dict[str, tuple[str, ...]] = {
    # A new packet that is withheld is not there, and one that is none is refused by its id: a later pull takes it in.
    # Until its key is claimed, a re-granted case is not among those of the pull.
    "GET /api/regrants": (
        "/cases",
        "/new",
        "/packets",
        "/refused",
        "investigator-a/profile/keyring/",
        "investigator-b/profile/keyring/",
    ),
    # The watch's host is the only source of its evidence, which is believed under the hash that the log has of it.
    "GET /api/alerts": ("/alerts", "/files", "alerts/"),
    "POST /api/alerts/<alert>/name": ("/employee", "/entity", "/left"),
    "POST /api/drawn": ("/reviews", "drawn"),
    "POST /api/cover": ("/cover", "/missing"),
    "POST /api/links": ("/links",),
    "PUT /api/deliveries": ("/state", "/accepted", "/read", "/bad", "/gaps"),
    # A row that is withheld nobody misses; what is proven of one is held by `test_tampered_answers.py`.
    "GET /api/removals": ("/removals", "/more"),
}
"""Where a face says what nobody else knows and nobody signs: so far the output follows it, and no further."""
KEPT_AS_SAID = re.compile(r"/profile/cases/[0-9a-f]{32}\.json$")
REFUSED_BEFORE = "witness/refusal.json"
"""What a witness remembers of a refusal, so that its status says so until a look holds again."""
DIGITS = "/digits.json"
"""Which digits were used follows the clock."""
HASHED = re.compile(r"GET /office/<any\(|GET /office/(policies|rules|calendars|jurisdictions)/")


@dataclass(frozen=True)
class Did:
    """What a command left: what it printed, field by field, and the files that it wrote, each by its hash."""

    printed: Mapping[str, str]
    wrote: Mapping[str, str]

    def same(self, other: Did) -> Did:
        """What two runs have in common: what is drawn by lot in each run is in neither."""
        return Did(_common(self.printed, other.printed), _common(self.wrote, other.wrote))

    def differs(self, other: Did) -> list[str]:
        """Where another run did not do this, or printed a field that this one has not, lots aside."""
        return sorted(
            name
            for mine, theirs in ((self.printed, other.printed), (self.wrote, other.wrote))
            for name in mine
            if theirs.get(name) != mine[name]
        )


def _common(one: Mapping[str, str], other: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in one.items() if other.get(name) == value}


def leaves(value: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """Every leaf of a document by its place; how long a list is and which names an object has are leaves too."""
    match value:
        case dict():
            rows = cast("dict[str, Any]", value)
            yield f"{at}{{}}", json.dumps(sorted(rows))
            inner = list(rows.items())
        case list():
            inner = list(enumerate(cast("list[Any]", value)))
            yield f"{at}[]", str(len(inner))
        case _:
            yield at, json.dumps(value)
            return
    for name, one in inner:
        yield from leaves(one, f"{at}/{name}")


@dataclass(frozen=True)
class Honest:
    """A command as it went before honest faces: the machine before it, what was said, and what it did."""

    name: str
    command: tuple[object, ...]
    before: Path
    after: Path
    said: list[Said]
    files: frozenset[str]
    readers: frozenset[str]
    pins: dict[str, object]
    did: Did

    def lies(self) -> list[tuple[int, FieldLie]]:
        """Every lie about what it read: the first answer of each call; of what is held by a hash, the whole."""
        first = {one.rule: n for n, one in reversed(list(enumerate(self.said))) if one.body and one.status < 400}
        return [(n, lie) for rule, n in sorted(first.items()) for lie in self._lies_about(rule, self.said[n])]

    @staticmethod
    def _lies_about(rule: str, said: Said) -> Iterator[FieldLie]:
        if said.is_json:
            return lies_about_answer(said.body, fields=HASHED.match(rule) is None)
        return lies_about_bytes(said.body)

    def lie(self, rule: str, where: str, how: str) -> tuple[int, FieldLie]:
        """That very lie."""
        return next(
            (at, one) for at, one in self.lies() if (self.said[at].rule, one.where, one.how) == (rule, where, how)
        )

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


Book = dict[tuple[str, bytes, str], bytes]
"""What was sealed so far, by recipient, words and place: the library draws its randomness itself."""


@contextmanager
def sealing(book: Book) -> Generator[Sealing]:
    """Notes every recipient that something is sealed to, and every key that is drawn or opened here.

    The same words are sealed to the same bytes: what was said to the first run fits the next.
    """
    noted, seal, made = Sealing(), Recipient.seal, Identity.__init__

    def seal_noted(self: Recipient, plaintext: bytes, info: str) -> bytes:
        noted.to.add(self.text)
        place = (self.text, plaintext, info)
        if place not in book:
            book[place] = seal(self, plaintext, info)
        return book[place]

    def made_noted(self: Identity, seed: bytes, *others: object) -> None:
        made(self, seed, *others)  # type: ignore[arg-type]
        noted.own.add(self.recipient.text)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Recipient, "seal", seal_noted)
        patch.setattr(Identity, "__init__", made_noted)
        yield noted


@contextmanager
def drawing(lot: str) -> Generator[None]:
    """Keys and ids are drawn as in every run of that lot: what was said to the first run fits the next."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "urandom", Drawn(lot))
        yield


def tree(folder: Path) -> frozenset[str]:
    """Every file of the machine, without what the faces keep and what the test keeps."""
    files = (file.relative_to(folder) for file in folder.rglob("*") if file.is_file())
    return frozenset(str(file) for file in files if file.parts[0] not in {"data", "kept"})


@dataclass
class Machine:
    """The machine of people who use the commands, in front of one house."""

    house: Inside
    honest: list[Honest] = field(default_factory=list[Honest])
    book: Book = field(default_factory=Book, repr=False)

    @property
    def folder(self) -> Path:
        """Where the people's files lie."""
        return self.house.house.folder

    def _keep(self, when: str) -> Path:
        """The machine as it is, set aside."""
        where = self.folder / "kept" / f"{len(self.honest)} {when}"
        where.mkdir(parents=True)
        for one in self.folder.iterdir():
            if one.name not in {"data", "kept"}:
                copy = shutil.copytree if one.is_dir() else shutil.copy2
                copy(one, where / one.name)
        return where

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
        """A command before honest faces, noted; it has to succeed, and to do the same when the same is said again."""
        before, said = self._keep("before"), list[Said]()

        def hear(call: Call, port: int, told: httpx.Response) -> None:
            rule = rule_of(self.house.line.apps[port], call.method, call.path)
            said.append(Said(call, port, rule, told.status_code, list(told.headers.multi_items()), told.content))

        self.house.line.lie, self.house.line.instead, self.house.line.heard = None, None, hear
        ran, noted = self._runs(before.name, command)
        self.house.line.heard = None
        assert ran.code == 0, (name, ran.err)
        did, after = self._did(ran), self._keep("after")
        honest = Honest(name, command, before, after, said, tree(self.folder), frozenset(noted.to), self.pins(), did)
        again, _ = self._again(honest, {})
        assert again.code == 0, (name, again.err)
        self.honest.append(replace(honest, did=did.same(self._did(again))))
        self.restore(after)
        return ran

    def _runs(self, lot: str, command: tuple[object, ...]) -> tuple[Ran, Sealing]:
        # A sealed report that could not be sent is kept where the command was given.
        with sealing(self.book) as noted, drawing(f"{self.folder}/{lot}"), chdir(self.folder / "kept"):
            return self.house.run(*command), noted

    def _again(self, honest: Honest, lies: dict[int, bytes]) -> tuple[Ran, Sealing]:
        """The command once more from where it began: it hears what it heard, but for these answers."""
        self.restore(honest.before)
        self.house.line.instead = Replay(self.house.line.apps, honest.said, lies).answer
        try:
            return self._runs(honest.before.name, honest.command)
        finally:
            self.house.line.instead = None

    def _did(self, ran: Ran) -> Did:
        files = {
            name: sha256((self.folder / name).read_bytes()).hexdigest()
            for name in tree(self.folder)
            if not name.endswith(DIGITS)
        }
        return Did(dict(leaves(ran.document)), files)

    def is_lied_to(self, honest: Honest, at: int, lie: FieldLie) -> Ran:
        """The command once more from where it began, with that one answer altered; asserts that the lie got nothing."""
        what = (honest.name, honest.said[at].rule, lie.where, lie.how)
        ran, noted = self._again(honest, {at: lie.body})
        allowed = {0, *STOPPED, *ALIKE.get(honest.said[at].rule, ()), *ONE_BY_ONE.get(honest.name, ())}
        assert ran.code in allowed, (what, ran.code, ran.out, ran.err)
        assert "\x1b" not in ran.out + ran.err, what
        found = tree(self.folder) - ({REFUSED_BEFORE} if ran.code in STOPPED else set())
        assert found <= honest.files | tree(honest.before), (what, sorted(found - honest.files))
        astray = {who: pin for who, pin in self.pins().items() if pin != honest.pins[who]}
        kept = {who: pin for who, pin in astray.items() if pin != self._pin_before(honest, who)}
        assert kept == {}, (what, kept)
        assert noted.to <= honest.readers | noted.own, what
        if ran.code == 0:
            differs = honest.did.differs(self._did(ran))
            # What is named as damaged by the very output need not be as ever.
            own = HOST_SAYS.get(honest.said[at].rule, ())
            differs = [] if ran.document.get("damaged") else [one for one in differs if not one.startswith(own)]
            assert [one for one in differs if not KEPT_AS_SAID.search(one)] == [], (what, differs, ran.out)
            for name in differs:
                self._is_read_again(honest, name, what)
        return ran

    def _open(self, honest: Honest, name: str) -> Ran:
        """The case that a profile keeps in that file, read off line as the command's own person does."""
        profile, file = name.split("/cases/")
        case = b64encode(bytes.fromhex(Path(file).stem))
        secrets = honest.command[honest.command.index("--profile") :][:8]
        assert self.folder / profile == secrets[1]
        return self.house.run("desk", "open", *secrets, "--json", "--", case)

    def _is_read_again(self, honest: Honest, name: str, what: object) -> None:
        """A case is kept as the desk gave it: reading it is refused, says what is wrong, or is as ever."""
        ran = self._open(honest, name)
        shutil.copy2(honest.after / name, self.folder / name)
        before = self._open(honest, name)
        assert ran.code in {0, *STOPPED}, (what, name, ran.err)
        if ran.code == 0 and ran.out != before.out:
            assert before.code == 0, (what, before.err)
            assert self._tells(ran.document, before.document), (what, ran.out, before.out)

    @staticmethod
    def _tells(said: dict[str, Any], before: dict[str, Any]) -> bool:
        """Whether the output itself names something as wrong that was not so before."""
        marks = [entry["mark"] for entry in said["entries"]]
        return (
            bool(said["alarms"] or said["unserved"] or said["undeliverable"])
            or not said["holds"]
            or marks != [entry["mark"] for entry in before["entries"]]
        )

    @staticmethod
    def _pin_before(honest: Honest, who: str) -> object:
        file = honest.before / who / "profile/profile.json"
        facts: dict[str, Any] = json.loads(file.read_bytes()) if file.exists() else {}
        return [facts.get(name) for name in ("desk", "office_key", "member", "seen")]

    def told(self, name: str) -> Honest:
        """The command of that name, as it went."""
        return next(one for one in reversed(self.honest) if one.name == name)

    def is_told_lies(self, number: int, name: str, lot: str) -> int:
        """So many lies to that command, the same for the same lot; gives how many there were."""
        honest = self.told(name)
        some = honest.some_lies(number, lot)
        for at, lie in some:
            self.is_lied_to(honest, at, lie)
        return len(some)

    def asked(self) -> set[str]:
        """Every call that any of its commands made and that was answered."""
        return {said.rule for one in self.honest for said in one.said if said.status < 400}

    def commands(self) -> dict[str, str]:
        """Which command was done under which name."""
        return {one.name: _path(one.command) for one in self.honest}


def _path(command: tuple[object, ...]) -> str:
    """The command's own words, up to its first option or argument."""
    found: click.Command = whole()
    words: list[str] = []
    for word in command:
        if not isinstance(found, click.Group) or word not in found.commands:
            break
        found = found.commands[str(word)]
        words.append(str(word))
    return " ".join(words)
