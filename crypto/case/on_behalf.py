"""Who wrote a report down for somebody: a member's signed statement beside the answers (SPEC §6)."""

from dataclasses import dataclass
from enum import StrEnum

from crypto.case.payloads import Answer, Report
from crypto.errors import SignatureRefused, WrongShape
from crypto.framing import b64decode, b64encode, frame, sha256
from crypto.keys.staff import StaffKeys
from crypto.office.directory import VerifiedDirectory
from crypto.shape import Fields
from crypto.text import read_json, write_json

ON_BEHALF = "taken-down"
"""The id of the answer that carries the statement; no question has it."""
LABEL = "yanlu/v1/taken-down"


class Consent(StrEnum):
    """What anyone who spoke agreed to: minutes, a recording, or neither."""

    MINUTES = "minutes"
    RECORDING = "recording"
    REFUSED = "refused"


class Checked(StrEnum):
    """Whether anyone who spoke has heard or read the account: and agreed, had it corrected, or not yet."""

    AGREED = "agreed"
    CORRECTED = "corrected"
    NOT_YET = "not-yet"


@dataclass(frozen=True)
class OnBehalfDetails:
    """By which channel a report came, on which day; `consent` and `checked` None where nobody spoke."""

    channel: str
    received: str
    consent: Consent | None = None
    checked: Checked | None = None


@dataclass(frozen=True)
class OnBehalfStatement:
    """A statement that holds, and the member who signed it."""

    member: str
    details: OnBehalfDetails


def sign_on_behalf(staff: StaffKeys, case: bytes, account: str, details: OnBehalfDetails) -> Answer:
    """The answer that says so, bound to this case and to this account."""
    statement = write_json(
        {
            "v": 1,
            "channel": details.channel,
            "received": details.received,
            "consent": details.consent and details.consent.value,
            "checked": details.checked and details.checked.value,
        }
    )
    signature = staff.sign(_signed(staff.office, case, account, statement))
    return Answer(ON_BEHALF, [statement.decode(), staff.member, b64encode(signature)])


def read_on_behalf(directory: VerifiedDirectory, case: bytes, report: Report) -> OnBehalfStatement | None:
    """The statement of a report, None where there is none.

    Raises WrongShape or SignatureRefused for one that nobody of this office signed for this case and account.
    """
    found = [answer.value for answer in report.answers if answer.id == ON_BEHALF]
    if not found:
        return None
    value = found[0]
    if len(found) > 1 or not isinstance(value, list) or len(value) != 3:
        raise WrongShape("not a statement")
    text, member, signature = value
    known = directory.member(member)
    if known is None:
        raise SignatureRefused("nobody of this office")
    statement = text.encode()
    details = _read_details(statement)
    signed = _signed(directory.office, case, report.account, statement)
    known.check_signed(signed, b64decode(signature, 64), details.received)
    return OnBehalfStatement(member, details)


def _signed(office: bytes, case: bytes, account: str, statement: bytes) -> bytes:
    return frame(LABEL, office, case, sha256(account.encode()), statement)


def _read_details(statement: bytes) -> OnBehalfDetails:
    fields = Fields(read_json(statement, len(statement)), "v", "channel", "received", "consent", "checked")
    fields.version()
    return OnBehalfDetails(
        channel=fields.id("channel"),
        received=fields.day("received"),
        consent=fields.maybe("consent", lambda _: Consent(fields.word("consent", *Consent))),
        checked=fields.maybe("checked", lambda _: Checked(fields.word("checked", *Checked))),
    )
