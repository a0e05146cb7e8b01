"""The twins meet: Python seals and the browser's code opens, and the other way round."""

import io
import json
import subprocess
from typing import Any

import pytest

import crypto
from crypto.framing import b64decode, b64encode
from crypto.watch.protection import (
    Bond,
    Checkin,
    Linked,
    RequestKind,
    Worse,
    checkin_days,
    open_link,
    open_link_share,
    open_protection_packet,
)
from tests.crypto.sample import CHEAP, TODAY, Case, Drawn, filed
from tests.crypto.write_protection_vectors import watched
from tests.support.browsers import typescript_tests

PICTURE = bytes(range(256)) * 300
MEMBER = "li-wei"
Json = dict[str, Any]


def digits(name: str) -> str:
    """A receipt's digits."""
    return "".join(crypto.draw_receipt(Drawn(name)).groups())


def keys_of(case: Case, name: str) -> crypto.ReporterKeys:
    """The keys of a receipt."""
    return crypto.derive_reporter(crypto.read_receipt(digits(name)), case.office.office, CHEAP)


def polls(memo: object, items: list[object]) -> list[str]:
    """A mailbox as the server would answer it."""
    entries = [crypto.ListingEntry(crypto.EntryKind.MEMO, crypto.write_json(memo))]
    entries += [crypto.ListingEntry(crypto.EntryKind.ITEM, crypto.write_json(item)) for item in items]
    return [b64encode(crypto.fill_slots(entries, 0, Drawn("poll")))]


def sealed_by_python(case: Case) -> Json:
    """All that the browser's code gets to open, and what it needs for it."""
    rng, staff = Drawn("python"), case.office.staff(MEMBER)
    grant = case.grant(MEMBER)
    sink = io.BytesIO()
    to = [case.standing.memo.recipient]
    named = crypto.seal_attachment(io.BytesIO(PICTURE), len(PICTURE), "照片.jpg", "image/jpeg", to, sink, rng)
    post, _ = crypto.seal_message(case.keys, case.standing, crypto.Message("附图", [named]), rng)
    thread = crypto.read_case(case.directory, grant, [case.report])
    reply = crypto.seal_reply(staff, case.directory, grant, thread, crypto.Message("收到"), rng).document()
    trial = crypto.seal_trial(case.office.office, MEMBER, staff.recipient, "crane", rng)
    return {
        "code": case.office.code, "roots": [root.decode() for root in case.office.roots],
        "note": case.office.note().decode(), "today": TODAY, "member": MEMBER,
        "seed": b64encode(case.office.seeds[MEMBER]), "digits": digits("filed/receipt"), "fresh": digits("fresh"),
        "packet": b64encode(case.packet), "items": [case.report, reply, post["item"]],
        "polls": polls(post["memo"], [reply]), "blob": b64encode(sink.getvalue()),
        "keyring": crypto.seal_keyring_entry(staff, grant, rng), "events": story_of(grant.case, [case.report, reply]),
        "trial": {"packet": b64encode(trial.packet), "items": trial.items},
        "watched": case.office.note(**watched(case.office, case.office.recovery.recipient.text)).decode(),
    }  # fmt: skip


def story_of(case: bytes, items: list[Json]) -> list[Json]:
    """A stream of three events: the first names the first item, the last one the second."""
    first, second = [{"item": b64encode(crypto.read_item(item).hash)} for item in items]
    stream = [("received", first), ("reminded", {}), ("message-received", second)]
    events = [crypto.Event(case, n, kind, TODAY, "worker", data) for n, (kind, data) in enumerate(stream)]
    return [crypto.worker_event(event).document() for event in events]


@pytest.fixture(scope="module")
def case() -> Case:
    """A report that Python sealed."""
    return filed()


