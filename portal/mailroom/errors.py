"""What the mailroom refuses, named after the fact."""

from __future__ import annotations

from portal.errors import ProblemCode, ProblemRefusal


class MailroomError(ProblemRefusal):
    """Base of every refusal of this package."""

    code = ProblemCode.MALFORMED


class NotSealed(MailroomError):
    """A body that should be an envelope is none."""

    code = ProblemCode.NOT_SEALED


class UnknownVersion(MailroomError):
    """A version or suite that this release does not know."""

    code = ProblemCode.UNSUPPORTED


class ForeignSubmission(MailroomError):
    """A submission to another office."""

    code = ProblemCode.FOREIGN_OFFICE


class UnknownPolicy(MailroomError):
    """An entity or policy that the directory does not name."""

    code = ProblemCode.UNKNOWN_POLICY


class WrongBucket(MailroomError):
    """A grant of another size than all others of its entity: in the batch it would stand out."""

    code = ProblemCode.WRONG_BUCKET


class AlreadyUsed(MailroomError):
    """Another submission lies under this case id or mailbox."""

    code = ProblemCode.ALREADY_USED


class MailboxFull(MailroomError):
    """An item of a number that no thread of a reporter reaches."""

    code = ProblemCode.MAILBOX_FULL


class PartDiffers(MailroomError):
    """Another content lies under this part, or its upload is closed."""

    code = ProblemCode.PART_DIFFERS


class PartDamaged(MailroomError):
    """The bytes do not hash to what was announced."""

    code = ProblemCode.PART_DAMAGED


class PartTooLarge(MailroomError):
    """A part beyond 8 MiB, or a number beyond the largest attachment."""

    code = ProblemCode.TOO_LARGE


class UploadsFull(MailroomError):
    """Uploads that nothing has claimed take all the room they may."""

    code = ProblemCode.UPLOADS_FULL


class DraftsFull(MailroomError):
    """What is left of the storage is kept for reports."""

    code = ProblemCode.STORE_FULL


class BlobsAway(MailroomError):
    """The bucket of the attachments fails, or has said nothing for too long."""

    code = ProblemCode.STORE_UNAVAILABLE


class PartsMissing(MailroomError):
    """An attachment is named that is not there whole."""

    code = ProblemCode.PARTS_MISSING


class NoSuchPart(MailroomError):
    """Not there, or not for anyone who asks."""

    code = ProblemCode.NOT_FOUND


class NoSuchMailbox(MailroomError):
    """No mailbox holds this case."""

    code = ProblemCode.NO_SUCH_CASE


class ItemDiffers(MailroomError):
    """Another item lies at this place of the thread."""

    code = ProblemCode.STEP_REFUSED


class CaseErased(MailroomError):
    """The erasure key is gone: nothing of this case can be read again."""

    code = ProblemCode.NO_SUCH_CASE
