"""The few lengths that the age file of an attachment may have (SPEC §2)."""

from crypto.errors import WrongPadding
from crypto.sealing.age import CHUNK, TAG, sealed_size
from crypto.sealing.attachment_shape import LARGEST_PARTS, PART_SIZE

_BELOW_A_PART = tuple(65536 << k for k in range(8))


def is_blob_size(size: int) -> bool:
    """Whether an age file may have so many bytes: 64 KiB and its doublings up to a part, then whole parts."""
    return size in _BELOW_A_PART or (size % PART_SIZE == 0 and 0 < size <= LARGEST_PARTS * PART_SIZE)


def blob_size(size: int, stanzas: int) -> int:
    """Bytes of the age file of an attachment of `size` bytes for that many recipients; raises WrongPadding."""
    least = sealed_size(size, stanzas)
    found = next((one for one in _BELOW_A_PART if one >= least), -(-least // PART_SIZE) * PART_SIZE)
    if not is_blob_size(found):
        raise WrongPadding("an attachment of more parts than any has")
    return found


def padded_attachment(size: int, stanzas: int) -> int:
    """Bytes of the plaintext, zeros included, that give a file of exactly `blob_size`."""
    body = blob_size(size, stanzas) - sealed_size(0, stanzas) + TAG
    return body - TAG * -(-body // (CHUNK + TAG))
