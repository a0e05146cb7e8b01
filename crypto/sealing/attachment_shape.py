"""How an item names an attachment that it carries: A of SPEC §6."""

from dataclasses import dataclass

from crypto.errors import WrongShape
from crypto.framing import b64encode
from crypto.shape import Fields, bytes_of, text_of

ATTACHMENTS = 64
PART_SIZE = 8388608
LARGEST_PARTS = 520
_CONTROL = {*range(32), *range(0x7F, 0xA0)}


@dataclass(frozen=True)
class Attachment:
    """A sealed attachment as the item that carries it names it; sizes in bytes."""

    blob: bytes
    name: str
    type: str
    size: int
    sealed_size: int
    parts: list[bytes]

    def document(self) -> dict[str, object]:
        """The JSON document."""
        return {
            "blob": b64encode(self.blob),
            "name": self.name,
            "type": self.type,
            "size": self.size,
            "sealed_size": self.sealed_size,
            "parts": [b64encode(part) for part in self.parts],
        }


def _file_name(value: object) -> str:
    name = text_of(value, 255)
    if not name or name in (".", "..") or set("/\\") & set(name):
        raise WrongShape("not a file name")
    if _CONTROL & {ord(char) for char in name}:
        raise WrongShape("not a file name")
    return name


def read_attachment(value: object) -> Attachment:
    """Read A of SPEC §6; raises WrongShape."""
    fields = Fields(value, "blob", "name", "type", "size", "sealed_size", "parts")
    sealed = fields.integer("sealed_size", 1, LARGEST_PARTS * PART_SIZE)
    parts = fields.list("parts", LARGEST_PARTS, bytes_of(32))
    if len(parts) != -(-sealed // PART_SIZE):
        raise WrongShape("not as many parts as the size says")
    return Attachment(
        fields.bytes("blob", 16),
        _file_name(fields["name"]),
        fields.text("type", 127),
        fields.integer("size", 0, sealed),
        sealed,
        parts,
    )


def attachments_of(fields: Fields) -> list[Attachment]:
    """The attachments that a payload carries."""
    return fields.list("attachments", ATTACHMENTS, read_attachment)


def attachment_documents(attachments: list[Attachment]) -> list[dict[str, object]]:
    """The JSON documents of attachments."""
    return [attachment.document() for attachment in attachments]
