"""Tables of the accounts store."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Date, Index, Integer, LargeBinary, MetaData, String, Table, Text

METADATA: Final = MetaData()

MEMBERS: Final = Table(
    "members",
    METADATA,
    Column("member", String(48), primary_key=True),
    Column("role", String(24), nullable=False),
    Column("entity", String(48), nullable=True),
    # JSON `{tag: text}`, the one that was given first in front.
    Column("name", Text, nullable=False),
    # invited → keyed → passed; or revoked. Who may act is the signed directory's word, not this one.
    Column("state", String(12), nullable=False),
    Column("recipient", Text, nullable=True),
    Column("signing", LargeBinary(32), nullable=True),
    # The member's seed, wrapped under passphrase and device secret.
    Column("wrapped_key", Text, nullable=True),
    # argon2 hash of the sign-in secret.
    Column("signin_hash", Text, nullable=True),
    Column("totp_secret", LargeBinary(20), nullable=False),
    # The time step of the last six digits that were used: none is used twice.
    Column("totp_step", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

INVITES: Final = Table(
    "invites",
    METADATA,
    # SHA-256 of the code.
    Column("code_hash", LargeBinary(32), primary_key=True),
    Column("member", String(48), nullable=False, unique=True),
    Column("expires", Date, nullable=False),
    # SHA-256 of the word in the dummy case, once there is one.
    Column("word_hash", LargeBinary(32), nullable=True),
    Column("tries_left", Integer, nullable=False),
    sqlite_with_rowid=False,
)

SESSIONS: Final = Table(
    "sessions",
    METADATA,
    # SHA-256 of the random id in the cookie.
    Column("session_hash", LargeBinary(32), primary_key=True),
    Column("member", String(48), nullable=False),
    # Seconds since 1970.
    Column("started", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
    # Half of the key under which the signed-in tab keeps the member's seed across a reload; in no backup.
    Column("key_half", LargeBinary(32), nullable=False),
    # When it was drawn: a session that takes the place of another in the same browser takes the half over for a while.
    Column("half_drawn", BigInteger, nullable=False),
    Index("ix_sessions_member", "member"),
    sqlite_with_rowid=False,
)

# Counted by the name that was typed, whether anybody has it or not; never by address.
SIGNIN_FAILURES: Final = Table(
    "signin_failures",
    METADATA,
    Column("name_hash", LargeBinary(32), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("refused_until", BigInteger, nullable=False),
    # The same for wrong digits beside the right secret alone.
    Column("digit_failures", Integer, nullable=False, server_default="0"),
    Column("digits_until", BigInteger, nullable=False, server_default="0"),
    sqlite_with_rowid=False,
)

PASSKEYS: Final = Table(
    "passkeys",
    METADATA,
    # The id that the authenticator drew (WebAuthn: at most 1,023 bytes).
    Column("credential", LargeBinary(1023), primary_key=True),
    Column("member", String(48), nullable=False),
    # The page that it was made for; the browser signs for no other one.
    Column("origin", String(255), nullable=False),
    # COSE.
    Column("public_key", LargeBinary(1024), nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    # The member's own word for it.
    Column("name", String(64), nullable=False),
    Column("added", Date, nullable=False),
    # argon2 hash of its own sign-in secret, and the member's seed wrapped under passphrase and passkey: both or none.
    Column("signin_hash", Text, nullable=True),
    Column("wrapped_key", Text, nullable=True),
    Index("ix_passkeys_member", "member"),
    sqlite_with_rowid=False,
)

# Each is deleted when it was used, and after five minutes.
CHALLENGES: Final = Table(
    "challenges",
    METADATA,
    # SHA-256 of the challenge.
    Column("challenge_hash", LargeBinary(32), primary_key=True),
    Column("origin", String(255), nullable=False),
    # Whose new passkey it is for; null at the door.
    Column("member", String(48), nullable=True),
    # Seconds since 1970.
    Column("expires", BigInteger, nullable=False),
    Index("ix_challenges_expires", "expires"),
    sqlite_with_rowid=False,
)

NEXT_KEYS: Final = Table(
    "next_keys",
    METADATA,
    # Whose; the seed behind them lies in the member's wrapped key, beside the present one.
    Column("member", String(48), primary_key=True),
    Column("recipient", Text, nullable=False),
    Column("signing", LargeBinary(32), nullable=False),
    # Signatures of the key that the directory named, and of the new one.
    Column("by_former", LargeBinary(64), nullable=False),
    Column("by_new", LargeBinary(64), nullable=False),
    sqlite_with_rowid=False,
)

KEYRING: Final = Table(
    "keyring",
    METADATA,
    Column("member", String(48), primary_key=True),
    Column("case_id", LargeBinary(16), primary_key=True),
    Column("seq", Integer, nullable=False),
    # Sealed to the member's own recipient.
    Column("entry", Text, nullable=False),
    # The hash under which the deletion list would name the case.
    Column("mark", LargeBinary(32), nullable=True),
    sqlite_with_rowid=False,
)
