"""A member's change of keys, step by step: begun, signed by the keepers, cases renewed, former keys forgotten."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from crypto import (
    CryptoError,
    MacRefused,
    Member,
    NextKeys,
    NotAddressed,
    StaffKeys,
    b64decode,
    b64encode,
    draw_staff_seed,
    open_keyring_entry,
    propose_keys,
    read_device_secret,
    read_next_keys,
    read_packet,
    seeds_in_force,
    signin_secret,
    staff_keys,
    unwrap_staff_seed,
    wrap_staff_seed,
)
from crypto.case.grant import open_body
from crypto.keys.staff import SEED_SIZE, SEEDS
from portal.cli.desk.client import DeskSession, OpenedCase
from portal.cli.desk.handing_over import Became, Renewal, Resealed
from portal.cli.desk.profile import Document, Profile, Unlocking
from portal.cli.errors import CommandError, Exit
from portal.cli.responses.desk import case_bytes

OTHER = "The directory names another key for you. Nothing was changed."


class KeyChangeStage(StrEnum):
    """Where a change of keys stands, by what the verified directory says."""

    NONE = "none"
    WAITING = "waiting"
    SIGNED = "signed"
    FORMER = "former"


@dataclass(frozen=True, repr=False)
class MemberKeys:
    """The member's seeds, that of the directory first, and what waits for the keepers."""

    session: DeskSession
    how: Unlocking
    seeds: bytes
    waiting: NextKeys | None

    @property
    def member(self) -> Member:
        """The member's entry in the directory."""
        found = self.session.directory.valid_member(self.session.member)
        if found is None:
            raise CommandError(Exit.REFUSED, OTHER)
        return found

    @property
    def staff(self) -> StaffKeys:
        """The keys in force; the others open too."""
        return self._keys(self.seeds)

    @property
    def stage(self) -> KeyChangeStage:
        """Raises CommandError where keys wait that none of the member's own seeds gives: somebody else made them."""
        if self.waiting is None:
            return KeyChangeStage.FORMER if len(self.seeds) > SEED_SIZE else KeyChangeStage.NONE
        found = [self._is_waiting(at) for at in range(0, len(self.seeds), SEED_SIZE)]
        if not any(found):
            said = "New keys wait on the server that you did not make. Tell the keepers: they must not sign them."
            raise CommandError(Exit.REFUSED, said)
        return KeyChangeStage.SIGNED if found[0] else KeyChangeStage.WAITING

    def begin(self) -> NextKeys:
        """Draw new keys, prove them and hand them in, with both seeds wrapped under the same secrets."""
        if len(self.seeds) >= SEEDS * SEED_SIZE:
            raise CommandError(Exit.REFUSED, "Too many former keys are kept: run it with --forget first.")
        seed = draw_staff_seed(os.urandom)
        made = propose_keys(self.staff, self._keys(seed))
        body = self._body(self.seeds + seed) | {"keys": made.document()}
        self.session.server.call("PUT", "/api/me/keys", json=body)
        return made

    def activate(self, *, forget: bool = False) -> None:
        """Say that the signed keys are taken up; with `forget` nothing but their seed is wrapped any more."""
        body = self._body(self.seeds[:SEED_SIZE] if forget else self.seeds)
        self.session.server.call("POST", "/api/me/keys/taken", json=body)

    def still_sealed_places(self) -> list[str]:
        """Places of this member to which things lie sealed that nobody seals again."""
        content, member = self.session.directory.content, self.session.member
        watches = [one.watch for one in content.entities if one.watch is not None]
        places = {
            "custodians": member in content.custodians,
            "oversight": member in content.oversight,
            "watch": any(member in (*one.inside, *one.outside) for one in watches),
        }
        return [place for place, there in places.items() if there]

    def sealed_until(self) -> str | None:
        """The day up to which a page may still seal to a former key; None once it is past."""
        last = max((key.expires for key in self.member.former), default="")
        return last if last >= self.session.directory.today else None

    def _keys(self, seeds: bytes) -> StaffKeys:
        return staff_keys(seeds, self.session.directory.office, self.session.member)

    def _is_waiting(self, at: int) -> bool:
        keys, waiting = self._keys(self.seeds[at : at + SEED_SIZE]), self.waiting
        return waiting is not None and (keys.signing_key, keys.recipient) == (waiting.signing, waiting.recipient)

    def _body(self, seeds: bytes) -> Document:
        """Secret and wrapped seeds; what was wrapped is opened once before it is sent."""
        office, member = self.session.directory.office, self.session.member
        device = read_device_secret(self.how.device_secret)
        wrapped = wrap_staff_seed(seeds, self.how.passphrase, device, office, member, os.urandom)
        if unwrap_staff_seed(wrapped, self.how.passphrase, device, office, member) != seeds:
            raise CommandError(Exit.FAILED, OTHER)
        secret = signin_secret(self.how.passphrase, device, office, member)
        return {"secret": b64encode(secret), "wrapped_key": wrapped}


def keys_of(session: DeskSession, how: Unlocking) -> MemberKeys:
    """What the server keeps of the member's keys, opened, and put in order by the directory alone."""
    me = session.me()
    directory, device = session.directory, read_device_secret(how.device_secret)
    try:
        seeds = unwrap_staff_seed(me["wrapped_key"], how.passphrase, device, directory.office, session.member)
        ordered = seeds_in_force(seeds, directory, session.member)
        waiting = None if me["next_keys"] is None else read_next_keys(me["next_keys"])
    except CryptoError as error:
        raise CommandError(Exit.REFUSED, OTHER) from error
    return MemberKeys(session, how, ordered, waiting)


@dataclass(frozen=True, repr=False)
class ToNewKeys(Renewal):
    """A new epoch for the same readers of every case whose grant the new key alone does not open."""

    def is_due(self, opened: OpenedCase) -> bool:
        """Whether the grant is sealed to a former key."""
        parts = read_packet(b64decode(opened.row["packet"]))
        try:
            open_body(parts.sealed, parts.bucket, self._alone.identity)
        except NotAddressed:
            return True
        return False

    @property
    def _alone(self) -> StaffKeys:
        """The keys in force without the former ones."""
        staff = self.staff
        return StaffKeys(staff.office, staff.member, type(staff.identity)(staff.identity.seed), b"", staff.keyring_key)

    def _reseal(self, case: str) -> Resealed:
        done = super()._reseal(case)
        if done.became is not Became.WAITS:
            self._renew_entry(case)
        return done

    def _renew_entry(self, case: str) -> None:
        """The member's own keyring entry, here and on the server, opens with the new key alone."""
        row = self.session.case(case)
        try:
            open_keyring_entry(self._alone, row["keyring"])
            if self.profile.grant(self._alone, case_bytes(case)) is not None:
                return
        except (MacRefused, NotAddressed):
            pass
        except CryptoError:
            # Missing, or not what it should be: it is written again.
            pass
        self.session.store_key(case, self.profile.pin(self.staff, self._open(case).grant, os.urandom))


def left_of(seen: Sequence[Resealed]) -> int:
    """How many cases still need a former key: they wait for a second signature, or failed."""
    return sum(one.became in (Became.WAITS, Became.FAILED) for one in seen)


def forget_in(profile: Profile, session: DeskSession) -> None:
    """The profile keeps the wrapped key as the server has it now."""
    facts = profile.facts()
    profile.start(facts["desk"], facts["office_key"], facts["member"], session.me()["wrapped_key"])
