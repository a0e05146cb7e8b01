"""What the accounts refuse, named after the fact."""

from __future__ import annotations

from portal.errors import ProblemCode, ProblemRefusal


class AccountsError(ProblemRefusal):
    """Base of every refusal of this package."""

    code = ProblemCode.MALFORMED


class SignInRefused(AccountsError):
    """Unknown name, wrong secret, wrong six digits: nobody is told which."""

    code = ProblemCode.SIGN_IN_REFUSED


class NotSignedIn(AccountsError):
    """No session, or one that is over."""

    code = ProblemCode.SIGN_IN_FIRST


class TooManyAttempts(AccountsError):
    """This name was tried wrongly too often, and again; sessions and anyone who knows the secret go on."""

    code = ProblemCode.TOO_MANY_ATTEMPTS


class NoSuchInvite(AccountsError):
    """Not a code that is waiting for this step."""

    code = ProblemCode.NO_SUCH_INVITE


class KeysRefused(AccountsError):
    """The keys do not prove themselves, or the six digits are wrong."""

    code = ProblemCode.KEYS_REFUSED


class KeysWaiting(AccountsError):
    """Other keys of this member wait for the keepers already."""

    code = ProblemCode.KEYS_WAITING


class KeysNotSigned(AccountsError):
    """The keepers have not signed the keys that wait."""

    code = ProblemCode.KEYS_NOT_SIGNED


class TrialRefused(AccountsError):
    """Not the word that the dummy case holds."""

    code = ProblemCode.TRIAL_REFUSED


class MemberExists(AccountsError):
    """Somebody has this id already."""

    code = ProblemCode.ALREADY_USED


class OlderKey(AccountsError):
    """The keyring holds an entry of this or a higher number."""

    code = ProblemCode.OLDER_KEY


class PasskeyRefused(AccountsError):
    """A passkey that does not verify, did not verify its user, is for another page, or is there already."""

    code = ProblemCode.PASSKEY_REFUSED


class TooManyPasskeys(AccountsError):
    """A member has eight at most."""

    code = ProblemCode.TOO_MANY_PASSKEYS
