"""`office.toml`: what people decide about an office before anything is signed."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, RootModel, ValidationError, model_validator
from pydantic_core import ErrorDetails

from crypto.errors import WrongShape
from crypto.localized import MOST_LANGUAGES, TAG_FORM, LocalizedText, localized
from crypto.office.directory_shape import DELAYS, OVERSIGHT_LIMIT, USUAL_DELAY
from crypto.office.root_shape import (
    FEWEST_SIGNERS,
    FRESH_HOURS,
    MOST_DAYS,
    MOST_DAYS_WITNESSED,
    MOST_NEEDED,
    NO_WITNESSES,
    USUAL_FRESH,
    Witnesses,
    read_witnesses,
    witnesses_document,
)
from crypto.office.witnesses import Witness, read_witness
from portal.office.errors import ConfigRefused, Said

Id = Annotated[str, Field(pattern=r"\A[a-z0-9][a-z0-9-]{0,47}\z")]
"""Ids as the wire format wants them (SPEC §1)."""

EVERY_CATEGORY = "*"
MEMBER_DAYS = 365


class Unfit(ValueError):
    """Values that do not go together; a msgid that begins with the field's name, and its values."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence)
        self.said: Said = sentence, values


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


Tag = Annotated[str, Field(pattern=rf"\A{TAG_FORM}\z")]
"""Language tags as the wire format wants them (SPEC §1)."""


class OfficeText(RootModel[dict[Tag, Annotated[str, Field(min_length=1, pattern="[^ ]")]]]):
    """One text by language tag, as `{ zh = "…", en = "…" }`."""

    model_config = ConfigDict(frozen=True, strict=True)
    root: dict[Tag, Annotated[str, Field(min_length=1, pattern="[^ ]")]] = Field(
        min_length=1, max_length=MOST_LANGUAGES
    )

    @classmethod
    def of(cls, **texts: str) -> Self:
        """The text of these languages."""
        return cls(texts)

    def document(self) -> dict[str, object]:
        """`{tag: text}` in byte order of the tags."""
        return dict(sorted(self.root.items()))

    def said(self, language: str) -> LocalizedText:
        """The text in a document of this default language, which must be among its own."""
        return localized(self.root, language)


class KeeperSeat(_Strict):
    """Who signs the office's documents, and for whom (board, union, works council)."""

    id: Id
    seat: OfficeText


class AuthorityConfig(_Strict):
    """An outside authority that reporters are told of."""

    name: OfficeText
    contact: str


