# ruff: noqa: E501 — cases are read across, one a line.
"""The vectors of changed keys: what a member's former key still counts for, and everything that it no longer does."""

from collections.abc import Sequence
from typing import Any

import crypto
from crypto import Direction, Message, OnBehalfDetails
from crypto.case.items import Author, Place, office_mac_key, seal_item
from crypto.custody.reasons import first_day
from crypto.framing import b64encode
from crypto.keys.former import hash_of_recipient, new_keys_frame
from crypto.text import write_json
from tests.crypto.sample import MEMBERS, TODAY, Drawn, Office
from tests.crypto.vector_file import VectorFile
from tests.crypto.write_case_vectors import Story, staff_of, written
from tests.crypto.write_taken_down_vectors import ACCOUNT, CASE
from tests.crypto.write_unsealing_vectors import Custody

Json = dict[str, Any]
LAST = "2026-11-23"
"""The last day of the former key; the samples are from the day after."""


def former_entry(before: crypto.StaffKeys, after: crypto.StaffKeys, **changes: Any) -> Json:
    """What a directory says of a key that a member had before."""
    message = new_keys_frame(
        before.office, before.member, before.signing_key, hash_of_recipient(after.recipient), after.signing_key
    )
    entry = {
        "recipient": b64encode(hash_of_recipient(before.recipient)), "signing": b64encode(before.signing_key),
        "until": LAST, "sequence": 7, "expires": "2026-12-20", "by_former": b64encode(before.sign(message)),
        "by_new": b64encode(after.sign(message)),
    }  # fmt: skip
    return entry | changes


def after_change(office: Office, member: str, new: crypto.StaffKeys, former: Sequence[Json]) -> Json:
    """What changes in the directory once a member has other keys."""
    entry = office.member(member, recipient=new.recipient, signing=b64encode(new.signing_key), former=list(former))
    return {"sequence": 8, "members": [entry if one == member else office.member(one) for one in MEMBERS]}


def given_office(office: Office, **changes: Any) -> Json:
    """The office as vectors hold it; signed by hand, since the writer of directories refuses wrong ones."""
    document = office.directory_document(**changes)
    head = f"yanlu/v1/directory\n{b64encode(office.office)}\n{document['sequence']}\n".encode()
    note = crypto.sign_note(head + write_json(document) + b"\n", office.keepers[:2]).decode()
    return {"code": office.code, "roots": [root.decode() for root in office.roots], "note": note, "today": TODAY}


class Changed:
    """A member of an office with former, present and coming keys."""

    def __init__(self, office: Office, member: str, rng: Drawn, **former: Any) -> None:
        self.office, self.member = office, member
        self.seed = rng(32)
        self.before = office.staff(member)
        self.after = crypto.staff_keys(self.seed, office.office, member)
        self.changes = after_change(office, member, self.after, [former_entry(self.before, self.after, **former)])

    @property
    def given(self) -> Json:
        """The office as vectors hold it."""
        return given_office(self.office, **self.changes)

    @property
    def directory(self) -> crypto.VerifiedDirectory:
        """The directory with the new keys."""
        return self.office.directory(**self.changes)

    @property
    def both(self) -> Json:
        """The member with both seeds, the one in force first."""
        return {"seed": b64encode(self.seed + self.office.seeds[self.member]), "member": self.member}

    @property
    def new(self) -> Json:
        """The member who has forgotten the former seed."""
        return {"seed": b64encode(self.seed), "member": self.member}


def rotation() -> VectorFile:
    """Directories, wrapped keys, grants, events, threads, statements and votes around a change of keys."""
    story = Story("vector-rotation")
    changed = Changed(story.case.office, "sun-fang", story.rng)
    out = VectorFile("rotation", "SPEC §4, §8: keys that a member changed", office=changed.given)
    _directories(out, changed, story.rng)
    _wrapped(out, changed, story.rng)
    _proofs(out, changed)
    _grants(out, story, changed)
    _events(out, story, changed)
    _threads(out, story, changed)
    _statements(out, changed)
    _votes(out)
    return out


