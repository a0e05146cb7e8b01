"""Root documents and the office directory; the only maker of a VerifiedDirectory (SPEC §4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from crypto.codes import write_checked_code
from crypto.errors import (
    DirectoryExpired,
    DirectoryOlder,
    DirectoryRefused,
    ForeignOffice,
    RootRefused,
    WrongShape,
)
from crypto.framing import b64decode, b64encode, sha256
from crypto.office.anchor import read_anchor
from crypto.office.directory_shape import Directory, Member, read_directory
from crypto.office.root_shape import MOST_DAYS, MOST_DAYS_WITNESSED, Keeper, Root, read_root
from crypto.office.signed_notes import Note, count_signers, read_note
from crypto.office.witnesses import cosigners
from crypto.text import read_canonical, write_canonical

ROOT_LABEL = "yanlu/v1/root"
DIRECTORY_LABEL = "yanlu/v1/directory"
LAPSED_DAYS = 30
"""For how many days after its end a directory still serves those who wait for an answer (SPEC §4)."""
LEAVING = timedelta(days=2)
"""For so long after an entry has ended, what was signed under an earlier directory counts (SPEC §5)."""
_VERIFIED = object()


@dataclass(frozen=True)
class Seen:
    """The highest directory that this reader has accepted before."""

    sequence: int
    hash: bytes


@dataclass(frozen=True)
class Confirmed:
    """When the witnesses last confirmed a directory, and until when that holds, in seconds since 1970."""

    at: int
    until: int
    # Whether that was over at the time for which it was verified.
    stale: bool


class VerifiedDirectory:
    """A directory that passed `verify_directory`; whatever seals accepts nothing else.

    One that has lapsed is there for cases that exist: whatever seals to people because the directory names them
    calls `check_current` first.
    """

    def __init__(
        self, proof: object, content: Directory, digest: bytes, today: str, confirmed: Confirmed | None
    ) -> None:
        if proof is not _VERIFIED:
            raise DirectoryRefused("only verify_directory makes a VerifiedDirectory")
        self.content = content
        self.hash = digest
        self.today = today
        self.confirmed = confirmed
        self._members = {member.id: member for member in content.members}

    @property
    def office(self) -> bytes:
        """The office id, 16 bytes."""
        return self.content.office

    @property
    def sequence(self) -> int:
        """The directory's number."""
        return self.content.sequence

    @property
    def seen(self) -> Seen:
        """What to hand to the next verification."""
        return Seen(self.sequence, self.hash)

    @property
    def lapsed(self) -> bool:
        """Whether it had ended, or its witnesses' word, at the time for which it was verified."""
        return self.today >= self.content.expires or (self.confirmed is not None and self.confirmed.stale)

    @property
    def last_day(self) -> str:
        """The day on which it ends, or before which its witnesses' word does, at Greenwich."""
        if self.confirmed is None:
            return self.content.expires
        over = datetime.fromtimestamp(self.confirmed.until, UTC).date().isoformat()
        return min(self.content.expires, over)

    def check_current(self) -> None:
        """Raises DirectoryExpired once it has lapsed: whom it names may hold the office no more."""
        if self.lapsed:
            raise DirectoryExpired("the directory has lapsed: nothing is sealed to the people whom it names")

    def member(self, member: str) -> Member | None:
        """The member of that id, whether valid today or not."""
        return self._members.get(member)

    def valid_member(self, member: str) -> Member | None:
        """The member of that id if its entry is valid today."""
        return self.valid_on(member, self.today)

    def valid_on(self, member: str, day: str) -> Member | None:
        """The member of that id if its entry is valid on that day."""
        found = self._members.get(member)
        return found if found and found.start <= day <= found.until else None

    def was_valid(self, member: str, day: str, sequence: int) -> Member | None:
        """The same for what was signed that day under the directory of that sequence, this one or an earlier one.

        The entry of anyone who leaves ends on the day before the directory that lets them go. What they had signed
        under an earlier one holds on the day of leaving as well, and on the next, since clocks differ.
        """
        found = self._members.get(member)
        if found is None or sequence >= self.sequence or day <= found.until:
            return self.valid_on(member, day)
        late = date.fromisoformat(day) - date.fromisoformat(found.until)
        return found if found.start <= day and late <= LEAVING else None


def write_text(label: str, office: bytes, number: int, document: dict[str, object]) -> bytes:
    """The text of one of the office's notes."""
    head = f"{label}\n{b64encode(office)}\n{number}\n".encode()
    return head + write_canonical(document) + b"\n"


def root_text(document: dict[str, object]) -> bytes:
    """The text of a root note from its JSON document; raises WrongShape."""
    root = read_root(document)
    return write_text(ROOT_LABEL, root.office, root.number, document)


def directory_text(document: dict[str, object]) -> bytes:
    """The text of a directory note from its JSON document; raises WrongShape."""
    content = read_directory(document)
    return write_text(DIRECTORY_LABEL, content.office, content.sequence, document)


def office_code(root_note: bytes) -> str:
    """The office code of the note of root 1: 95 bits and a check."""
    return write_checked_code(sha256(read_note(root_note).text))


def note_parts(note: Note, label: str) -> tuple[bytes, int, bytes]:
    """Office id, number and JSON line of a note's text; raises WrongShape."""
    lines = note.text.split(b"\n")
    if len(lines) != 5 or lines[0] != label.encode() or lines[4]:
        raise WrongShape("not a note of this kind")
    number = lines[2]
    if not number.isdigit() or number.startswith(b"0") or len(number) > 15:
        raise WrongShape("not a number")
    try:
        office = b64decode(lines[1].decode("ascii"), 16)
    except UnicodeDecodeError as error:
        raise WrongShape("not an office id") from error
    return office, int(number), lines[3]


