"""Honest traffic: people who send a file, poll, hand a bundle in and sign in while somebody attacks the site."""

from __future__ import annotations

import io
import os
import ssl
import time
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

import crypto
from crypto.framing import b64encode, sha256
from crypto.reporter.work import do_work, read_asked
from portal.cli.attachments import seal_files
from portal.cli.desk.client import desk_server
from portal.cli.desk.enrolment import NewMember
from portal.cli.server import Server, as_json
from portal.cli.terminal import today
from portal.db_roles.privileges import StoreRole
from portal.edge.proof_of_work import BUNDLE_HEAD, HEADER
from portal.office import EnrolledMember, OfficeFolder, sign_directory
from portal.office.current_directory import CurrentDirectory
from portal.office.sample import SAMPLE_MEMBERS
from tests.crypto.sample import CHEAP
from tests.support.attacks.denial_of_service import under_attack
from tests.support.attacks.slow_requests import Call, slow_callers
from tests.support.commands.yanlu_process import enrol_all, fresh_digits
from tests.support.measuring.process_tree import highest_memory
from tests.support.offices.edge import as_role
from tests.support.privacy.canary_search import family
from tests.support.servers.nginx_site import Site

FILE_BYTES = 10_000_000
MEMBER, CATEGORY = "investigator-a", "fraud"
WORK_TRIES = 20
FULL_SECONDS = 120


@dataclass
class HonestTraffic:
    """What they did: seconds by deed, and how often which status was said to them."""

    site: Site
    name: str
    member: NewMember
    folder: Path
    took: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    codes: Counter[int] = field(default_factory=Counter[int])

    def __post_init__(self) -> None:
        self._directory = CurrentDirectory(OfficeFolder(self.site.settings.office)).on(today())
        device = crypto.read_device_secret(self.member.device_secret)
        secret = crypto.signin_secret(self.member.passphrase, device, self._directory.office, self.name)
        self._secret = b64encode(secret)
        self._intake, self._desk = Server(self.site.intake, "en"), desk_server(self.site.desk, "en")
        for server in (self._intake, self._desk):
            # Every answer, those that are tried again too.
            server._client.event_hooks["response"].append(self._heard)
        self._file = folder_file(self.folder)
        self._token = os.urandom(32)

    def _heard(self, answer: httpx.Response) -> None:
        self.codes[answer.status_code] += 1

    def close(self) -> None:
        """Ends their lines."""
        self._intake.close()
        self._desk.close()

    def do_all(self) -> None:
        """Each deed once, from its beginning until it is done; raises when one is refused."""
        deeds: dict[str, Callable[[], None]] = {
            "page": self.look,
            "file": self.send_file,
            "poll": self.poll,
            "bundle": self.hand_in,
            "sign-in": self.sign_in,
        }
        for name, deed in deeds.items():
            began = time.perf_counter()
            deed()
            self.took.setdefault(name, []).append(time.perf_counter() - began)

    def do_all_for(self, seconds: float) -> None:
        """All deeds, once at least and on until so many seconds have passed."""
        until = time.monotonic() + seconds
        while True:
            self.do_all()
            if time.monotonic() > until:
                return

    def look(self) -> None:
        """The first page and the office's directory."""
        for path in ("/zh/", "/office/office.json"):
            self._intake.call("GET", path)

    def _report(self, files: list[Path]) -> tuple[crypto.ReporterKeys, object, list[tuple[crypto.Attachment, Path]]]:
        row = self._directory.content.holders[0]
        keys = crypto.derive_reporter(crypto.draw_receipt(os.urandom), self._directory.office, CHEAP)
        case = crypto.draw_case(os.urandom)
        attachments = seal_files(files, [case.recipient], self.folder)
        holders = crypto.choose_holders(self._directory, row.entity, row.policy, CATEGORY, ())
        told = crypto.NewReport("验收单是假的。", "zh-CN", attachments=[one for one, _ in attachments])
        return keys, crypto.seal_report(self._directory, keys, case, holders, told, os.urandom), attachments

    def send_file(self) -> None:
        """A report with a file of 10 MB."""
        keys, sealed, attachments = self._report([self._file])
        self._intake.upload_all(attachments, lambda _size: None)
        self._intake.call("POST", "/api/submissions", **as_json(crypto.write_submission(sealed.submission)))  # type: ignore[attr-defined]
        self._token = keys.mailbox_token
        for _, path in attachments:
            path.unlink()

    def poll(self) -> None:
        """Coming back to the mailbox of the report before."""
        answer = self._intake.call("POST", "/api/poll", json={"v": 1, "token": b64encode(self._token), "from": 0})
        assert len(answer.content) > 1000

    def hand_in(self) -> None:
        """A sealed bundle, as the page for bundles does."""
        _, sealed, _ = self._report([])
        sink = io.BytesIO()
        crypto.write_bundle(sealed.submission, [], sink)  # type: ignore[attr-defined]
        whole = sink.getvalue()
        head = whole[: BUNDLE_HEAD + int.from_bytes(whole[BUNDLE_HEAD - 8 : BUNDLE_HEAD], "big")]
        proof: dict[str, str] = {}
        client = self._intake._client
        for _ in range(WORK_TRIES):
            answer = client.post("/api/bundles", content=whole, headers=proof)
            if answer.status_code == 201:
                return
            assert answer.status_code == 429, answer.text
            asked = read_asked(answer.headers[HEADER])
            proof = {HEADER: do_work(asked, "POST /api/bundles", sha256(head), os.urandom).text}
        raise AssertionError("work was asked for again and again")

    def sign_in(self) -> None:
        """At the desk, and out again."""
        digits = fresh_digits(self.site.settings, self.name, self.member.totp_secret)
        body = {"member": self.name, "secret": self._secret, "totp": digits}
        self._desk.call("POST", "/api/session", json=body)
        self._desk.call("GET", "/api/me")
        self._desk.call("POST", "/api/session/end", json={})


