"""What custody refuses."""

from __future__ import annotations

from portal.errors import ProblemCode, ProblemRefusal


class NotYourPart(ProblemRefusal):
    """A member whose role has no part in this."""

    code = ProblemCode.NOT_YOUR_PART


class RequestUnknown(ProblemRefusal):
    """No such request, or one that is over."""

    code = ProblemCode.NO_SUCH_REQUEST


class RequestDiffers(ProblemRefusal):
    """Another request under the same id, or another vote of the same custodian."""

    code = ProblemCode.ALREADY_DECIDED


class RequestRefused(ProblemRefusal):
    """A request that ends on no day on which it may, or is another member's."""

    code = ProblemCode.REQUEST_REFUSED
