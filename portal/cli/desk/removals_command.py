"""`yanlu desk removals`: who opened a case and reads it no longer, and who decided that, as their signatures prove."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import click

from crypto import CryptoError, Removal, StaffKeys, b64encode, read_removal
from portal.cli.desk.client import DeskSession
from portal.cli.desk.desk_options import DeskOptions, signed_in, with_desk_options
from portal.cli.desk.profile import Profile
from portal.cli.errors import CommandError, Exit
from portal.cli.responses.desk import read_removals
from portal.cli.terminal import Terminal

MINE: Final = "No longer yours: case {case}, which you opened on {day}."
OTHERS: Final = (
    "{member} opened case {case} on {day} and has not opened it since its readers changed: removed, or not back to it "
    "yet."
)
FEW: Final = "Fewer people signed this change than the office asks for today."
PROOF: Final = (
    "The signatures prove who changed the keys, and when. They do not prove who was removed: a server could also have "
    "kept the new key from somebody. Where this comes as a surprise, ask by telephone."
)
MORE: Final = "There are more such changes, in older cases; only the newest are shown."
UNPROVEN: Final = "The server also names changes of readers that no signature proves ({count}): they are not shown."
SEE: Final = "Changes of readers after which somebody has not opened a case again: {count}. See `yanlu desk removals`."


@dataclass(frozen=True)
class ProvenRemovals:
    """What is proven, how many rows prove nothing, and whether the server has more of older cases."""

    proven: Sequence[Removal]
    unproven: int
    more: bool

    def note(self, terminal: Terminal) -> list[str]:
        """What a pull says of them."""
        return [terminal.words(SEE, count=len(self.proven))] if self.proven else []


def fetch_removals(session: DeskSession, profile: Profile, staff: StaffKeys) -> ProvenRemovals:
    """The member's own removals, of anyone who oversees those of everybody; none of a case that opened here since."""
    served = session.server.read(read_removals, "GET", "/api/removals")
    found: dict[tuple[bytes, str], Removal] = {}
    unproven = 0
    for row in served["removals"]:
        try:
            one = read_removal(session.directory, row)
        except CryptoError:
            unproven += 1
            continue
        if not _reads_on(profile, staff, one):
            found[one.case, one.member] = one
    return ProvenRemovals(list(found.values()), unproven, served["more"])


def _reads_on(profile: Profile, staff: StaffKeys, one: Removal) -> bool:
    """Whether the case opened here under the last of these changes, or a later one."""
    pinned = profile.grant(staff, one.case) if one.member == staff.member else None
    return pinned is not None and pinned.epoch >= one.epoch


@click.command()
@with_desk_options
def removals(terminal: Terminal, options: DeskOptions) -> None:
    """List who reads a case no longer, and who decided that: your own, or all where you oversee the office."""
    profile = Profile(options.profile)
    facts = profile.facts()
    with signed_in(terminal, options, profile, facts["office_key"], facts["desk"], facts["member"]) as (session, how):
        staff = profile.unlock(session.directory, how)
        fetched = fetch_removals(session, profile, staff)
    lines = [line for one in fetched.proven for line in _lines(terminal, one, staff.member)]
    lines += [terminal.words(PROOF)] if fetched.proven else [terminal.words("No such change is known here.")]
    lines += [terminal.words(MORE)] if fetched.more else []
    terminal.result({"removals": [_document(one) for one in fetched.proven], "more": fetched.more}, *lines)
    if fetched.unproven:
        raise CommandError(Exit.REFUSED, UNPROVEN, count=fetched.unproven)


def _lines(terminal: Terminal, one: Removal, me: str) -> list[str]:
    case = b64encode(one.case)
    said = MINE if one.member == me else OTHERS
    lines = [terminal.words(said, member=one.member, case=case, day=one.opened)]
    if len(one.changes) > 1:
        lines.append(terminal.words("The readers have changed since:"))
    for change in one.changes:
        who = ", ".join(change.by)
        single = terminal.words("Readers changed on {day}, by {people}", day=change.day, people=who)
        lines.append(single if len(one.changes) == 1 else f"{change.day}: {who}")
        lines += [terminal.words(FEW)] if change.missing else []
    return lines


def _document(one: Removal) -> dict[str, object]:
    changes = [{"day": change.day, "by": list(change.by), "missing": change.missing} for change in one.changes]
    return {"case": b64encode(one.case), "member": one.member, "opened": one.opened, "changes": changes}
