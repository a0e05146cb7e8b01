"""What custody refuses."""

from __future__ import annotations

from portal.errors import Code, Refusal


class NotYourPart(Refusal):
    """A member whose role has no part in this."""

    code = Code.NOT_YOUR_PART


class RequestUnknown(Refusal):
    """No such request, or one that is over."""

    code = Code.NO_SUCH_REQUEST


class RequestDiffers(Refusal):
    """Another request under the same id, or another vote of the same custodian."""

    code = Code.ALREADY_DECIDED


class RequestRefused(Refusal):
    """A request that ends on no day on which it may, or is another member's."""

    code = Code.REQUEST_REFUSED