def _read_root_note(content: bytes) -> tuple[Note, Root]:
    note = read_note(content)
    office, number, document = note_parts(note, ROOT_LABEL)
    root = read_root(read_canonical(document))
    if (root.office, root.number) != (office, number):
        raise WrongShape("header and document differ")
    return note, root


def _keys(keepers: Sequence[Keeper]) -> dict[str, bytes]:
    return {keeper.id: keeper.key for keeper in keepers}


def is_signed_by(note: Note, root: Root) -> bool:
    """Whether enough of the root's keepers signed a note: its threshold."""
    return count_signers(note, _keys(root.keepers)) >= root.threshold


def _handed_over(content: bytes, note: Note, before: Root) -> bool:
    """Whether a root is the one that came after `before`: its witnesses sign one successor, ever.

    Where they are lost, all keepers of the root before stand in for them.
    """
    witnesses = before.witnesses
    if len(cosigners(content, witnesses.keys)) >= witnesses.k:
        return True
    return count_signers(note, _keys(before.keepers)) == len(before.keepers)


def _successor(root: Root, content: bytes) -> tuple[Note, Root]:
    note, after = _read_root_note(content)
    if after.number != root.number + 1 or after.office != root.office:
        raise RootRefused("a root that does not follow the one before")
    if not (is_signed_by(note, root) and is_signed_by(note, after)):
        raise RootRefused("a root without both thresholds")
    return note, after


def check_successor(before: bytes, content: bytes) -> tuple[Root, Root]:
    """For a witness that is asked to sign it: the root of a note that was verified, and the one that follows.

    Raises the stages `root`, `json` and `schema`; whether witnesses have signed it is not asked yet.
    """
    _, root = _read_root_note(before)
    return root, _successor(root, content)[1]


def verify_roots(code: str, roots: Sequence[bytes]) -> Root:
    """Steps 1 to 3 of SPEC §4: the last root of a chain that begins at this code, or at a link's code and hash."""
    anchor = read_anchor(code)
    if not roots:
        raise RootRefused("no root document")
    # 1. Root 1's text hashes to the office code.
    anchor.check(read_note(roots[0]).text)
    # 2. Root 1 carries its own threshold.
    first, root = _read_root_note(roots[0])
    if root.number != 1 or not is_signed_by(first, root):
        raise RootRefused("root 1 lacks its keepers' signatures")
    # 3. Every next root carries both thresholds, the same office id and the next number, and the witnesses' signatures.
    for content in roots[1:]:
        note, after = _successor(root, content)
        if not _handed_over(content, note, root):
            raise RootRefused("a root without the signatures of the one before")
        root = after
    return root


def _days_of(content: Directory) -> int:
    return (date.fromisoformat(content.expires) - date.fromisoformat(content.issued)).days


def _check_day(content: Directory, today: date, longer: int) -> None:
    end = date.fromisoformat(content.expires) + timedelta(days=longer)
    if not date.fromisoformat(content.issued) - timedelta(days=1) <= today < end:
        raise DirectoryExpired("the directory is not valid today")


def verify_directory(
    code: str,
    roots: Sequence[bytes],
    note: bytes,
    today: str,
    seen: Seen | None = None,
    *,
    also_lapsed: bool = False,
) -> VerifiedDirectory:
    """Verify the chain from the office code to the directory, in the order of SPEC §4.

    `today` is `YYYY-MM-DD`; `also_lapsed` is for who comes back to a case that is there already.
    Raises the stages `foreign`, `root`, `directory`, `json`, `schema`, `expired`, `older`.
    """
    # 1, 2, 3. The roots.
    return verify_under(verify_roots(code, roots), note, today, seen, also_lapsed=also_lapsed)


def verify_under(
    root: Root,
    note: bytes,
    today: str,
    seen: Seen | None = None,
    *,
    also_lapsed: bool = False,
    confirmed: Confirmed | None = None,
) -> VerifiedDirectory:
    """Steps 4 to 8 of SPEC §4, under a root that was verified; raises as `verify_directory` does."""
    # 4. The note names the last root's number and the same office id.
    parsed = read_note(note)
    office, sequence, document = note_parts(parsed, DIRECTORY_LABEL)
    if office != root.office:
        raise ForeignOffice("a directory of another office")
    # 5. It carries the last root's threshold. (The root's number stands in the JSON: see 6.)
    if not is_signed_by(parsed, root):
        raise DirectoryRefused("the directory lacks its keepers' signatures")
    # 6. JSON and shape.
    content = read_directory(read_canonical(document))
    if (content.office, content.sequence) != (office, sequence):
        raise WrongShape("header and document differ")
    if content.root != root.number:
        raise DirectoryRefused("a directory under another root")
    if _days_of(content) > (MOST_DAYS_WITNESSED if root.witnesses.k else MOST_DAYS):
        raise DirectoryRefused("a directory for longer than this office may sign one")
    # 7. Valid today.
    _check_day(content, date.fromisoformat(today), LAPSED_DAYS if also_lapsed else 0)
    # 8. Not older than what was seen, and not another one of the same number.
    digest = sha256(parsed.text)
    if seen and (sequence < seen.sequence or (sequence == seen.sequence and digest != seen.hash)):
        raise DirectoryOlder("the directory is older than one already seen")
    return VerifiedDirectory(_VERIFIED, content, digest, today, confirmed)
