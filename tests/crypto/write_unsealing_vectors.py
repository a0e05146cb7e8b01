# ruff: noqa: E501 — cases are read across, one a line.
"""The vectors of unsealing: requests, votes and openings, the good ones and every lie that must fail."""

from dataclasses import replace
from typing import Any

import crypto
from crypto.custody import reasons as unseal_reasons
from crypto.custody import reviews as unseal_reviews
from crypto.custody import unsealing
from crypto.custody import votes as unseal_votes
from crypto.custody.packets import MARK_AT, SLOT_SIZE
from crypto.framing import b64encode, sha256
from crypto.sealing.age import open_sealed, seal
from tests.crypto import faulty_packets
from tests.crypto.sample import TODAY, Drawn, Office
from tests.crypto.vector_file import VectorFile
from tests.crypto.write_item_vectors import inner

Json = dict[str, Any]
ASKER = "li-wei"
WHO = ["bao-guan-1", "bao-guan-2", "bao-guan-3"]
NAME = crypto.IdentityText(crypto.About.REPORTER, "王小明", "13800000000", "")


class Custody:
    """An office with a sealed identity and a request for it."""

    def __init__(self, name: str, about: crypto.About = crypto.About.REPORTER, oversight: str = "shang-ji") -> None:
        self.rng, self.about, self.oversight = Drawn(name), about, oversight
        self.office = Office(self.rng)
        self.directory = self.office.directory(oversight=[oversight])
        self.name = replace(NAME, about=about)
        self.sealed = crypto.seal_name(self.directory, self.name, self.rng)

    def asking(self, **changes: Any) -> crypto.Asking:
        """What is asked."""
        seal = self.sealed.seal
        expires = crypto.next_expiry(TODAY)
        base = crypto.Asking(
            seal.handle, seal.packet, self.about, crypto.Ground.CONSENT, crypto.NotifyWhen.BEFORE, "她已书面同意。", None, expires
        )  # fmt: skip
        return replace(base, **changes)

    def request(self, whole: bytes | None = None, asker: str = ASKER, **changes: Any) -> crypto.Request:
        """A request for the packet."""
        staff = self.office.staff(asker)
        found = whole or self.sealed.packet
        return crypto.seal_request(staff, self.directory, self.rng(16), found, self.asking(**changes), self.rng)

    def vote(self, custodian: str, request: crypto.Request) -> crypto.Vote:
        """A custodian's approval."""
        staff = self.office.staff(custodian)
        opened = crypto.open_request(staff, self.directory, request.document())
        return crypto.approve_request(staff, self.directory, opened, set(), self.rng)

    def given(self, today: str = TODAY) -> Json:
        """The office as vectors have it."""
        return {
            "code": self.office.code,
            "roots": [root.decode() for root in self.office.roots],
            "note": self.office.note(oversight=[self.oversight]).decode(),
            "today": today,
        }

    def staff(self, member: str) -> Json:
        """A member as vectors have it."""
        return {"seed": b64encode(self.office.seeds[member]), "member": member}

    def lying(self, request: crypto.Request, **changes: Any) -> Json:
        """The request with another head, which the asker signs."""
        staff = self.office.staff(ASKER)
        body = open_sealed(request.body, staff.identity, 8)
        reason = open_sealed(request.reason, staff.identity, 16)
        head = replace(unsealing._read_head(body), **changes)  # pyright: ignore[reportPrivateUsage]
        signed = unsealing._frame(request, head, reason)  # pyright: ignore[reportPrivateUsage]
        document: Json = {
            "v": 1, "requester": head.requester, "recipient": head.recipient, "handle": b64encode(head.handle),
            "packet": b64encode(head.packet), "sig": b64encode(staff.sign(signed)),
        }  # fmt: skip
        custodians = [self.office.staff(one).identity.recipient for one in [*WHO, ASKER]]
        fill = [crypto.Identity.draw(self.rng).recipient for _ in range(4)]
        content = crypto.write_json(document).ljust(8192) + body[8192:]
        return replace(request, body=seal(content, [*custodians, *fill], self.rng)).document()


def unsealings() -> VectorFile:
    """Requests, votes, openings."""
    custody = Custody("vector-unsealing")
    request = custody.request()
    out = VectorFile(
        "unsealing", "SPEC §11: a request for an identity, the custodians' votes, the opening",
        office=custody.given(), request=request.document(),
    )  # fmt: skip
    out.good("withdrawal_mark", "a mark", handle=b64encode(bytes(range(16))))
    _inside(out)
    _requests(out, custody, request)
    _votes(out, custody)
    _openings(out, custody, request)
    _faulty(out, custody)
    _concerned(out)
    _reviews(out)
    return out


