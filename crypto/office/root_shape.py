"""The root document: who signs for an office, and who outside confirms what it shows (SPEC §4)."""

from dataclasses import dataclass

from crypto.errors import RootRefused, WrongShape
from crypto.framing import SUITE, b64encode
from crypto.localized import LocalizedText, language_of, localized_of
from crypto.office.witnesses import COSIGNATURE_LIMIT, Witness, witness_name_of
from crypto.shape import Fields, OrderedFields

FEWEST_SIGNERS = 2
"""No keeper alone signs anything, and none alone can refuse: of every root two at least and fewer than all sign."""
MOST_DAYS, MOST_DAYS_WITNESSED = 92, 400
"""For how many days a directory may be signed: without a witness nothing else says that it is still the newest."""
MOST_NEEDED = 3
USUAL_FRESH = 336
FRESH_HOURS = (72, 720)
"""For how many hours a witness's word on the newest directory holds, and what a root may set."""


@dataclass(frozen=True)
class Keeper:
    """Who signs roots and directories, and from which seat (union, board, …)."""

    id: str
    key: bytes
    # Drawn by the keeper, and fixed before anybody knew the others' (SPEC §4, founding).
    nonce: bytes
    seat: LocalizedText


@dataclass(frozen=True)
class Witnesses:
    """Who outside cosigns checkpoints and hand-overs, how many must, and for how many hours their word holds."""

    k: int = 0
    fresh: int = USUAL_FRESH
    known: tuple[Witness, ...] = ()

    @property
    def keys(self) -> dict[str, bytes]:
        """Public keys by name."""
        return {one.name: one.key for one in self.known}


NO_WITNESSES = Witnesses()
"""A root that names none: nobody outside the office says that there is no second one (SPEC §4)."""


@dataclass(frozen=True)
class Root:
    """A root document."""

    office: bytes
    number: int
    keepers: list[Keeper]
    threshold: int
    language: str
    witnesses: Witnesses = NO_WITNESSES


def check_suite(fields: Fields) -> None:
    """Version 1 and the one suite; raises WrongShape."""
    fields.version()
    fields.word("suite", SUITE)


def distinct(values: list[object], what: str) -> None:
    """Raise WrongShape when a value stands twice."""
    if len(set(values)) != len(values):
        raise WrongShape(f"{what} stands twice")


def _keeper(value: object, language: str) -> Keeper:
    fields = OrderedFields(value, "id", "key", "nonce", "seat")
    return Keeper(
        fields.id("id"), fields.bytes("key", 32), fields.bytes("nonce", 32), localized_of(fields["seat"], language)
    )


def _witness(value: object) -> Witness:
    fields = OrderedFields(value, "name", "key")
    return Witness(witness_name_of(fields["name"]), fields.bytes("key", 32))


def read_witnesses(value: object) -> Witnesses:
    """Read the witnesses of a root or a plan, `NO_WITNESSES` where the key is missing; raises WrongShape."""
    if value is NO_WITNESSES:
        return NO_WITNESSES
    fields = OrderedFields(value, "k", "fresh", "list")
    known = fields.list("list", COSIGNATURE_LIMIT, _witness)
    distinct([one.name for one in known], "a witness")
    distinct([one.key for one in known], "a witness's key")
    found = Witnesses(fields.integer("k", 1, MOST_NEEDED), fields.integer("fresh", *FRESH_HOURS), tuple(known))
    if found.k > len(known):
        raise WrongShape("more witnesses needed than there are")
    return found


def witnesses_document(witnesses: Witnesses) -> dict[str, object]:
    """As a root or a plan holds them, under the key that it lacks where there are none."""
    if witnesses.k == 0:
        return {}
    known = [{"name": one.name, "key": b64encode(one.key)} for one in witnesses.known]
    return {"witnesses": {"k": witnesses.k, "fresh": witnesses.fresh, "list": known}}


def read_root(value: object) -> Root:
    """Read a root document; raises WrongShape, RootRefused for an impossible threshold."""
    fields = OrderedFields(
        value, "v", "language", "office", "number", "suite", "keepers", "threshold", "witnesses",
        witnesses=NO_WITNESSES,
    )  # fmt: skip
    check_suite(fields)
    language = language_of(fields["language"])
    keepers = fields.list("keepers", 9, lambda one: _keeper(one, language))
    distinct([keeper.id for keeper in keepers], "a keeper")
    distinct([keeper.key for keeper in keepers], "a key")
    number, threshold = fields.integer("number", 1), fields.integer("threshold", FEWEST_SIGNERS, 9)
    witnesses = read_witnesses(fields["witnesses"])
    root = Root(fields.bytes("office", 16), number, keepers, threshold, language, witnesses)
    if threshold >= len(keepers):
        raise RootRefused("not fewer signatures needed than there are keepers")
    return root
