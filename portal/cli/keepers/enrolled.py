"""Who has enrolled, from the accounts store: the members of the directory that keepers sign next."""

from __future__ import annotations

from typing import Final

from portal.accounts.members import MemberState, all_members
from portal.accounts.rotation import all_next_keys
from portal.cli.errors import CommandError, Exit
from portal.cli.ready import prepare_stores
from portal.office import EnrolledMember, OfficeFolder, OfficeText
from portal.office.current_members import roll_of
from portal.settings import PREFIX, Settings, StoreName, settings_from_environment
from portal.stores.engines import is_there
from portal.wiring.desk import build_accounts

NO_ACCOUNTS: Final = (
    "No accounts store at {store}: is YANLU_DATA set? The directory names members, and without their accounts "
    "everybody would be signed out. Nothing was signed, and no store was made."
)
OTHER_ACCOUNTS: Final = (
    "None of the members of this office would be left by {store}: are YANLU_DATA and YANLU_OFFICE those of one office? "
    "Nothing was signed. Where all of them leave, let a successor enrol and be signed first."
)
_FILE: Final = "sqlite:///"


def enrolled_members(folder: OfficeFolder, leaving: str | None = None) -> list[EnrolledMember]:
    """Those who passed their trial, less one who is `leaving`; no store is made for the question.

    Raises CommandError where the directory names members and there is no accounts store, or none of them is in it:
    then it is another office's, or that of a folder in which the command happens to run.
    """
    settings, there = settings_from_environment(), roll_of(folder).there
    if not is_there(settings, StoreName.ACCOUNTS):
        if there:
            raise CommandError(Exit.FAILED, NO_ACCOUNTS, store=_place(settings))
        return []
    found = [one for one in _passed(settings) if one.id != leaving]
    if there and not {*there} & {one.id for one in found}:
        raise CommandError(Exit.FAILED, OTHER_ACCOUNTS, store=_place(settings))
    return found


def _passed(settings: Settings) -> list[EnrolledMember]:
    prepare_stores(settings, [StoreName.ACCOUNTS])
    accounts = build_accounts(settings)
    try:
        waiting = all_next_keys(accounts)
        return [
            EnrolledMember(
                account.member,
                account.role,
                OfficeText(account.name.document()),
                account.recipient,
                account.signing,
                waiting.get(account.member),
            )
            for account in all_members(accounts)
            if account.state is MemberState.PASSED and account.recipient and account.signing
        ]
    finally:
        accounts.store.engine.dispose()


def _place(settings: Settings) -> str:
    """Where the accounts are: the file, or the setting of a server's store, whose address may hold a password."""
    url = settings.url(StoreName.ACCOUNTS)
    return url.removeprefix(_FILE) if url.startswith(_FILE) else f"{PREFIX}URL_{StoreName.ACCOUNTS.upper()}"