def _inside(out: VectorFile) -> None:
    seal = {"handle": b64encode(bytes(16)), "packet": b64encode(bytes(32)), "m": 2, "n": 3}
    sealed: Json = {"about": "reporter", "level": "sealed", "seal": seal, "name": "", "contact": "", "text": "x"}
    named = sealed | {"level": "named", "seal": None, "name": "王小明", "contact": "138"}
    who: Json = {"about": "reporter", "role": "investigator"}
    notice: Json = who | {"state": "asked", "ground": "consent", "text": "因为", "delay": None}

    def given(direction: str, kind: str, payload: Json) -> Json:
        return {"direction": direction, "content": inner(kind, payload)}

    for about in ("reporter", "witness", "concerned"):
        out.good("read_inner", f"a sealed name: {about}", **given("to-office", "identity", sealed | {"about": about}))
    out.good("read_inner", "a given name", **given("to-office", "identity", named))
    out.good("read_inner", "a name in custody", **given("office-only", "custody", sealed))
    out.good("read_inner", "taken back", **given("to-office", "identity-withdrawn", {"handle": seal["handle"]}))
    out.good("read_inner", "the reporter is told", **given("to-reporter", "unsealing", notice))
    out.good("read_inner", "of a witness", **given("to-reporter", "unsealing", notice | {"about": "witness"}))
    out.good("read_inner", "told later", **given("to-reporter", "unsealing", notice | {"delay": "会毁灭证据"}))
    bad: dict[str, tuple[str, str, Json]] = {
        "a name beside its seal": ("to-office", "identity", sealed | {"name": "王小明"}),
        "a contact beside the seal": ("to-office", "identity", sealed | {"contact": "138"}),
        "sealed without a seal": ("to-office", "identity", sealed | {"seal": None}),
        "named with a seal": ("to-office", "identity", named | {"seal": seal}),
        "named without a name": ("to-office", "identity", named | {"name": ""}),
        "three of two": ("to-office", "identity", sealed | {"seal": seal | {"m": 3, "n": 2}}),
        "six custodians": ("to-office", "identity", sealed | {"seal": seal | {"n": 6}}),
        "a long name": ("to-office", "identity", named | {"name": "字" * 86}),
        "a seal to the reporter": ("to-reporter", "identity", sealed),
        "custody by the reporter": ("to-office", "custody", sealed),
        "a handle to the reporter": ("to-reporter", "unsealing", notice | {"handle": seal["handle"]}),
        "of nobody": ("to-reporter", "unsealing", notice | {"about": "nobody"}),
        "another ground": ("to-reporter", "unsealing", notice | {"ground": "curiosity"}),
    }
    for name, (direction, kind, payload) in bad.items():
        out.bad("read_inner", name, "schema", **given(direction, kind, payload))


def _requests(out: VectorFile, custody: Custody, request: crypto.Request) -> None:
    base = {"office": {"$": "office"}, "staff": custody.staff(WHO[0]), "request": {"$": "request"}}
    out.good("open_request", "a custodian reads it", **base)
    out.good("open_request", "the requester reads it", **base | {"staff": custody.staff(ASKER)})
    out.bad("open_request", "a colleague does not", "no-match", **base | {"staff": custody.staff("sun-fang")})
    other = custody.office.staff("sun-fang").recipient
    whole: Json = request.document()
    stray = Custody("vector-unsealing-other")
    lies: dict[str, tuple[str, Json]] = {
        "shares to another key": ("directory", custody.lying(request, recipient=other)),
        "a custodian asks": ("directory", custody.request(asker=WHO[1]).document()),
        "in a colleague's name": ("directory", custody.lying(request, requester="sun-fang")),
        "another ground": ("signature", whole | {"ground": "legal-duty"}),
        "another end": ("signature", whole | {"expires": "2026-12-05"}),
        "an end too far away": ("expired", whole | {"expires": "2026-12-09"}),
        "another packet's hash": ("foreign", custody.lying(request, packet=bytes(32))),
        "another office": ("foreign", whole | {"office": b64encode(bytes(16))}),
        "another number": ("signature", whole | {"request": b64encode(bytes(16))}),
        "reason of another request": ("signature", whole | {"reason": custody.request(text="另一理由").document()["reason"]}),
        "told later, without why": ("signature", whole | {"told": "after"}),
        "a ground of the person concerned": ("schema", _as(custody, request, ground=crypto.Ground.CLEARING)),
        "a reason in a colleague's name": ("directory", _as(custody, request, reasoner="sun-fang")),
        "a reason that somebody else wrote": ("signature", _as(custody, request, reasoner="sun-fang", forged=True)),
        "an unknown key": ("schema", whole | {"case": b64encode(bytes(16))}),
        "of an office with other custodians": ("no-match", stray.request().document() | {"office": whole["office"]}),
    }  # fmt: skip
    for name, (stage, document) in lies.items():
        out.bad("open_request", name, stage, **base | {"request": document})
    out.bad("open_request", "over", "expired", **base | {"office": custody.given("2026-12-07")})


