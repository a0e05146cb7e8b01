"""A request to open links of the watch: signed by the officer, and entered in the log before it may be answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from crypto.custody.packets import LINK_SIZE
from crypto.errors import DirectoryRefused, ForeignOffice, WrongShape
from crypto.framing import Rng, b64encode, check_signature, frame, sha256
from crypto.keys.staff import StaffKeys
from crypto.office.directory import VerifiedDirectory
from crypto.office.directory_shape import Role
from crypto.shape import Fields, bytes_of
from crypto.transparency_log.filing import Fact, log_entry, office_log_key

LINKS = 64
REASON_LIMIT = 2048
WINDOW_DAYS = 30
"""So long after its delay a request may be answered: nobody lays one in store for anyone who reports next."""


@dataclass(frozen=True, repr=False)
class LinkRequest:
    """Which links of one entity an officer asks to have opened, and why; it names nobody."""

    office: bytes
    request: bytes
    requester: str
    entity: str
    reason: str
    links: Sequence[bytes] = field(repr=False)
    signature: bytes = bytes(64)

    @property
    def frame(self) -> bytes:
        """What the officer signs."""
        return frame(
            "yanlu/v1/link-request", self.office, self.request, self.requester, self.entity, self.reason, *self.links
        )

    @property
    def content(self) -> bytes:
        """What the entry in the log stands for."""
        return sha256(frame("yanlu/v1/log-link-request", self.frame, self.signature))

    @property
    def entry(self) -> bytes:
        """The entry: anyone who has the request finds it, nobody else knows what it stands for."""
        return log_entry(office_log_key(self.office), Fact.WATCH_UNSEAL, self.content)

    def document(self) -> dict[str, object]:
        """The JSON document."""
        return {
            "v": 1,
            "office": b64encode(self.office),
            "request": b64encode(self.request),
            "requester": self.requester,
            "entity": self.entity,
            "reason": self.reason,
            "links": [b64encode(link) for link in self.links],
            "sig": b64encode(self.signature),
        }


def ask_for_links(
    staff: StaffKeys, office: bytes, entity: str, reason: str, links: Sequence[bytes], rng: Rng
) -> LinkRequest:
    """A request in the officer's own name; raises WrongShape for a reason that is too long, or none."""
    asked = LinkRequest(office, rng(16), staff.member, entity, reason, links)
    return read_link_request(replace(asked, signature=staff.sign(asked.frame)).document())


def read_link_request(value: object) -> LinkRequest:
    """Reads the document; raises WrongShape."""
    fields = Fields(value, "v", "office", "request", "requester", "entity", "reason", "links", "sig")
    fields.version()
    reason = fields.text("reason", REASON_LIMIT)
    found = LinkRequest(
        office=fields.bytes("office", 16),
        request=fields.bytes("request", 16),
        requester=fields.id("requester"),
        entity=fields.id("entity"),
        reason=reason,
        links=fields.list("links", LINKS, bytes_of(LINK_SIZE)),
        signature=fields.bytes("sig", 64),
    )
    if not reason.strip() or not found.links:
        raise WrongShape("a request without a reason, or without a link")
    return found


def check_link_request(directory: VerifiedDirectory, asked: LinkRequest) -> None:
    """Whether an officer of today signed it; raises ForeignOffice, DirectoryRefused, SignatureRefused."""
    if asked.office != directory.office:
        raise ForeignOffice("a request of another office")
    member = directory.valid_member(asked.requester)
    if member is None or member.role is not Role.RETALIATION_OFFICER:
        raise DirectoryRefused("only a retaliation officer asks for links")
    check_signature(member.signing, asked.frame, asked.signature)