class AgreementConfig(_Strict):
    """What lets a watch be switched on: who agreed (works council, 职代会), when, to which paper (SHA-256 in hex)."""

    by: OfficeText
    day: str = Field(pattern=r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\z")
    paper: str = Field(pattern=r"\A[0-9a-f]{64}\z")


class WatchConfig(_Strict):
    """The watch of an entity; it is on only with an agreement, and only once both sides of its links are enrolled."""

    recipient: str = Field(pattern=r"\Aage1pq1[a-z0-9]+\z")
    inside: list[Id] = Field(min_length=1, max_length=3)
    # A works council's, a union's or an outside counsel's: never the officer and the employer alone.
    outside: list[Id] = Field(min_length=1, max_length=3)
    agreement: AgreementConfig | None = None
    # Days between the entry of a request in the log and the first share.
    delay: int = Field(default=USUAL_DELAY, ge=DELAYS[0], le=DELAYS[1])


class EntityConfig(_Strict):
    """A legal entity that receives reports; `emergency` falls back to the country's words."""

    id: Id
    name: OfficeText
    country: str = Field(pattern=r"\A[A-Z]{2}\z")
    language: str = "zh-CN"
    calendar: str = "CN"
    timezone: str = "Asia/Shanghai"
    # When the office opens on a day of work: a clock that stood until the reporter answered goes on from there.
    opens: str = Field(default="09:00", pattern=r"\A([01][0-9]|2[0-3]):[0-5][0-9]\z")
    superior: Id | None = None
    outside: list[Id] = []
    authorities: list[AuthorityConfig] = []
    emergency: OfficeText | None = None
    edge: OfficeText
    roads: OfficeText
    watch: WatchConfig | None = None
    # Whether the staff on call (`on_call` in the file of notices) are told of a report marked urgent.
    on_call: bool = False


class PolicyConfig(_Strict):
    """A policy in force, and the entities that it binds."""

    id: Id
    entities: list[Id] = Field(min_length=1)


class HoldersConfig(_Strict):
    """Who may open reports of an entity under a policy; `left_out` are its conflict rules' officers."""

    entity: Id
    policy: Id
    category: str = EVERY_CATEGORY
    members: list[Id]
    left_out: list[Id] = []


class CustodiansConfig(_Strict):
    """Who guards sealed identities: `m` of `members` must agree."""

    m: int = Field(ge=1, le=5)
    members: list[Id] = Field(max_length=5)


class RecoveryConfig(_Strict):
    """Who keeps a paper share of the recovery key; inside and outside are both always needed."""

    inside: list[Id] = ["board-share", "legal-share", "union-share"]
    inside_needed: int = 2
    outside: list[Id] = ["notary-share"]
    outside_needed: int = 1

    @model_validator(mode="after")
    def _quorums(self) -> Self:
        for people, needed in ((self.inside, self.inside_needed), (self.outside, self.outside_needed)):
            # SLIP-39 has no 1 of n: one share that suffices is one paper, copied by hand.
            if not 1 <= needed <= len(people) <= 16 or (needed == 1 and len(people) > 1):
                raise Unfit("recovery: a group is 1 of 1, or at least 2 of n (n up to 16).")
        return self


def _witness(number: int, line: str) -> Witness:
    try:
        return read_witness(line)
    except WrongShape as error:
        raise Unfit("witnesses: number {number} is mistyped: {line}. Copy the line as `yanlu log witness-key` gave it, "
                    "from its name to its end.", number=number, line=line) from error  # fmt: skip


class OfficeConfig(_Strict):
    """The whole file."""

    v: int = Field(default=1, ge=1, le=1)
    # In which every text of this file must be there; pages fall back to it.
    language: Tag
    name: OfficeText
    threshold: int = Field(default=FEWEST_SIGNERS, ge=FEWEST_SIGNERS, le=9)
    keepers: list[KeeperSeat] = Field(min_length=1, max_length=9)
    entities: list[EntityConfig] = Field(min_length=1)
    policies: list[PolicyConfig] = Field(min_length=1)
    holders: list[HoldersConfig] = Field(min_length=1)
    custodians: CustodiansConfig | None = None
    oversight: list[Id] = Field(default=[], max_length=OVERSIGHT_LIMIT)
    regrant_threshold: int = Field(default=2, ge=1, le=2)
    valid_days: int = Field(default=MOST_DAYS, ge=1, le=MOST_DAYS_WITNESSED)
    member_days: int = Field(default=MEMBER_DAYS, ge=1, le=3660)
    recovery: RecoveryConfig = RecoveryConfig()
    # Lines of `yanlu log witness-key`; how many of them must confirm, and for how many hours that holds.
    witnesses: list[str] = []
    witnesses_needed: int = Field(default=1, ge=1, le=MOST_NEEDED)
    witnesses_fresh: int = Field(default=USUAL_FRESH, ge=FRESH_HOURS[0], le=FRESH_HOURS[1])

    @model_validator(mode="after")
    def _whole(self) -> Self:
        lacking = sorted(place for place, text in self.texts() if self.language not in text.root)
        if lacking:
            raise Unfit("language: these have no text in {language}: {places}.", language=self.language,
                        places=", ".join(lacking))  # fmt: skip
        if self.threshold >= len(self.keepers):
            raise Unfit("threshold: {needed} signatures of {number} keepers: fewer than all must do, or one keeper "
                        "alone could stop everything and one lost key would end the office. Name another keeper, at "
                        "least three.", needed=self.threshold, number=len(self.keepers))  # fmt: skip
        if not self.named_witnesses().k and self.valid_days > MOST_DAYS:
            raise Unfit("valid_days: {days} days are for an office with witnesses; without any, {most} at most.",
                        days=self.valid_days, most=MOST_DAYS)  # fmt: skip
        entities = {entity.id for entity in self.entities}
        policies = {policy.id for policy in self.policies}
        placed = [row.entity for row in self.holders] + [e.superior for e in self.entities if e.superior]
        placed += [entity for policy in self.policies for entity in policy.entities]
        unknown = sorted((set(placed) - entities) | ({row.policy for row in self.holders} - policies))
        if unknown:
            raise Unfit("entities or policies named but not described: {ids}.", ids=", ".join(unknown))
        for policy in self.policies:
            self._rows_for(policy)
        return self

    def named_witnesses(self) -> Witnesses:
        """Who outside the office confirms what it shows; `NO_WITNESSES` where nobody is named."""
        if not self.witnesses:
            return NO_WITNESSES
        known = tuple(_witness(number, line) for number, line in enumerate(self.witnesses, start=1))
        try:
            named = Witnesses(self.witnesses_needed, self.witnesses_fresh, known)
            return read_witnesses(witnesses_document(named)["witnesses"])
        except WrongShape as error:
            raise Unfit("witnesses: give the lines of `yanlu log witness-key`, each once, at least {needed} of them.",
                        needed=self.witnesses_needed) from error  # fmt: skip

    def texts(self) -> Iterator[tuple[str, OfficeText]]:
        """Every text that the signed documents take from here, with its place."""
        yield "name", self.name
        yield from ((f"keepers.{keeper.id}.seat", keeper.seat) for keeper in self.keepers)
        for one in self.entities:
            own = {"name": one.name, "emergency": one.emergency, "edge": one.edge, "roads": one.roads}
            yield from ((f"entities.{one.id}.{field}", text) for field, text in own.items() if text is not None)
            yield from ((f"entities.{one.id}.authorities.{place.contact}", place.name) for place in one.authorities)

    def _rows_for(self, policy: PolicyConfig) -> None:
        covered = {row.entity for row in self.holders if row.policy == policy.id and row.category == EVERY_CATEGORY}
        bare = sorted(set(policy.entities) - covered)
        if bare:
            raise Unfit("holders: no row with category * for {policy} at {entities}.", policy=policy.id,
                        entities=", ".join(bare))  # fmt: skip


TABLES: dict[str, type[_Strict]] = {
    "keepers": KeeperSeat, "entities": EntityConfig, "authorities": AuthorityConfig, "watch": WatchConfig,
    "agreement": AgreementConfig, "policies": PolicyConfig, "holders": HoldersConfig,
    "custodians": CustodiansConfig, "recovery": RecoveryConfig,
}  # fmt: skip
"""The table that a field of this name holds; `docs/office.md` describes them all."""


WRONG: Final[Mapping[str, str]] = MappingProxyType({
    "missing": "{field} is missing.",
    "extra_forbidden": "{field}: there is no such field here.",
    "string_pattern_mismatch": "{field}: {value} is not written as docs/office.md says.",
    "greater_than_equal": "{field}: {value} is too small.", "less_than_equal": "{field}: {value} is too large.",
    "string_too_short": "{field} is empty.", "too_short": "{field}: too few.", "too_long": "{field}: too many.",
})  # fmt: skip
"""What a person reads for each kind of fault, by pydantic's name for it."""
OTHER_KIND: Final = "{field}: this is not the kind of value that docs/office.md names."
SHOWN: Final = 60


def _said(fault: ErrorDetails) -> Said:
    unfit = fault.get("ctx", {}).get("error")
    if isinstance(unfit, Unfit):
        return unfit.said
    field = ".".join(str(part) for part in fault["loc"]) or "office.toml"
    values = {"field": field, "value": repr(fault["input"])[:SHOWN]}
    return WRONG.get(fault["type"], OTHER_KIND), values


def _reasons(error: ValidationError) -> list[Said]:
    found = error.errors()
    lacking = dict.fromkeys(
        next((str(part) for part in reversed(one["loc"][:-1]) if isinstance(part, str)), "")
        for one in found
        if one["type"] == "missing"
    )
    return [*(_said(one) for one in found), *(_needed(name) for name in lacking)]


def _needed(name: str) -> Said:
    """Which fields a table must have: all others may be left out."""
    fields = TABLES.get(name, OfficeConfig).model_fields
    names = ", ".join(one for one, field in fields.items() if field.is_required())
    sentence = "{table} needs {names}; other fields may be left out (docs/office.md)."
    return sentence, {"table": name or "office.toml", "names": names}


def read_config(text: str) -> OfficeConfig:
    """Read the TOML text; raises ConfigRefused with key and reason."""
    try:
        return OfficeConfig.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigRefused(("office.toml is not written as TOML: {reason}.", {"reason": error})) from error
    except ValidationError as error:
        raise ConfigRefused(*_reasons(error)) from error


def load_config(path: Path) -> OfficeConfig:
    """Read the file; raises ConfigRefused."""
    try:
        return read_config(path.read_text("utf-8"))
    except PermissionError:
        raise
    except FileNotFoundError as error:
        raise ConfigRefused(("{path} does not exist.", {"path": path})) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigRefused(("{path} cannot be read as text.", {"path": path})) from error


def sample_config_text() -> str:
    """The sample that comes with the product, to copy and change."""
    return (resources.files("portal.office.texts") / "sample_office.toml").read_text("utf-8")