def _votes(out: VectorFile, custody: Custody) -> None:
    base: Json = {"office": {"$": "office"}, "staff": custody.staff(WHO[0]), "request": {"$": "request"}, "marks": []}
    out.good("approve_request", "a custodian agrees", **base)
    out.bad("approve_request", "the requester votes", "directory", **base | {"staff": custody.staff(ASKER)})
    mark = b64encode(crypto.withdrawal_mark(custody.sealed.seal.handle))
    out.bad("approve_request", "taken back", "withdrawn", **base | {"marks": [mark]})
    out.good("approve_request", "something else taken back", **base | {"marks": [b64encode(bytes(32))]})
    foreign = custody.request(handle=bytes(16)).document()
    out.bad("approve_request", "a foreign handle", "foreign", **base | {"request": foreign})
    other = crypto.seal_name(custody.directory, NAME, custody.rng).packet
    packet = custody.sealed.packet
    start = MARK_AT - 30 * SLOT_SIZE
    swapped = packet[:start] + other[start : start + SLOT_SIZE] + packet[start + SLOT_SIZE :]
    lying = custody.request(swapped, packet=sha256(swapped)).document()
    out.bad("approve_request", "a swapped share", "hpke", **base | {"request": lying})
    forged = _forged(custody)
    lying = custody.request(forged, packet=sha256(forged)).document()
    out.bad("approve_request", "a share that the packet does not commit to", "hpke", **base | {"request": lying})
    dummy = crypto.dummy_identity(custody.rng)
    empty = custody.request(dummy, packet=sha256(dummy)).document()
    out.bad("approve_request", "a dummy", "no-match", **base | {"request": empty})


def _openings(out: VectorFile, custody: Custody, request: crypto.Request) -> None:
    votes: list[Json] = [custody.vote(one, request).document() for one in WHO]
    base = {"office": {"$": "office"}, "staff": custody.staff(ASKER), "request": {"$": "request"}}
    for chosen in ([0, 1], [2, 0], [1, 2], [0, 1, 2]):
        out.good("unseal", f"custodians {chosen}", votes=[votes[at] for at in chosen], **base)
    staff = custody.office.staff(WHO[2])
    opened = crypto.open_request(staff, custody.directory, request.document())
    against = crypto.refuse_request(staff, opened).document()
    out.good("unseal", "two for, one against", votes=[votes[0], votes[1], against], **base)
    elsewhere = custody.vote(WHO[1], custody.request()).document()
    few = _claims(custody, opened, 1)
    bad: dict[str, tuple[str, list[Json]]] = {
        "nobody": ("payload", []),
        "one of two": ("payload", votes[:1]),
        "one for, one against": ("payload", [votes[0], against]),
        "the same custodian twice": ("schema", [votes[0], votes[0]]),
        "a vote on another request": ("foreign", [votes[0], elsewhere]),
        "another custodian's name": ("signature", [votes[0], votes[1] | {"custodian": WHO[2]}]),
        "another custodian's shares": ("signature", [votes[0], votes[1] | {"shares": votes[2]["shares"]}]),
        "a refusal turned": ("signature", [votes[0], against | {"vote": "approve", "shares": votes[2]["shares"]}]),
        "nobody's custodian": ("directory", [votes[0], votes[1] | {"custodian": "sun-fang"}]),
        "alone, and says that one is enough": ("hpke", [few]),
        "two quorums": ("hpke", [votes[0], few]),
        "shares of nothing": ("hpke", [votes[0], _claims(custody, opened, 2)]),
        "a colleague's share beside the own": ("hpke", [votes[0], _mixed(custody, opened)]),
    }  # fmt: skip
    for name, (stage, given) in bad.items():
        out.bad("unseal", name, stage, votes=given, **base)
    out.bad("unseal", "by a custodian", "directory", votes=votes[:2], **base | {"staff": custody.staff(WHO[0])})


