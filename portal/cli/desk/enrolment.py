"""A member's keys made on the command line: the same steps as the wizard in the browser."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from mnemonic import Mnemonic

from crypto import (
    StaffKeys,
    b64decode,
    b64encode,
    device_secret_text,
    draw_device_secret,
    draw_staff_seed,
    open_trial,
    prove_keys,
    signin_secret,
    staff_keys,
    wrap_staff_seed,
)
from crypto.framing import Rng
from portal.cli.desk.totp import totp_code
from portal.cli.responses.desk import read_trial, read_welcome
from portal.cli.server import Server

PASSPHRASE_WORDS = 6


@dataclass(frozen=True, repr=False)
class NewMember:
    """What a member has to keep after enrolment."""

    staff: StaffKeys
    name: dict[str, str]
    role: str
    passphrase: str
    device_secret: str
    totp_secret: str


def draw_passphrase() -> str:
    """Six words of the English BIP-39 list: 66 bits, behind 64 MiB of Argon2id and a device secret."""
    words = Mnemonic("english").wordlist
    return " ".join(secrets.choice(words) for _ in range(PASSPHRASE_WORDS))


def enrol(server: Server, code: str, clock: Callable[[], int], rng: Rng) -> NewMember:
    """Make keys for an invitation, prove them, open the dummy case; then the keepers must sign.

    `clock` (seconds since 1970) is read as late as possible: digits are good for a minute.
    """
    invited = server.read(read_welcome, "POST", "/api/enrolment", json={"code": code})
    office, member = b64decode(invited["office"], 16), invited["member"]
    seed, device, passphrase = draw_staff_seed(rng), draw_device_secret(rng), draw_passphrase()
    staff = staff_keys(seed, office, member)
    body = {
        "code": code,
        "recipient": staff.recipient,
        "signing": b64encode(staff.signing_key),
        "proof": b64encode(prove_keys(staff, code)),
        "wrapped_key": wrap_staff_seed(seed, passphrase, device, office, member, rng),
        "signin_secret": b64encode(signin_secret(passphrase, device, office, member)),
        "totp": totp_code(invited["totp_secret"], clock()),
    }
    trial = server.read(read_trial, "POST", "/api/enrolment/keys", json=body)
    word = open_trial(staff, b64decode(trial["trial"]), trial["items"])
    server.call("POST", "/api/enrolment/trial", json={"code": code, "word": word})
    secret = device_secret_text(device)
    return NewMember(staff, invited["name"], invited["role"], passphrase, secret, invited["totp_secret"])