def folder_file(folder: Path) -> Path:
    """A file of 10 MB that no packing makes smaller."""
    made = folder / "evidence.bin"
    made.write_bytes(os.urandom(FILE_BYTES))
    return made


def address_of_another_lane(site: Site) -> str:
    """An address that shares no lane with the others', who call from 127.0.0.1."""
    trusted = ssl.create_default_context(cafile=site.certificate)
    for number in range(60, 90):
        address = f"127.0.0.{number}"
        with slow_callers(site) as slow, httpx.Client(verify=trusted, timeout=60) as client:
            slow.begin(Call("/api/bundles", 1000, 1), 16, address=address)
            if client.post(f"{site.intake}/api/bundles", content=bytes(100)).status_code == 422:
                return address
    raise AssertionError("every address is in one lane")


def await_full_lane(site: Site, address: str) -> None:
    """Returns once the attacker has taken all that its lane has, of bundles and of parts; raises after a minute."""
    trusted = ssl.create_default_context(cafile=site.certificate)
    transport = httpx.HTTPTransport(verify=trusted, local_address=address)
    until = time.monotonic() + FULL_SECONDS
    with httpx.Client(transport=transport, base_url=site.intake, timeout=60) as same:
        for method, path in (("POST", "/api/bundles"), ("PUT", f"/api/blobs/{'A' * 22}/parts/1")):
            while same.request(method, path, content=bytes(100)).status_code != 503:
                assert time.monotonic() < until
                time.sleep(0.2)


def peaks(site: Site) -> dict[str, float]:
    """The most memory, in MB: of nginx all processes together, of a face its largest process."""
    found = {str(role): [process.pid] for role, process in site.processes.items()} | {"nginx": [site.nginx]}
    most: dict[str, float] = {}
    for name, pids in found.items():
        each = highest_memory(family(pids)).values()
        most[name] = (sum(each) if name == "nginx" else max(each)) / 1e6
    return most


@dataclass(frozen=True)
class Outcome:
    """What others met before the attack and during it, what the attacker was answered, and the most memory in MB."""

    before: dict[str, list[float]]
    during: dict[str, list[float]]
    said: Counter[int]
    attacker: dict[str, int]
    most: dict[str, float]


def attack_site(site: Site, folder: Path, seconds: float) -> Outcome:
    """Others do all they come for, then one client does its worst, for so long at least, while they do it again."""
    with honest_traffic(site, folder) as those:
        for _ in range(2):
            those.do_all()
        before, those.took = those.took, {}
        address = address_of_another_lane(site)
        those.codes.clear()
        with under_attack(site, address) as siege:
            await_full_lane(site, address)
            those.do_all_for(seconds)
            answered = siege.end()
        return Outcome(before, those.took, those.codes, answered, peaks(site))


@contextmanager
def honest_traffic(site: Site, folder: Path) -> Generator[HonestTraffic]:
    """They, one of them a member who is enrolled and in the directory; their lines are closed in the end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(site.certificate))
        made = HonestTraffic(site, MEMBER, _enrolled(site), folder)
        try:
            yield made
        finally:
            made.close()


def _enrolled(site: Site) -> NewMember:
    members = enrol_all(as_role(site.settings, StoreRole.DESK), site.desk, (MEMBER,))
    shown = {member.id: member for member in SAMPLE_MEMBERS}
    enrolled = [
        EnrolledMember(name, shown[name].role, shown[name].name, one.staff.recipient, one.staff.signing_key)
        for name, one in members.items()
    ]
    sign_directory(OfficeFolder(site.settings.office), enrolled, site.keepers, today())  # type: ignore[arg-type]
    return members[MEMBER]
