"""New keys for a member who stays: proven by the keys before, in force once the directory names them (SPEC §8)."""

from crypto.errors import DirectoryRefused
from crypto.keys.former import NextKeys, hash_of_recipient, new_keys_frame
from crypto.keys.staff import SEED_SIZE, StaffKeys, staff_keys
from crypto.office.directory import VerifiedDirectory


def propose_keys(staff: StaffKeys, new: StaffKeys) -> NextKeys:
    """The public keys of `new`, signed by the member's present key and by the new one."""
    recipient, signing = hash_of_recipient(new.recipient), new.signing_key
    message = new_keys_frame(staff.office, staff.member, staff.signing_key, recipient, signing)
    return NextKeys(new.recipient, new.signing_key, staff.sign(message), new.sign(message))


def seeds_in_force(seeds: bytes, directory: VerifiedDirectory, member: str) -> bytes:
    """The same seeds, that one first whose keys the directory names today.

    Only the directory says which one it is, whatever the server tells. Raises DirectoryRefused where it names none.
    """
    entry = directory.valid_member(member)
    parts = [seeds[at : at + SEED_SIZE] for at in range(0, len(seeds), SEED_SIZE)]
    for seed in parts:
        staff = staff_keys(seed, directory.office, member)
        if entry and (entry.signing, entry.recipient) == (staff.signing_key, staff.identity.recipient):
            return seed + b"".join(other for other in parts if other != seed)
    raise DirectoryRefused("the directory names another key for this member")


def staff_in_force(seeds: bytes, directory: VerifiedDirectory, member: str) -> StaffKeys:
    """The member's keys, those in force first; what is sealed to the others opens too. Raises DirectoryRefused."""
    return staff_keys(seeds_in_force(seeds, directory, member), directory.office, member)
