"""The vectors of protection packets and their links."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import crypto
from crypto.custody.packets import LINK_SIZE
from crypto.framing import b64encode as b64
from crypto.sealing.recipients import Identity
from crypto.watch.link_requests import ask_for_links
from crypto.watch.protection import (
    Bond,
    Checkin,
    Linked,
    Protection,
    RequestKind,
    Worse,
    seal_link,
    seal_protection_packet,
)
from tests.crypto.sample import MEMBERS, TODAY, Drawn, Office
from tests.crypto.vector_file import VectorFile

CASE = bytes(range(16))


def watched(office: Office, recipient: str) -> dict[str, Any]:
    """The entities of an office whose works has a watch."""
    watch = {"recipient": recipient, "active": True, "inside": ["bao-guan-1", "bao-guan-2"], "outside": ["wai-bu"]}
    return {"entities": [office.entity("group"), office.entity("works", watch=watch), office.entity("branch")]}


def protections() -> VectorFile:
    """Packets that open, links that two sides open, and what breaks either."""
    rng = Drawn("protection")
    office, key = Office(rng), Identity.draw(rng)
    directory = office.directory(**watched(office, key.recipient.text))
    link = seal_link(directory, "works", Linked(Bond.REPORTER, CASE), rng)
    asked = Protection(RequestKind.PROTECT, "works", bytes(16), Bond.REPORTER, "示例", "E-0017", "二号车间", None, link)
    packet = seal_protection_packet(directory, asked, rng)
    answer = Checkin(30, Worse.YES, ["shifts", "pay"], "排班变了")
    told = replace(asked, request=RequestKind.CHECKIN, name="", employee="", place="", checkin=answer)
    out = VectorFile("protection", "SPEC §13: protection packets and links", packet=b64(packet), link=b64(link))
    watch = {"identity": key.text}
    out.good("open_protection", "a wish", packet={"$": "packet"}, **watch)
    out.good("open_protection", "a check-in", packet=b64(seal_protection_packet(directory, told, rng)), **watch)
    out.bad("open_protection", "a dummy", "no-match", packet=b64(crypto.dummy_protection(rng)), **watch)
    out.bad("open_protection", "cut", "schema", packet={"$bytes": "packet", "cut": -1}, **watch)
    out.bad("open_protection", "altered", "payload", packet={"$bytes": "packet", "flip": -1}, **watch)
    for name, document in _wrong(asked, told).items():
        sealed = crypto.seal_protection(document, key.recipient, rng)
        out.bad("open_protection", name, "schema", packet=b64(sealed), **watch)
    _links(out, office, directory, rng)
    _calls(out)
    _requests(out, Drawn("link requests"))
    return out


def _wrong(asked: Protection, told: Protection) -> dict[str, dict[str, Any]]:
    whole, answered = asked.document(), told.document()
    return {
        "nobody named": whole | {"name": "", "employee": ""},
        "cover in a wish": whole | {"bond": "cover"},
        "an answer to no question": whole | {"checkin": answered["checkin"]},
        "no answer": answered | {"checkin": None},
        "another day": answered | {"checkin": {"day": 15, "answer": "yes", "changes": [], "text": ""}},
        "a short link": whole | {"link": b64(bytes(LINK_SIZE - 1))},
    }


def _links(out: VectorFile, office: Office, directory: crypto.VerifiedDirectory, rng: Drawn) -> None:
    seats = {name: office.staff(name).identity.text for name in ("bao-guan-1", "bao-guan-2", "wai-bu", "li-wei")}
    whole = {"link": {"$": "link"}}
    for name in ("bao-guan-1", "bao-guan-2"):
        out.good("open_link", f"{name} and the outside seat", identities=[seats[name], seats["wai-bu"]], **whole)
    both = [seats["bao-guan-1"], seats["bao-guan-2"]]
    out.bad("open_link", "two of one side", "payload", identities=both, **whole)
    out.bad("open_link", "nobody's seat", "no-match", identities=[seats["li-wei"], seats["wai-bu"]], **whole)
    pair = [seats["bao-guan-1"], seats["wai-bu"]]
    out.bad("open_link", "altered", "hpke", link={"$bytes": "link", "flip": 20}, identities=pair)
    cover = seal_link(directory, "works", Linked(Bond.COVER, None), rng)
    out.good("open_link", "cover", link=b64(cover), identities=pair)
    out.good("entry_marks", "of a handle", handle=b64(bytes(16)))


def _calls(out: VectorFile) -> None:
    whose = {"seed": b64(bytes(range(32))), "office": b64(bytes(range(16))), "member": "bao-hu"}
    sent = {"route": "GET /api/alerts", "seconds": 1_795_600_000, "nonce": b64(bytes(16)), "body": ""}
    out.good("watch_call", "a call without a body", **whose, **sent)
    body = b64(b'{"v":1,"state":"checked"}')
    route = "POST /api/alerts/AAAAAAAAAAAAAAAAAAAAAA/state"
    out.good("watch_call", "a call with a body", **whose, **(sent | {"route": route, "body": body}))
    more = {"route": "GET /api/packets?after=AA", "seconds": 2**40}
    out.good("watch_call", "a query, and a late hour", **whose, **(sent | more))


def _requests(out: VectorFile, rng: Drawn) -> None:
    """A request for links that holds, and what breaks it."""
    office, link = Office(rng), rng(LINK_SIZE)
    office.seeds["bao-hu"] = crypto.draw_staff_seed(rng)
    keys = office.staff("bao-hu")
    own = {"id": "bao-hu", "role": "retaliation-officer", "recipient": keys.recipient, "signing": b64(keys.signing_key)}
    members = [*(office.member(name) for name in MEMBERS), office.member("li-wei") | own]
    note = office.note(members=members).decode()
    roots = [root.decode() for root in office.roots]
    given = {"office": {"code": office.code, "roots": roots, "note": note, "today": TODAY}}
    asked = ask_for_links(keys, office.office, "works", "举报之后收到警告", [link, link], rng)
    whole = asked.document()
    out.good("link_request", "of two links", request=whole, **given)
    changed: dict[str, tuple[str, dict[str, object]]] = {
        "of another reason": ("signature", {"reason": "别的"}),
        "of one link less": ("signature", {"links": [b64(link)]}),
        "of another office": ("foreign", {"office": b64(bytes(16))}),
        "of a member who is no officer": ("directory", {"requester": "li-wei"}),
        "of a stranger": ("directory", {"requester": "nobody"}),
        "without a reason": ("schema", {"reason": " "}),
        "without a link": ("schema", {"links": []}),
        "of half a link": ("schema", {"links": [b64(bytes(100))]}),
    }
    for name, (stage, change) in changed.items():
        out.bad("link_request", name, stage, request=whole | change, **given)


if __name__ == "__main__":
    protections().write()