def _directories(out: VectorFile, changed: Changed, rng: Drawn) -> None:
    office, before, after = changed.office, changed.before, changed.after
    third = crypto.staff_keys(rng(32), office.office, changed.member)
    entry = former_entry(before, after)
    first, second = former_entry(before, after, sequence=5), former_entry(after, third, sequence=7)

    def given(keys: crypto.StaffKeys, *former: Json) -> Json:
        return given_office(office, **after_change(office, changed.member, keys, former)) | {"seen": None}

    out.good("verify_directory", "a former key", **given(after, entry))
    out.good("verify_directory", "two former keys", **given(third, first, second))
    other = {"recipient": b64encode(hash_of_recipient(office.staff("li-wei").recipient))}
    foreign = {"signing": b64encode(office.staff("wai-bu").signing_key[::-1])}
    for name, keys, former in (
        ("the former key did not sign", after, [entry | {"by_former": entry["by_new"]}]),
        ("the new key did not sign", after, [entry | {"by_new": entry["by_former"]}]),
        ("a former key that is another one", after, [entry | foreign]),
        ("new keys that the former one did not name", third, [entry]),
        ("the chain lacks its middle", third, [first]),
        ("the recipient in the middle is another one", third, [first, second | other]),
    ):
        out.bad("verify_directory", name, "signature", **given(keys, *former))
    swapped = after_change(office, changed.member, after, [entry])
    swapped["members"][1] |= {"recipient": third.recipient}
    out.bad(
        "verify_directory",
        "the recipient alone is another one",
        "signature",
        **given_office(office, **swapped),
        seen=None,
    )
    for name, former in {
        "not in their order": [second, first], "the same number twice": [first, second | {"sequence": 5}],
        "a number that is still to come": [entry | {"sequence": 8}],
        "last days that go back": [first | {"until": TODAY}, second | {"until": LAST}],
        "nine former keys": [entry] * 9, "without its last day": [{k: v for k, v in entry.items() if k != "until"}],
        "another's key": [entry | {"signing": b64encode(office.staff("li-wei").signing_key)}],
    }.items():  # fmt: skip
        out.bad("verify_directory", name, "schema", **given(third, *former))


def _wrapped(out: VectorFile, changed: Changed, rng: Drawn) -> None:
    phrase, secret, office = "alpha bravo charlie delta echo foxtrot", rng(16), changed.office.office
    two = changed.seed + changed.office.seeds[changed.member]
    base = {"passphrase": phrase, "device_secret": b64encode(secret), "office": b64encode(office), "member": "sun-fang"}
    wrapped = crypto.wrap_staff_seed(two + rng(32) + rng(32), phrase, secret, office, "sun-fang", rng)
    out.good("unwrap_staff_seed", "four seeds", wrapped=wrapped, **base)
    for name, size in {"no seed": 16, "a seed and a half": 64, "five seeds": 176}.items():
        out.bad("unwrap_staff_seed", name, "schema", wrapped=wrapped | {"box": b64encode(bytes(size))}, **base)
    place = {"office": b64encode(office), "member": "sun-fang"}
    out.good("staff_keys", "the first of two seeds signs", seed=b64encode(two), **place)
    given: Json = {"office": {"$": "office"}, "member": "sun-fang"}
    out.good("seeds_in_force", "the directory's comes first", seeds=b64encode(two[32:] + two[:32]), **given)
    out.good("seeds_in_force", "it stood first", seeds=b64encode(two), **given)
    out.bad("seeds_in_force", "the former one alone", "directory", seeds=b64encode(two[32:]), **given)
    out.bad("seeds_in_force", "another member", "directory", seeds=b64encode(two), **given | {"member": "li-wei"})


def _proofs(out: VectorFile, changed: Changed) -> None:
    keys = crypto.propose_keys(changed.before, changed.after).document()
    given = {
        "office": b64encode(changed.office.office),
        "member": "sun-fang",
        "former": b64encode(changed.before.signing_key),
    }
    out.good("check_next_keys", "signed by both", keys=keys, **given)
    stranger = changed.office.staff("li-wei")
    for name, wrong in {
        "another recipient": {"keys": keys | {"recipient": stranger.recipient}},
        "another signing key": {"keys": keys | {"signing": b64encode(stranger.signing_key)}},
        "the former key alone signed": {"keys": keys | {"by_new": keys["by_former"]}},
        "the new key alone signed": {"keys": keys | {"by_former": keys["by_new"]}},
        "another member": {"member": "li-wei"}, "another office": {"office": b64encode(bytes(16))},
        "another former key": {"former": b64encode(stranger.signing_key)},
    }.items():  # fmt: skip
        out.bad("check_next_keys", name, "signature", **{"keys": keys, **given, **wrong})
    out.bad("check_next_keys", "a signature too short", "schema", keys=keys | {"by_new": b64encode(bytes(63))}, **given)


