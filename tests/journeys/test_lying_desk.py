"""The desk in front of a server that lies: the member is told, and no step, blob or claim leaves sealed for it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from casework.event_store.store import MemberId
from crypto import b64decode, b64encode
from crypto.case.grant import open_body, read_packet, seal_body, write_packet
from crypto.case.grant_body import EpochKeys, HistoryName, MacKeys
from crypto.localized import localized
from crypto.office.directory_shape import Role
from crypto.sealing.recipients import Identity
from portal.accounts.members import Invitation, invite_member
from portal.cli.desk.totp import totp_code
from portal.cli.errors import Exit
from portal.cli.reporter.reporting import ReportRequest
from portal.cli.terminal import today
from portal.settings import demo_settings
from portal.wiring.desk import build_accounts
from tests.journeys.colleague import colleague, file_report
from tests.journeys.demo import Demo
from tests.journeys.investigator import SIGN_IN, Investigator
from tests.journeys.liar import ANY_WORDS, NOTHING_SENT, Trial
from tests.journeys.reporter import PATIENCE, SEALING, Reporter, Told, Upload
from tests.support.attacks.case_files import altered_files, in_place_of
from tests.support.attacks.forged_documents import Lies, instead
from tests.support.attacks.tampering_proxy import Alter, LyingProxy, lying_proxy
from tests.support.commands.yanlu_in_process import inside
from tests.support.commands.yanlu_process import POLICY, Ran

STEPS = ("/api/cases", "/api/blobs", "/api/claims")
FILE: Upload = {"name": "answer.txt", "mimeType": "text/plain", "buffer": b"what we found"}
# Firefox hears the three that differ in what the page has to notice; Chromium hears all.
OLDER = "older directory"
FEW = ["swapped recipient", "foreign root", OLDER]
WORDS = "A case at a lying desk."
NEWEST = "newest item withheld"
# What an alarm has to say; a lie that is not here may be told in any words.
SAID = {"forged re-grant": "A signature is not valid", NEWEST: "that the server did not deliver"}


@pytest.fixture(scope="module")
def told(demo: Demo, lies: Lies, chromium: Browser) -> str:
    """A case of Ireland whose title no other case has."""
    assert lies.names()
    with chromium.new_context() as context:
        Reporter(context.new_page(), demo.intake, demo.code, "en").report(Told(WORDS, entity="ireland"))
    return WORDS


@dataclass
class Scene:
    """A member before a desk that is honest until told otherwise, and the lies that this browser hears."""

    member: Investigator
    proxy: LyingProxy
    lies: Lies
    heard: list[str]

    def trial(self, press: Callable[[], None], alarm: str, paths: tuple[str, ...] = STEPS) -> Trial:
        """It refuses every lie; its honest press is left to the caller."""
        one = Trial(self.proxy, self.lies, self.member.page.locator(alarm), press, paths)
        # The policies were verified before anything else and are kept: a step asks for none.
        one.refuses([name for name in self.heard if name != "altered policy"])
        return one

    def kinds(self) -> list[str]:
        """The events of the steps that were sent."""
        steps = [json.loads(one.body) for one in self.proxy.sent("/api/cases") if one.path.endswith("/steps")]
        return [json.loads(step["event"]["payload"])["kind"] for step in steps]


def hook(name: str) -> str:
    """The selector of a hook."""
    return f'[data-test="{name}"]'


@pytest.fixture(params=[("chromium", "zh"), ("firefox", "en")], ids=["chromium-zh", "firefox-en"])
def scene(request: pytest.FixtureRequest, demo: Demo, lies: Lies) -> Iterator[Scene]:
    """A fresh page before the lying desk."""
    kind, lang = request.param
    browser: Browser = request.getfixturevalue(kind)
    name = "investigator-b" if kind == "chromium" else "investigator-c"
    with lying_proxy(demo.desk) as proxy, browser.new_context() as context:
        member = Investigator(context.new_page(), demo, demo.staff[name], lang, url=proxy.url)
        yield Scene(member, proxy, lies, lies.names() if kind == "chromium" else FEW)


@pytest.mark.timeout(900)
def test_every_step_at_the_desk_waits_for_an_honest_server(scene: Scene, told: str) -> None:
    """Sign-in, take, status, reply, note, a colleague in and out: each refuses every lie, then does what it should."""
    member = scene.member
    member.fill_sign_in()
    enter = Trial(
        scene.proxy, scene.lies, member.page.locator("#problem"), member.page.locator("#sign-in-go").click, ("/",)
    )
    # This browser has seen nothing newer yet.
    enter.refuses([name for name in scene.heard if name != OLDER])
    # The code that was typed for the liar has grown old meanwhile.
    member.page.locator("#totp").fill(member.demo.fresh_totp(member.sign.id))
    enter.press()
    member.let_in()
    enter.sends("/api/session", "/api/claims")
    member.open(told)
    _write(scene)
    _act(scene)
    _hand_on(scene)
    member.sign_out()
    member.fill_sign_in()
    scene.proxy.clear()
    scene.proxy.alter = scene.lies[OLDER]
    enter.press()
    expect(member.find("office-alarm")).to_contain_text(NOTHING_SENT, timeout=PATIENCE)
    assert scene.proxy.sent() == []


def _write(scene: Scene) -> None:
    member = scene.member
    if member.find("take").count():
        scene.trial(member.find("take").click, hook("alarm"))
        member.take()
        assert scene.kinds() == ["taken"]
    for kind, kinds in (("status", ["replied"]), ("reply", ["replied"]), ("note", ["office-key", "noted"])):
        if not member.find(kind).is_visible():
            member.find("more-ways").locator("summary").click()
        member.find(kind).click()
        member.find("compose-text").fill(f"Words of a {kind}.")
        if kind != "status":
            member.find("compose-files").set_input_files([FILE])
        one = scene.trial(member.find("send").click, hook("compose-fault"))
        before = member.moments(kind).count()
        one.press()
        expect(member.moments(kind)).to_have_count(before + 1, timeout=SEALING)
        # The second note needs no key any more.
        assert scene.kinds() in (kinds, kinds[-1:])
        assert kind == "status" or scene.proxy.sent("/api/blobs")


def _act(scene: Scene) -> None:
    """An act of the policy: one that the reporter is told of, and one that stays on the record."""
    member = scene.member
    member.find("act-acknowledged" if member.lang == "zh" else "act-registered").click()
    form = member.find("act-form")
    if member.find("act-text").is_visible():
        member.find("act-text").fill("Words of an act.")
    before = member.find("moment").count()
    scene.trial(member.find("act-send").click, hook("act-fault"))
    member.find("act-send").click()
    expect(form).to_have_count(0, timeout=SEALING)
    expect(member.find("moment")).not_to_have_count(before)
    # The page says so once it has been drawn again: until then a fold that somebody opens closes.
    expect(member.page.locator("#case-done")).not_to_be_empty(timeout=SEALING)
    assert scene.kinds()


def _hand_on(scene: Scene) -> None:
    member = scene.member
    colleague = "registrar-a" if scene.lies.names() == scene.heard else "approver-a"
    member.find("add-details").locator("summary").click()
    member.find("add-whom").select_option(colleague)
    scene.trial(member.find("add-colleague").click, hook("alarm"))
    member.find("add-colleague").click()
    expect(member.holder(colleague)).to_have_count(1, timeout=SEALING)
    # Anyone who made a key opens the case under it at once, and signs that.
    assert scene.kinds() == ["regranted", "claimed"]
    out = member.page.locator(f'{hook("remove-colleague")}[data-member="{colleague}"]')
    scene.trial(out.click, hook("alarm"))
    member.remove(colleague)
    # Anyone who made a key opens the case under it at once, and signs that.
    assert scene.kinds() == ["regranted", "claimed"]


@pytest.mark.timeout(900)
def test_set_up_waits_for_an_honest_server(scene: Scene, demo: Demo) -> None:
    """The set-up hands in neither the invitation nor the public keys while the server lies."""
    page, find = scene.member.page, scene.member.find
    name = f"investigator-{page.context.browser.browser_type.name}" if page.context.browser else ""
    newcomer = localized({"zh": "新人", "en": "Newcomer"}, "zh")
    invitation = Invitation(MemberId(name), Role.INVESTIGATOR, "group", newcomer)
    code = invite_member(build_accounts(demo_settings(demo.data)), invitation, today())
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{scene.proxy.url}/{scene.member.lang}/setup/")
    page.locator("#office-code").fill(demo.code)
    page.locator("#invite-code").fill(code)
    scene.heard = [one for one in scene.heard if one != OLDER]
    begin = scene.trial(find("begin").click, "#problem", ("/",))
    begin.press()
    expect(find("step-2")).to_be_visible(timeout=PATIENCE)
    begin.sends("/api/enrolment")
    words, device, secret = _through_paper(scene)
    page.locator("#passphrase-check").fill(words)
    page.locator("#device-check").fill(device)
    page.locator("#totp-check").fill(totp_code(secret, int(datetime.now(UTC).timestamp())))
    scene.heard.append(OLDER)
    hand_in = scene.trial(find("again-next").click, "#problem", ("/api/enrolment",))
    page.locator("#totp-check").fill(totp_code(secret, int(datetime.now(UTC).timestamp())))
    hand_in.press()
    expect(find("trial-text")).to_be_visible(timeout=SIGN_IN)
    hand_in.sends("/api/enrolment/keys")


def _through_paper(scene: Scene) -> tuple[str, str, str]:
    """Passphrase, device secret and one-time key, as the member writes them down."""
    page, find = scene.member.page, scene.member.find
    words = find("passphrase").inner_text()
    page.locator("#passphrase-again").fill(words)
    find("passphrase-next").click()
    device = find("device-secret").inner_text()
    page.locator("#sheet-kept").check()
    find("sheet-next").click()
    secret = find("totp-secret").inner_text().replace(" ", "")
    find("totp-next").click()
    return words, device, secret


class CaseLies:
    """Lies about one case, made from what the honest desk said about two."""

    def __init__(self, demo: Demo, honest: dict[str, Any], other: dict[str, Any], member: str) -> None:
        self.demo, self.honest, self.other, self.member = demo, honest, other, member
        forged = dict(honest, packet=self._forged_regrant(), epoch=honest["epoch"] + 1)
        head = dict(honest["head"], hash=other["head"]["hash"])
        entry = dict(honest["keyring"], mac=b64encode(os.urandom(32)))
        self.told: dict[str, dict[str, Any]] = {
            "packet of another case": dict(honest, packet=other["packet"]),
            "forged re-grant": forged,
            "items of another case": dict(honest, items=other["items"]),
            "report dropped": dict(
                honest, items=[one for one in honest["items"] if one["dir"] != "to-office" or one["seq"] > 1]
            ),
            NEWEST: dict(honest, items=honest["items"][:-1]),
            "wrong head": dict(honest, head=head),
            "events of another case": dict(honest, events=other["events"], head=other["head"]),
            "altered keyring entry": dict(honest, keyring=entry),
            "keyring entry of another case": dict(honest, keyring=other["keyring"]),
        }

    def _forged_regrant(self) -> str:
        """The next epoch, in order in every respect but that no holder signed it: the record tells of none."""
        file = Path(self.demo.staff[self.member].identity_file).read_text("ascii").strip()
        packet = read_packet(b64decode(self.honest["packet"]))
        now = open_body(packet.sealed, packet.bucket, Identity.read(file))
        body = replace(
            now,
            epoch=now.epoch + 1,
            keys=EpochKeys(
                Identity.draw(os.urandom), Identity.draw(os.urandom), MacKeys(os.urandom(32), os.urandom(32))
            ),
            history=HistoryName(os.urandom(32), os.urandom(32)),
            access=os.urandom(32),
            previous=packet.hash,
            previous_holders=now.holders,
        )
        sealed = seal_body(body, [Identity.read(file).recipient], packet.bucket, os.urandom)
        return b64encode(write_packet(sealed, packet.bucket))

    def alter(self, name: str) -> Alter:
        """The lie of that name, for the proxy."""
        return in_place_of(self.honest["case"], lambda _file: self.told[name])


@pytest.mark.timeout(900)
def test_a_case_that_the_desk_lies_about_is_neither_shown_nor_answered(demo: Demo, told: str, firefox: Browser) -> None:
    """Another packet, forged re-grant, items, head or keyring: alarm and no reply; the honest case gets one."""
    heard: dict[str, dict[str, Any]] = {}

    def note(file: dict[str, Any]) -> dict[str, Any]:
        heard[file["case"]] = file
        return file

    def listen(path: str, status: int, body: bytes) -> tuple[int, bytes]:
        return status, altered_files(path, body, note)

    with lying_proxy(demo.desk) as proxy, firefox.new_context() as context:
        member = Investigator(context.new_page(), demo, demo.staff["investigator-c"], "en", url=proxy.url)
        proxy.alter = listen
        member.sign_in()
        member.open(told)
        member.refresh()
        row = member.find("case-row").filter(has_text=told).first
        for case in tuple(heard):
            # By now each is pinned, also those that came with others.
            member.page.evaluate("(id) => fetch(`/api/cases/${id}`).then((answer) => answer.text())", case)
        honest, other = _two(heard, row.get_attribute("data-case") or "")
        lies = CaseLies(demo, honest, other, "investigator-c")
        for name in lies.told:
            proxy.clear()
            proxy.alter = lies.alter(name)
            member.refresh()
            expect(member.find("case-alarm"), name).to_contain_text(SAID.get(name, ANY_WORDS), timeout=PATIENCE)
            expect(member.find("case-alarm"), name).not_to_contain_text(NOTHING_SENT)
            if member.find("reply").count():
                member.find("reply").click(force=True)
            expect(member.find("composer-reply"), name).to_have_count(0)
            assert proxy.sent("/api/cases", "/api/blobs") == [], name
        proxy.alter = None
        member.refresh()
        expect(member.find("case-alarm")).to_have_count(0)
        proxy.clear()
        member.reply("An answer to an honest case.")
        assert proxy.sent("/api/cases")


def _two(heard: dict[str, dict[str, Any]], case: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The case whose row is open, and another one of the member's."""
    return heard[case], next(one for one in heard.values() if one["case"] != case)


