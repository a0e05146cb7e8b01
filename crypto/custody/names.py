"""Who is named, and where the name lies: with the office, or sealed for the custodians (SPEC §6)."""

from dataclasses import dataclass
from enum import StrEnum

from crypto.errors import WrongShape
from crypto.framing import b64encode
from crypto.shape import Fields, dated, day_member

NAME_LIMIT = 256
CONTACT_LIMIT = 256
WORDS_LIMIT = 512
DELAY_LIMIT = 2048
REASON_LIMIT = 8192


class About(StrEnum):
    """Whose name it is."""

    REPORTER = "reporter"
    WITNESS = "witness"
    CONCERNED = "concerned"


class Ground(StrEnum):
    """Why an identity may be opened; nothing else is asked for (EU 2019/1937 art. 16, 22)."""

    CONSENT = "consent"
    LEGAL_DUTY = "legal-duty"
    DANGER_TO_LIFE = "danger-to-life"
    HEARING = "hearing"
    CLEARING = "clearing"


FOR_CONCERNED = frozenset({Ground.HEARING, Ground.CLEARING})
"""Grounds for the name of the person concerned alone: to be heard (EU 2019/1937 art. 22), and to be cleared by name."""


class NotifyWhen(StrEnum):
    """When the reporter is told: before the identity is opened, or after it since else the case is in danger."""

    BEFORE = "before"
    AFTER = "after"


class Unsealing(StrEnum):
    """What the reporter is told of a request."""

    ASKED = "asked"
    OPENED = "opened"
    REFUSED = "refused"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Seal:
    """Which packet holds a name: its handle, its SHA-256, and how many of the custodians open it."""

    handle: bytes
    packet: bytes
    m: int
    n: int

    def document(self) -> dict[str, object]:
        """The JSON document."""
        return {"handle": b64encode(self.handle), "packet": b64encode(self.packet), "m": self.m, "n": self.n}


@dataclass(frozen=True, repr=False)
class Named:
    """A name given to the office, or the seal of one that the custodians keep; exactly one of both."""

    about: About
    seal: Seal | None
    name: str
    contact: str
    text: str

    def document(self) -> dict[str, object]:
        """The JSON document."""
        return {
            "about": self.about.value,
            "level": "named" if self.seal is None else "sealed",
            "seal": None if self.seal is None else self.seal.document(),
            "name": self.name,
            "contact": self.contact,
            "text": self.text,
        }


@dataclass(frozen=True)
class Withdrawn:
    """The reporter takes back what no custodian has opened."""

    handle: bytes

    def document(self) -> dict[str, object]:
        """The JSON document."""
        return {"handle": b64encode(self.handle)}


@dataclass(frozen=True)
class UnsealingNotice:
    """Tells the reporter who asked (by role), on which ground and why; never the handle."""

    state: Unsealing
    about: About
    role: str
    ground: Ground
    text: str
    delay: str | None
    day: str | None = None

    def document(self) -> dict[str, object]:
        """The JSON document."""
        return {
            "state": self.state.value,
            "about": self.about.value,
            "role": self.role,
            "ground": self.ground.value,
            "text": self.text,
            "delay": self.delay,
            **day_member(self.day),
        }


@dataclass(frozen=True, repr=False)
class IdentityText:
    """What stands inside an identity packet."""

    about: About
    name: str
    contact: str
    text: str

    def document(self) -> dict[str, object]:
        """The JSON document."""
        said = {"name": self.name, "contact": self.contact, "text": self.text}
        return {"v": 1, "about": self.about.value, **said}


def _seal(value: object) -> Seal:
    fields = Fields(value, "handle", "packet", "m", "n")
    n = fields.integer("n", 1, 5)
    return Seal(fields.bytes("handle", 16), fields.bytes("packet", 32), fields.integer("m", 1, n), n)


def read_named(value: object) -> Named:
    """The payload of `identity` and `custody`; raises WrongShape."""
    fields = Fields(value, "about", "level", "seal", "name", "contact", "text")
    found = Named(
        About(fields.word("about", *About)),
        fields.maybe("seal", _seal),
        fields.text("name", NAME_LIMIT),
        fields.text("contact", CONTACT_LIMIT),
        fields.text("text", WORDS_LIMIT),
    )
    sealed = fields.word("level", "sealed", "named") == "sealed"
    said = bool(found.name or found.contact)
    if sealed != (found.seal is not None) or (sealed and said) or not (sealed or found.name):
        raise WrongShape("a name is sealed, or said, and never both")
    return found


def read_withdrawn(value: object) -> Withdrawn:
    """The payload of `identity-withdrawn`; raises WrongShape."""
    return Withdrawn(Fields(value, "handle").bytes("handle", 16))


def read_unsealing(value: object) -> UnsealingNotice:
    """The payload of `unsealing`; raises WrongShape."""
    fields, day = dated(value, "state", "about", "role", "ground", "text", "delay")
    delay = None if fields["delay"] is None else fields.text("delay", DELAY_LIMIT)
    return UnsealingNotice(
        Unsealing(fields.word("state", *Unsealing)),
        About(fields.word("about", *About)),
        fields.id("role"),
        Ground(fields.word("ground", *Ground)),
        fields.text("text", REASON_LIMIT),
        delay,
        day,
    )


def read_identity_text(value: object) -> IdentityText:
    """What an opened identity packet says; raises WrongShape."""
    fields = Fields(value, "v", "about", "name", "contact", "text")
    fields.version()
    about, name = About(fields.word("about", *About)), fields.text("name", NAME_LIMIT)
    if not name:
        raise WrongShape("no name")
    return IdentityText(about, name, fields.text("contact", CONTACT_LIMIT), fields.text("text", WORDS_LIMIT))
