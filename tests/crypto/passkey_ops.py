"""What the vectors of passkeys ask of the Python twin."""

from collections.abc import Callable
from typing import Any

import crypto
from crypto.framing import b64decode, b64encode

Json = dict[str, Any]


def _passkey(given: Json) -> crypto.PasskeySecret:
    return crypto.PasskeySecret(b64decode(given["credential"]), b64decode(given["output"]))


def unwrap_with_passkey(given: Json) -> Json:
    """The seed of a key that is wrapped beside a passkey."""
    secret, office = _passkey(given), b64decode(given["office"])
    seed = crypto.unwrap_with_passkey(given["wrapped"], given["passphrase"], secret, office, given["member"])
    return {"seed": b64encode(seed)}


def passkey_signin_secret(given: Json) -> Json:
    """The secret that signs in with a passkey."""
    secret, office = _passkey(given), b64decode(given["office"])
    return {"secret": b64encode(crypto.passkey_signin_secret(given["passphrase"], secret, office, given["member"]))}


def passkey_names(given: Json) -> Json:
    """What an authenticator is told of a member."""
    office, member = b64decode(given["office"]), given["member"]
    named = {"input": crypto.passkey_input(office, member), "user": crypto.passkey_user(office, member)}
    return {name: b64encode(value) for name, value in named.items()}


OPS: dict[str, Callable[[Json], Json]] = {
    "unwrap_with_passkey": unwrap_with_passkey,
    "passkey_signin_secret": passkey_signin_secret,
    "passkey_names": passkey_names,
}
