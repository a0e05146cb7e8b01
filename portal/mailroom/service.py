"""The mailroom's verbs: what intake, desk and worker may do with sealed items and blobs."""

from __future__ import annotations

from portal.mailroom.batch import BatchEntry, batch_entries, batch_ids
from portal.mailroom.context import Mailroom
from portal.mailroom.grants import current_grant, current_grants, replace_grant
from portal.mailroom.posts import accept_post, store_draft
from portal.mailroom.reporter_parts import read_part_for_reporter
from portal.mailroom.shapes import BlobClaim, read_shape
from portal.mailroom.submissions import Accepted, accept_submission
from portal.mailroom.threads import (
    StoredItem,
    deliver_item,
    erasure_key_of_case,
    erasure_keys_of_cases,
    items_of_case,
    items_of_cases,
    listing_for_poll,
)
from portal.mailroom.uploads import ReceivedPart, put_part, read_part, received_parts

__all__ = [
    "Accepted", "BatchEntry", "BlobClaim", "Mailroom", "ReceivedPart", "StoredItem",
    "accept_post", "accept_submission", "batch_entries", "batch_ids", "current_grant", "current_grants",
    "deliver_item", "erasure_key_of_case", "erasure_keys_of_cases", "items_of_case", "items_of_cases",
    "listing_for_poll", "put_part", "read_part", "read_part_for_reporter", "read_shape", "received_parts",
    "replace_grant", "store_draft",
]  # fmt: skip