def _grants(out: VectorFile, story: Story, changed: Changed) -> None:
    base: Json = {"office": {"$": "office"}, "pin": None}
    first, second = b64encode(story.case.packet), b64encode(story.regrant.packet)
    out.good("open_grant", "sealed to the former key", **base, staff=changed.both, packet=first)
    out.bad("open_grant", "the former seed is forgotten", "no-match", **base, staff=changed.new, packet=first)
    proof = story.regrant.proof.document()
    colleague = staff_of(story.case, "qian-yu")
    given: Json = {**base, "staff": colleague, "packet": second, "before": None, "proof": proof}
    there = Changed(story.case.office, "sun-fang", Drawn("vector-rotation/there"), until=TODAY)
    name = "a re-grant that the former key signed by a directory of its time"
    out.good("check_proof", name, **given | {"office": there.given})
    for name, late in {
        "a directory after it": Changed(story.case.office, "sun-fang", Drawn("vector-rotation/early"), sequence=6),
        "a day after its last": Changed(story.case.office, "sun-fang", Drawn("vector-rotation/day")),
    }.items():
        wrong = given | {"office": late.given}
        out.bad("check_proof", f"a re-grant that the former key signed by {name}", "signature", **wrong)


def _events(out: VectorFile, story: Story, changed: Changed) -> None:
    case, colleague = story.grant.case, story.case.office.staff("zhao-min")

    def stream(name: str, *events: tuple[crypto.StaffKeys | None, str]) -> None:
        prev, made = bytes(32), list[Json]()
        for n, (staff, day) in enumerate(events):
            event = crypto.Event(case, n, "noted", day, staff.member if staff else crypto.WORKER)
            signed = crypto.sign_event(staff, event, prev) if staff else crypto.worker_event(event)
            made.append(signed.document())
            prev = signed.hash(prev)
        out.good("verify_events", name, office={"$": "office"}, case=b64encode(case), events=made)

    former, new, early = changed.before, changed.after, "2026-11-20"
    stream(
        "the former key up to its last day, then the new one",
        (former, early),
        (former, LAST),
        (new, LAST),
        (new, TODAY),
    )
    stream("the former key a day too late", (former, early), (former, TODAY))
    stream("the former key after the new one", (new, early), (former, early))
    stream("the former key behind a later day of a colleague", (colleague, TODAY), (former, early))
    stream("the former key behind a later day of the worker", (None, TODAY), (former, early), (new, early))


def _reply(story: Story, staff: crypto.StaffKeys, prev: Json | None, text: str) -> Json:
    """A reply in epoch 0 behind another one, with a right MAC, no matter who signs."""
    before = crypto.read_item(prev) if prev else None
    seq, digest = (before.place.seq + 1, before.hash) if before else (1, bytes(32))
    place = Place(story.grant.case, 0, Direction.TO_REPORTER, seq, digest, 1)
    key = story.grant.body.keys.macs.to_reporter
    payload = Message(text).document()
    return dict(written(story, place, "reply", payload, Author("sun-fang", staff.sign, staff.office), key))