def _another_member(me: dict[str, Any]) -> dict[str, Any]:
    return dict(me, member="outside-a")


def _another_key(me: dict[str, Any]) -> dict[str, Any]:
    box = bytearray(b64decode(me["wrapped_key"]["box"]))
    box[0] ^= 1
    return dict(me, wrapped_key=dict(me["wrapped_key"], box=b64encode(bytes(box))))


@pytest.mark.timeout(900)
def test_a_lie_about_the_own_key_ends_the_sign_in(demo: Demo, chromium: Browser) -> None:
    """Another name or wrapped key in `me`, other calendars: words, nothing is claimed; the honest desk lets one in."""
    with lying_proxy(demo.desk) as proxy, chromium.new_context() as context:
        member = Investigator(context.new_page(), demo, demo.staff["registrar-a"], "zh", url=proxy.url)
        lies = [_about_me(_another_member), _about_me(_another_key), instead("/office/calendars/", b'{"v":1}')]
        for lie in lies:
            proxy.alter = lie
            member.fill_sign_in()
            member.page.locator("#sign-in-go").click()
            expect(member.page.locator("#problem")).to_contain_text(ANY_WORDS, timeout=SIGN_IN)
            assert proxy.sent(*STEPS) == []
        proxy.alter = None
        member.sign_in()
        assert proxy.sent("/api/claims")


