"""What the accounts refuse, named after the fact."""

from __future__ import annotations

from portal.errors import Code, Refusal


class AccountsError(Refusal):
    """Base of every refusal of this package."""

    code = Code.MALFORMED


class SignInRefused(AccountsError):
    """Unknown name, wrong secret, wrong six digits: nobody is told which."""

    code = Code.SIGN_IN_REFUSED


class NotSignedIn(AccountsError):
    """No session, or one that is over."""

    code = Code.SIGN_IN_FIRST


class TooManyAttempts(AccountsError):
    """This name was tried wrongly too often, and again; sessions and anyone who knows the secret go on."""

    code = Code.TOO_MANY_ATTEMPTS


class NoSuchInvite(AccountsError):
    """Not a code that is waiting for this step."""

    code = Code.NO_SUCH_INVITE


class KeysRefused(AccountsError):
    """The keys do not prove themselves, or the six digits are wrong."""

    code = Code.KEYS_REFUSED


class KeysWaiting(AccountsError):
    """Other keys of this member wait for the keepers already."""

    code = Code.KEYS_WAITING


class KeysNotSigned(AccountsError):
    """The keepers have not signed the keys that wait."""

    code = Code.KEYS_NOT_SIGNED


class TrialRefused(AccountsError):
    """Not the word that the dummy case holds."""

    code = Code.TRIAL_REFUSED


class MemberExists(AccountsError):
    """Somebody has this id already."""

    code = Code.ALREADY_USED


class OlderKey(AccountsError):
    """The keyring holds an entry of this or a higher number."""

    code = Code.OLDER_KEY


class PasskeyRefused(AccountsError):
    """A passkey that does not verify, did not verify its user, is for another page, or is there already."""

    code = Code.PASSKEY_REFUSED


class TooManyPasskeys(AccountsError):
    """A member has eight at most."""

    code = Code.TOO_MANY_PASSKEYS