def _threads(out: VectorFile, story: Story, changed: Changed) -> None:
    case = story.case
    digits = crypto.draw_receipt(Drawn("vector-rotation/receipt")).digits
    base: Json = {"office": {"$": "office"}}
    first = {"staff": changed.both, "packet": b64encode(case.packet), "pin": None}
    old, new, back = changed.before, changed.after, changed.before
    one = _reply(story, old, None, "旧")
    two = _reply(story, new, one, "新")
    three = _reply(story, back, two, "旧")
    for name, items in {
        "the former key, then the new one": [one, two],
        "the former key after the new one": [one, two, three],
    }.items():
        out.good("read_case", name, **base, **first, items=[case.report, *items])
        memo = case.sealed.submission["memo"]
        out.good("read_mailbox", f"{name}, at the reporter's", **base, digits=digits, memo=memo, items=items)
    renewed, item = _renewed(story, changed)
    sealed = {"packet": b64encode(renewed.packet), "history": b64encode(renewed.history)}
    later = {"staff": changed.new, **sealed, "pin": None}
    notes = [_note(story, renewed.grant, staff) for staff in (new, old)]
    for name, note in zip(("the new key", "the former key"), notes, strict=True):
        out.good(
            "read_case",
            f"{name} in an epoch that the new key announced",
            **base,
            **later,
            items=[case.report, item, note],
        )


def _renewed(story: Story, changed: Changed) -> tuple[crypto.Regrant, Json]:
    """The case renewed by the member's own client after the change."""
    case = story.case
    staff = crypto.staff_keys(changed.seed + case.office.seeds["sun-fang"], case.office.office, "sun-fang")
    grant = crypto.open_grant(staff, case.packet, changed.directory)
    thread = crypto.read_case(changed.directory, grant, [case.report])
    made = crypto.seal_regrant(staff, changed.directory, grant, thread, grant.body.holders, story.rng)
    return made, made.item.document()


def _note(story: Story, grant: crypto.Grant, staff: crypto.StaffKeys) -> Json:
    """A note for the office in the epoch of a grant, no matter who signs."""
    office = grant.body.keys.office or grant.body.case_identity
    place = Place(grant.case, grant.epoch, Direction.OFFICE_ONLY, 1, bytes(32), 1)
    author = Author("sun-fang", staff.sign, staff.office)
    return seal_item(
        place, "note", Message("x").document(), author, office_mac_key(office), [office.recipient], story.rng
    ).document()


def _statements(out: VectorFile, changed: Changed) -> None:
    for name, staff, day, stage in (
        ("up to its last day", changed.before, LAST, None), ("after its last day", changed.before, TODAY, "signature"),
        ("with the new key, of a day before it", changed.after, "2026-11-20", None),
    ):  # fmt: skip
        answer = crypto.sign_on_behalf(staff, CASE, ACCOUNT, OnBehalfDetails("letter", day))
        given: Json = {
            "office": {"$": "office"}, "case": b64encode(CASE), "account": ACCOUNT, "answers": [{"id": answer.id, "value": answer.value}],
        }  # fmt: skip
        if stage is None:
            out.good("read_taken_down", f"a report received {name}", **given)
        else:
            out.bad("read_taken_down", f"a report received {name}", stage, **given)


def _votes(out: VectorFile) -> None:
    story = Custody("vector-rotation-custody")
    request = story.request()
    votes = [story.vote(one, request).document() for one in ("bao-guan-1", "bao-guan-2")]
    asker = story.staff("li-wei")
    base: Json = {"staff": asker, "request": request.document(), "votes": votes}
    first = first_day(request.expires)
    for name, until in {"that the request may be from": first, "before every such day": "2026-11-01"}.items():
        changed = Changed(story.office, "bao-guan-1", Drawn("vector-rotation/vote"), until=until)
        given = changed.given
        if until == first:
            out.good("unseal", f"a vote with a key whose last day is one {name}", office=given, **base)
        else:
            out.bad("unseal", f"a vote with a key whose last day is {name}", "signature", office=given, **base)
    changed = Changed(story.office, "bao-guan-1", Drawn("vector-rotation/vote"))
    both: Json = {"office": changed.given, "staff": changed.both, "request": request.document(), "marks": []}
    out.good("approve_request", "a packet sealed to the former key", **both)
    out.bad("approve_request", "the former seed is forgotten", "no-match", **both | {"staff": changed.new})
    asked = Changed(story.office, "li-wei", Drawn("vector-rotation/asked"))
    out.bad(
        "unseal",
        "a request from before the requester's change",
        "directory",
        **base | {"staff": asked.both, "office": asked.given},
    )
    reader = {"staff": story.staff("bao-guan-2"), "request": request.document()}
    out.good("read_reason", "of a requester who has changed keys since", **reader, office=asked.given)