def _about_me(lie: Callable[[dict[str, Any]], dict[str, Any]]) -> Alter:
    def alter(path: str, status: int, body: bytes) -> tuple[int, bytes]:
        return (status, json.dumps(lie(json.loads(body))).encode()) if path == "/api/me" else (status, body)

    return alter


@pytest.mark.timeout(1800)
def test_the_command_line_works_at_no_lying_desk(
    demo: Demo, lies: Lies, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`yanlu desk pull|reply|note|add` end with an error before they sign in anywhere; the honest desk gets all."""
    sign, words = demo.staff["approver-a"], tmp_path / "words"
    words.write_text("A case at the command line of a liar.", "utf-8")
    secrets = {"passphrase": sign.passphrase, "device-secret": sign.device_secret, "totp": ""}
    how: list[object] = ["--json", "--profile", tmp_path / "profile"]
    for name, secret in secrets.items():
        (tmp_path / name).write_text(secret, "utf-8")
        how += [f"--{name}-file", tmp_path / name]
    file_report(demo, ReportRequest("group", POLICY, "bribery", words.read_text("utf-8"), "en"), tmp_path)
    with lying_proxy(demo.desk) as proxy:

        def ran(*command: object) -> Ran:
            (tmp_path / "totp").write_text(demo.fresh_totp(sign.id), "utf-8")
            # The desk forgot which were used last; so does the profile.
            (tmp_path / "profile/digits.json").unlink(missing_ok=True)
            with demo.own_cost():
                return inside(capsys, monkeypatch, demo_settings(demo.data), "desk", command[0], *how, *command[1:])

        first = ("pull", "--desk", proxy.url, "--office-key", demo.code, "--member", sign.id)
        with colleague(demo, sign.id) as member:
            case = str(member.find(words.read_text("utf-8"), tmp_path / "seen").row["case"])
        tried = [(first, FEW[:2])]
        tried += [((verb, "--text-file", words, "--", case), FEW) for verb in ("reply", "note")]
        tried += [(("add", "--", case, "investigator-c"), FEW)]
        for command, heard in tried:
            for name in heard:
                proxy.clear()
                proxy.alter = lies[name]
                told = ran(*command)
                assert (told.code, proxy.sent()) == (Exit.NOT_VERIFIED, []), (command[0], name, told.err)
            proxy.alter = None
            honest = ran(*command)
            assert honest.code == 0, (command[0], honest.err)
            assert proxy.sent("/api/session")
            assert command is first or proxy.sent("/api/cases")