def _forged(custody: Custody) -> bytes:
    """The packet with another string in the first custodian's first slot; the commitment to the old one stays."""
    to = custody.office.staff(WHO[0]).identity.recipient
    return faulty_packets.with_share(custody.sealed.packet, 0, to, custody.sealed.seal.handle, custody.rng)


def _mixed(custody: Custody, opened: crypto.OpenedRequest) -> Json:
    """The third custodian's vote with a share that the second one gave away in place of an own one."""
    second, third = (crypto.own_shares(custody.office.staff(one), opened) for one in WHO[1:])
    return _voted(custody, opened, 2, [(share.slot, share.string) for share in (second[0], third[1])])


def _faulty(out: VectorFile, custody: Custody) -> None:
    """Packets whose maker lied, with a commitment to every lie: no custodian is to blame."""
    packet, handle = custody.sealed.packet, custody.sealed.seal.handle
    first = custody.office.staff(WHO[0]).identity.recipient
    one = faulty_packets.with_bound_share(packet, 0, first, handle, "faulty")
    for name, made, chosen, stage in (
        ("a share that opens nothing", one, [0, 1], "payload"),
        ("a share that opens nothing, and two that open", one, [0, 1, 2], None),
        ("a key that it does not commit to", faulty_packets.with_key(packet, bytes(32)), [0, 1, 2], "payload"),
    ):
        request = custody.request(made, packet=sha256(made))
        votes: list[Json] = [custody.vote(WHO[at], request).document() for at in chosen]
        given = {
            "office": {"$": "office"},
            "staff": custody.staff(ASKER),
            "request": request.document(),
            "votes": votes,
        }
        if stage is None:
            out.good("unseal", f"a faulty packet: {name}", **given)
        else:
            out.bad("unseal", f"a faulty packet: {name}", stage, **given)


def _claims(custody: Custody, opened: crypto.OpenedRequest, m: int) -> Json:
    """A custodian's signed vote with made-up strings of a quorum of `m` of three."""
    return _voted(custody, opened, m, [(slot, custody.rng(32)) for slot in {1: [2], 2: [3, 5]}[m]])


def _voted(custody: Custody, opened: crypto.OpenedRequest, m: int, strings: list[tuple[int, bytes]]) -> Json:
    """The third custodian's signed agreement with these strings by slot."""
    staff = custody.office.staff(WHO[2])
    inside = {
        "v": 1, "request": b64encode(opened.request), "handle": b64encode(opened.handle),
        "packet": b64encode(sha256(opened.packet)), "m": m, "n": 3,
        "strings": [{"slot": slot, "string": b64encode(string)} for slot, string in strings],
    }  # fmt: skip
    text = crypto.write_json(inside).ljust(4096)
    sealed = seal(text, [custody.office.staff(ASKER).identity.recipient], custody.rng)
    return unseal_votes._signed(staff, opened, sealed).document()  # pyright: ignore[reportPrivateUsage]


def _as(
    custody: Custody, request: crypto.Request, ground: crypto.Ground = crypto.Ground.CONSENT,
    reasoner: str = ASKER, *, forged: bool = False,
) -> Json:  # fmt: skip
    """The request with another ground, or with a reason that another member wrote or is said to have written."""
    bare = replace(request, ground=ground)
    said = unseal_reasons.write_reason(custody.office.staff(reasoner), bare, custody.about, "她已书面同意。", None)
    said = said.replace(b'"sun-fang"', b'"li-wei"') + b"  " if forged else said
    to = [custody.office.staff(one).identity.recipient for one in [*WHO, ASKER, "shang-ji"]]
    fill = [crypto.Identity.draw(custody.rng).recipient for _ in range(11)]
    lying = replace(bare, reason=seal(said, [*to, *fill], custody.rng))
    return custody.lying(lying)


def _concerned(out: VectorFile) -> None:
    """The name of the person concerned has two grounds more, and no packet passes for another person's."""
    custody = Custody("vector-concerned", crypto.About.CONCERNED)
    office = custody.given()
    for ground in (crypto.Ground.HEARING, crypto.Ground.CLEARING):
        request = custody.request(ground=ground)
        base = {"office": office, "staff": custody.staff(ASKER), "request": request.document()}
        votes: list[Json] = [custody.vote(one, request).document() for one in WHO[:2]]
        out.good("unseal", f"the person concerned: {ground}", votes=votes, **base)
    lying = custody.request(about=crypto.About.WITNESS)
    votes = [custody.vote(one, lying).document() for one in WHO[:2]]
    given = {"office": office, "staff": custody.staff(ASKER), "request": lying.document()}
    out.bad("unseal", "another person than was asked for", "foreign", votes=votes, **given)


