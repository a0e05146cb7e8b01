"""A first report, sealed on the reporter's device (SPEC §5 to §7)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crypto.case.grant import seal_body, write_packet
from crypto.case.grant_body import EpochKeys, GrantBody
from crypto.case.items import Author, Place, Position, seal_item
from crypto.case.memo import Memo, seal_memo
from crypto.case.payloads import Answer, Direction, Level, Report
from crypto.custody.packets import draw_dummy_packets
from crypto.errors import WrongShape
from crypto.framing import SUITE, ZERO_HASH, Rng, b64encode, sha256
from crypto.keys.receipt import ReporterKeys
from crypto.office.directory import VerifiedDirectory
from crypto.office.directory_shape import Policy
from crypto.office.holders import Holders, choose_holders
from crypto.reporter.submission import blobs_document
from crypto.sealing.attachment_shape import Attachment
from crypto.sealing.attachments import blob_listing
from crypto.sealing.recipients import Identity, Recipient
from crypto.watch.protection import checkin_days


@dataclass(frozen=True, repr=False)
class NewCase:
    """What the reporter's device draws for a case: id, key of epoch 0, access token."""

    case: bytes
    identity: Identity
    access: bytes

    @property
    def recipient(self) -> Recipient:
        """The case recipient: attachments are sealed to it before the report is."""
        return self.identity.recipient


def draw_case(rng: Rng) -> NewCase:
    """A fresh case."""
    return NewCase(rng(16), Identity.draw(rng), rng(32))


@dataclass(frozen=True)
class NewReport:
    """What a reporter tells, and the release hash of the page (32 bytes) if it knows it."""

    account: str
    language: str
    channel: str = "cli"
    level: Level = Level.ANONYMOUS
    answers: list[Answer] = field(default_factory=list[Answer])
    attachments: list[Attachment] = field(default_factory=list[Attachment])
    urgent: bool = False
    release: bytes | None = None


@dataclass(frozen=True, repr=False)
class SealedReport:
    """The submission to send or to bundle, and the memo as it stands in it (seq 1)."""

    submission: dict[str, object]
    memo: Memo


def _policy(directory: VerifiedDirectory, holders: Holders) -> Policy:
    for policy in directory.content.policies:
        if policy.id == holders.policy and holders.entity in policy.entities:
            return policy
    raise WrongShape("this policy does not apply to this entity")


def _body(
    directory: VerifiedDirectory,
    keys: ReporterKeys,
    case: NewCase,
    holders: Holders,
    release: bytes | None,
) -> GrantBody:
    return GrantBody(
        office=directory.office,
        case=case.case,
        epoch=0,
        keys=EpochKeys(case.identity, None, keys.macs),
        history=None,
        reporter=keys.identity.recipient,
        receipt_change=0,
        act=keys.act_key,
        holders=holders.ids,
        excluded=holders.excluded,
        access=case.access,
        directory_hash=directory.hash,
        directory_sequence=directory.sequence,
        release=release,
        entity=holders.entity,
        policy=holders.policy,
        previous=None,
        previous_holders=[],
        day=directory.today,
    )


def _report(directory: VerifiedDirectory, holders: Holders, version: str, report: NewReport) -> Report:
    return Report(
        entity=holders.entity,
        policy=holders.policy,
        policy_version=version,
        category=holders.category,
        language=report.language,
        channel=report.channel,
        level=report.level,
        account=report.account,
        answers=report.answers,
        attachments=report.attachments,
        excluded=holders.excluded,
        urgent=report.urgent,
        directory_hash=directory.hash,
        directory_sequence=directory.sequence,
    )


def _memo(
    directory: VerifiedDirectory,
    case: NewCase,
    holders: Holders,
    grant_hash: bytes,
    written: Position,
) -> Memo:
    return Memo(
        case=case.case,
        epoch=0,
        recipient=case.recipient,
        macs=None,
        entity=holders.entity,
        policy=holders.policy,
        holders=holders.ids,
        excluded=holders.excluded,
        grant=grant_hash,
        directory_hash=directory.hash,
        directory_sequence=directory.sequence,
        started=directory.today,
        to_office=written,
        checkins=checkin_days(directory, holders.entity),
    )


def _check_chosen(directory: VerifiedDirectory, keys: ReporterKeys, holders: Holders) -> None:
    chosen = choose_holders(directory, holders.entity, holders.policy, holders.category, holders.excluded)
    if chosen != holders or keys.office != directory.office:
        raise WrongShape("not the holders that this directory names")


def seal_report(
    directory: VerifiedDirectory,
    keys: ReporterKeys,
    case: NewCase,
    holders: Holders,
    report: NewReport,
    rng: Rng,
    packets: Mapping[str, str] | None = None,
) -> SealedReport:
    """Seal a report to its holders. Attachments were sealed to `case.recipient` before.

    `packets` as of `draw_dummy_packets` (the default). Raises `excluded`, `schema`, `padding`
    (account or answers too long for one text: send them as an attachment).
    """
    # Nobody but the directory decides who a holder is: what was handed in must be what it says.
    _check_chosen(directory, keys, holders)
    policy = _policy(directory, holders)
    sealed = seal_body(_body(directory, keys, case, holders, report.release), holders.recipients, holders.bucket, rng)
    place = Place(case.case, 0, Direction.TO_OFFICE, 1, ZERO_HASH, 0)
    document = _report(directory, holders, policy.version, report).document()
    item = seal_item(place, "report", document, Author(), keys.macs.to_office, [case.recipient], rng)
    memo = _memo(directory, case, holders, sha256(sealed), Position(1, item.hash))
    submission: dict[str, object] = {
        "v": 1,
        "suite": SUITE,
        "office": b64encode(directory.office),
        "entity": holders.entity,
        "policy": holders.policy,
        "policy_version": policy.version,
        "mailbox": b64encode(keys.mailbox_id),
        "case": b64encode(case.case),
        "grant": b64encode(write_packet(sealed, holders.bucket)),
        "access": b64encode(sha256(case.access)),
        "item": item.document(),
        "memo": seal_memo(keys, 1, memo, rng),
        "blobs": blobs_document([blob_listing(attachment) for attachment in report.attachments]),
        "packets": dict(packets or draw_dummy_packets(rng)),
        "urgent": report.urgent,
    }
    return SealedReport(submission, memo)
