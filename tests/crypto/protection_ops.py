"""The operations of the vectors of protection packets, over the Python twin."""

from collections.abc import Callable
from typing import Any

from crypto import staff_keys
from crypto.framing import b64decode, b64encode
from crypto.sealing.recipients import Identity
from crypto.watch import calls as watch_calls
from crypto.watch import link_requests, protection
from tests.crypto.vector_custody import office_of

Json = dict[str, Any]


def open_protection(given: Json) -> Json:
    """A protection packet as the officer opens it."""
    opened = protection.open_protection_packet(b64decode(given["packet"]), Identity.read(given["identity"]))
    return {"protection": opened.document()}


def open_link(given: Json) -> Json:
    """A link, opened with the keys of two people."""
    link = b64decode(given["link"])
    one, other = (protection.open_link_share(link, Identity.read(key)) for key in given["identities"])
    linked = protection.open_link(link, one, other)
    return {"bond": linked.bond.value, "case": None if linked.case is None else b64encode(linked.case)}


def watch_call(given: Json) -> Json:
    """The header of a signed call, made with a nonce that is given."""
    office, nonce = b64decode(given["office"]), b64decode(given["nonce"])
    staff = staff_keys(b64decode(given["seed"]), office, given["member"])
    told = (given["route"], given["seconds"], nonce, b64decode(given["body"]))
    signature = staff.sign(watch_calls.call_frame(office, staff.member, *told))
    return {"header": watch_calls.call_header(staff.member, given["seconds"], nonce, signature)}


def link_request(given: Json) -> Json:
    """A request for links, checked; what its entry in the log stands for."""
    asked = link_requests.read_link_request(given["request"])
    link_requests.check_link_request(office_of(given["office"]), asked)
    return {"content": b64encode(asked.content)}


OPS: dict[str, Callable[[Json], Json]] = {
    "open_protection": open_protection,
    "open_link": open_link,
    "entry_marks": lambda g: {"marks": [b64encode(one) for one in protection.entry_marks(b64decode(g["handle"]))]},
    "watch_call": watch_call,
    "link_request": link_request,
}