def _reviews(out: VectorFile) -> None:
    """Reviews of openings in danger to life: by oversight or a custodian, never by anyone who asked."""
    custody = Custody("vector-reviews", oversight="wai-bu")
    danger: Json = {"ground": crypto.Ground.DANGER_TO_LIFE}
    request = custody.request(**danger)
    ended: Json = replace(request, body=b"").document()
    base: Json = {"office": custody.given(), "request": ended}
    for who in ("wai-bu", WHO[0], ASKER):
        out.good("read_reason", f"{who} reads it", **base | {"staff": custody.staff(who)})
    out.bad("read_reason", "a colleague does not", "no-match", **base | {"staff": custody.staff("sun-fang")})
    overseer = base | {"staff": custody.staff("wai-bu")}
    out.bad("read_reason", "of another end", "signature", **overseer | {"request": ended | {"expires": "2026-12-13"}})
    office = b64encode(bytes(16))
    out.bad("read_reason", "of another office", "foreign", **overseer | {"request": ended | {"office": office}})
    words: Json = {"finding": "justified", "text": "来不及请三位保管人开会。"}
    for who in ("wai-bu", WHO[2]):
        out.good("seal_review", f"by {who}", **base | {"staff": custody.staff(who)} | words)
    out.bad("seal_review", "by anyone who asked", "directory", **base | {"staff": custody.staff(ASKER)} | words)
    own: Json = custody.request(asker="wai-bu", **danger).document()
    out.bad("seal_review", "the own request", "directory", **overseer | {"request": own} | words)
    out.bad("seal_review", "without words", "schema", **overseer | words | {"text": " "})
    calm = custody.request().document()
    out.bad("seal_review", "nothing to review", "schema", **overseer | {"request": calm} | words)
    lapsed = custody.given("2026-12-20") | {"also_lapsed": True}
    out.bad("seal_review", "a lapsed directory", "expired", **overseer | {"office": lapsed} | words)
    _read_reviews(out, custody, request, base)


def _read_reviews(out: VectorFile, custody: Custody, request: crypto.Request, base: Json) -> None:
    def review(who: str, of: crypto.Request = request) -> crypto.Review:
        staff = custody.office.staff(who)
        return crypto.seal_review(staff, custody.directory, of, crypto.Finding.UNJUSTIFIED, "可以等。", custody.rng)

    found = review("wai-bu")
    for who in ("wai-bu", WHO[1], ASKER):
        given = base | {"staff": custody.staff(who)}
        out.good("open_review", f"{who} reads it", **given, review=found.document())
    stray = custody.request(ground=crypto.Ground.DANGER_TO_LIFE)
    document: Json = found.document()
    bad: dict[str, tuple[str, Json]] = {
        "of another request": ("foreign", review("wai-bu", stray).document()),
        "of another office": ("foreign", document | {"office": b64encode(bytes(16))}),
        "by nobody who may": ("directory", document | {"reviewer": "sun-fang"}),
        "in a custodian's name": ("signature", document | {"reviewer": WHO[0]}),
        "another text": ("signature", document | {"text": review(WHO[0]).document()["text"]}),
        "an unknown key": ("schema", document | {"finding": "justified"}),
    }
    given = base | {"staff": custody.staff(WHO[0])}
    for name, (stage, value) in bad.items():
        out.bad("open_review", name, stage, **given, review=value)
    asked = custody.request(asker="wai-bu", ground=crypto.Ground.DANGER_TO_LIFE)
    own = _own_review(custody, asked)
    out.bad("open_review", "by anyone who asked", "directory", **given | {"request": asked.document()}, review=own)


def _own_review(custody: Custody, request: crypto.Request) -> Json:
    """What a program that does not care would let an overseer write about the own request."""
    staff = custody.office.staff("wai-bu")
    bare = crypto.Review(custody.directory.office, request.request, "wai-bu", bytes(64), b"")
    signed = staff.sign(unseal_reviews._frame(request, bare))  # pyright: ignore[reportPrivateUsage]
    return replace(bare, sig=signed).document()