@pytest.fixture(scope="module")
def browser(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Json:
    """What the browser's code read of Python's and sealed for it, run under Node."""
    folder = tmp_path_factory.mktemp("twins")
    script, given, made = folder / "twin.mjs", folder / "in.json", folder / "out.json"
    typescript_tests.bundle(typescript_tests.FOLDER / "crypto" / "twin.ts", script, "--platform=node", "--format=esm")
    sealed = sealed_by_python(case)
    given.write_text(json.dumps(sealed), encoding="utf-8")
    done = subprocess.run(
        ["node", "--enable-source-maps", script, given, made], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(made.read_text(encoding="utf-8")) | {"python": sealed}


def test_the_browser_opens_what_python_sealed(case: Case, browser: Json) -> None:
    """Grant, thread, mailbox, attachment, keyring entry, trial and events read as Python wrote them."""
    grant = case.grant(MEMBER)
    assert browser["marks"] == [None, None, None]
    assert browser["alarms"] == []
    assert browser["account"]["account"].startswith("验收单")
    assert browser["mailbox"] == [None]
    assert b64decode(browser["picture"]) == PICTURE
    assert browser["hash"] == browser["pinned"] == b64encode(grant.hash)
    assert (browser["word"], browser["events"]) == ("crane", [None, None, None])


def test_both_twins_miss_the_item_that_an_event_names(case: Case, browser: Json) -> None:
    """An item that is withheld, and one of another shape, are missed by the event that names them."""
    stream = browser["python"]["events"]
    read = crypto.verify_events(case.directory, case.grant(MEMBER).case, stream)
    report, reply, _ = browser["python"]["items"]
    assert browser["unserved"] == {"whole": [], "newest": [2], "altered": [0, 2]}
    assert crypto.unserved(read, [report, reply]) == []
    assert crypto.unserved(read, [report]) == [2]
    assert crypto.unserved(read, [{**report, "seq": 7}, {}]) == [0, 2]


def test_python_reads_the_thread_that_the_browser_continued(case: Case, browser: Json) -> None:
    """Replies, messages, acts, a change of receipt and a re-grant of the browser verify in Python."""
    staff = case.office.staff(MEMBER)
    packet = b64decode(browser["regrant"]["packet"])
    opened = crypto.open_grant(staff, packet, case.directory, case.grant(MEMBER).pin)
    opened = opened.with_history(b64decode(browser["regrant"]["history"]))
    assert (opened.epoch, opened.body.holders) == (1, [MEMBER])
    assert crypto.find_grant(case.office.staff("sun-fang"), packet, case.directory) is None
    for post in browser["posts"]:
        crypto.read_post(post)
    items = [*browser["python"]["items"], browser["reply"], browser["regrant"]["item"]]
    items += [post["item"] for post in browser["posts"]]
    thread = crypto.read_case(case.directory, opened, items)
    assert [entry.mark for entry in thread.entries] == [None] * 8
    assert thread.change is not None
    answer = browser["answer"]
    named = crypto.read_attachment(answer["attachment"])
    identity = case.keys.identity
    pieces = crypto.open_attachment_stream(io.BytesIO(b64decode(answer["file"])), identity, named, 2)
    assert sum(len(piece) for piece in pieces) == named.size == 70_000


def test_python_follows_the_browser_into_a_new_mailbox(case: Case, browser: Json) -> None:
    """The memo under the new receipt opens, and goes on where the old one stood."""
    fresh = keys_of(case, "fresh")
    moved = browser["posts"][-1]["moved"]
    assert moved["mailbox"] == b64encode(fresh.mailbox_id)
    _, memo = crypto.open_memo(fresh, moved["memo"])
    assert memo.start is not None
    assert (memo.to_office.seq, memo.start.position.seq) == (5, 1)


def test_python_opens_the_report_and_the_bundle_of_the_browser(case: Case, browser: Json) -> None:
    """A report with an attachment is a submission and a bundle that Python takes and a holder opens."""
    submission = crypto.read_submission(browser["submission"])
    staff = case.office.staff(MEMBER)
    grant = crypto.open_grant(staff, submission.packet, case.directory)
    thread = crypto.read_case(case.directory, grant, [browser["submission"]["item"]])
    (entry,) = thread.entries
    assert entry.mark is None
    assert entry.inner is not None
    assert isinstance(entry.inner.content, crypto.Report)
    assert entry.inner.content.account == "账不对"
    assert crypto.find_grant(case.office.staff("sun-fang"), submission.packet, case.directory) is None
    bundle = crypto.read_bundle(io.BytesIO(b64decode(browser["bundle"])))
    blobs = [b"".join(iter(lambda blob=blob: blob.read(65536), b"")) for _, blob in bundle.blobs()]
    (named,) = entry.inner.content.attachments
    pieces = crypto.open_attachment_stream(io.BytesIO(blobs[0]), grant.body.case_identity, named, 1)
    assert sum(len(piece) for piece in pieces) == named.size == 1000


def test_python_opens_the_browsers_wish_for_protection(case: Case, browser: Json) -> None:
    """Person, check-in and link of the browser open in Python, and its post is as long as one with a dummy."""
    key = case.office.recovery
    found = open_protection_packet(b64decode(browser["guarded"]["packets"]["protection"]), key)
    assert (found.request, found.bond, found.employee, found.handle) == (
        RequestKind.PROTECT, Bond.RELATIVE, "E-0017", case.keys.watch_handle,
    )  # fmt: skip
    one, other = (open_link_share(found.link, case.office.staff(seat).identity) for seat in ("bao-guan-2", "wai-bu"))
    assert open_link(found.link, one, other) == Linked(Bond.RELATIVE, case.grant(MEMBER).case)
    told = open_protection_packet(b64decode(browser["answered"]), key)
    assert (told.request, told.checkin) == (RequestKind.CHECKIN, Checkin(14, Worse.YES, ["pay"], "奖金没了"))
    assert browser["checkins"]["left"] == ["2026-12-08"]
    works = case.office.directory(**watched(case.office, case.office.recovery.recipient.text))
    assert browser["checkins"]["first"] == checkin_days(works, "works")
    with pytest.raises(crypto.NotAddressed):
        open_protection_packet(b64decode(browser["plain"]["packets"]["protection"]), key)
    assert len(json.dumps(browser["guarded"])) == len(json.dumps(browser["plain"]))
    riding = open_protection_packet(b64decode(browser["riding"]["packets"]["protection"]), key)
    assert riding.request is RequestKind.PROTECT


def test_an_answer_and_none_are_the_same_post(case: Case, browser: Json) -> None:
    """A check-in's post has no item, is as long with an answer as without, and leaves the same memo."""
    answered, silent = browser["quiet"], browser["silent"]
    assert answered["item"] is silent["item"] is None
    assert len(json.dumps(answered)) == len(json.dumps(silent))
    assert answered["packets"]["protection"] == browser["answered"]
    memos = [crypto.open_memo(case.keys, post["memo"]) for post in (answered, silent)]
    assert memos[0] == memos[1]


def test_python_opens_the_members_own_things(case: Case, browser: Json) -> None:
    """Keyring entry, wrapped key, event and draft of the browser open in Python."""
    staff, office = case.office.staff(MEMBER), case.office.office
    assert crypto.open_keyring_entry(staff, browser["keyring"]).pin == case.grant(MEMBER).pin
    seed = crypto.unwrap_staff_seed(browser["wrapped"], "Abandon  ability ", bytes(16), office, MEMBER)
    assert seed == case.office.seeds[MEMBER]
    (event,) = crypto.verify_events(case.directory, case.grant(MEMBER).case, [browser["event"]])
    assert event.wrong is None
    assert crypto.open_draft(case.keys, browser["draft"]) == (3, {"page": "上"})


def test_python_opens_the_name_that_the_browser_sealed(case: Case, browser: Json) -> None:
    """Custodians of the Python twin open the browser's packet by its request, and know its withdrawal."""
    office, rng = case.office, Drawn("custodians")
    packet = crypto.read_post(browser["naming"]).identity
    staff = office.staff(MEMBER)
    opened = crypto.open_request(staff, case.directory, browser["request"])
    assert (opened.ground, opened.delay, opened.packet) == (crypto.Ground.LEGAL_DUTY, "会毁灭证据", packet)
    votes: list[object] = []
    for custodian in ("bao-guan-1", "bao-guan-3"):
        keys = office.staff(custodian)
        read = crypto.open_request(keys, case.directory, browser["request"])
        votes.append(crypto.approve_request(keys, case.directory, read, set(), rng).document())
    assert crypto.unseal(staff, case.directory, opened, votes).name == "王小明"
    mark = crypto.mark_of(crypto.read_post(browser["takenBack"]).identity)
    keys = office.staff("bao-guan-2")
    read = crypto.open_request(keys, case.directory, browser["request"])
    with pytest.raises(crypto.IdentityWithdrawn):
        crypto.approve_request(keys, case.directory, read, {mark}, rng)
