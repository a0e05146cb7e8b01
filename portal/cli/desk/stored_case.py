"""Work without a server: keys, directory and cases as the last pull left them in the profile."""

from __future__ import annotations

from crypto import StaffKeys, VerifiedDirectory
from portal.cli.desk.case_words import NO_SUCH_CASE
from portal.cli.desk.client import OpenedCase, known_id, open_case
from portal.cli.desk.desk_options import DeskOptions, unlocking
from portal.cli.desk.profile import Profile
from portal.cli.directory_expiry import mention_end
from portal.cli.errors import CommandError, Exit
from portal.cli.office_source import load_office
from portal.cli.terminal import Terminal, today


def offline(terminal: Terminal, options: DeskOptions) -> tuple[Profile, StaffKeys, VerifiedDirectory]:
    """Profile, keys and the verified directory, as the last pull left them."""
    profile = Profile(options.profile)
    code = str(profile.facts()["office_key"])
    office = load_office(str(profile.path / "office.json"))
    directory = office.verify(code, today(), profile.seen(), also_lapsed=True)
    mention_end(terminal, directory)
    return profile, profile.unlock(directory, unlocking(terminal, options)), directory


def stored_case(profile: Profile, staff: StaffKeys, directory: VerifiedDirectory, case: str) -> OpenedCase:
    """A case as last pulled, opened; raises CommandError where there is none."""
    name = known_id(case)
    document = profile.case(name)
    if document is None:
        raise CommandError(Exit.NOTHING_THERE, NO_SUCH_CASE)
    return open_case(staff, directory, document, profile.grant(staff, name))
