"""The wire format: pure functions over bytes, twin of the browser code. `SPEC.md` is the text."""

# ruff: noqa: I001, RUF022 — in the order of the layers, and short enough to be read.

from crypto.errors import (
    BrokenChain, BundleDamaged, CryptoError, DirectoryExpired, DirectoryOlder, DirectoryRefused,
    EpochsUsedUp, EventRefused, ExcludedHolder, ExclusionMissing, ForeignOffice, HeaderAltered,
    IdentityWithdrawn, MacRefused, MalformedHeader,
    MalformedJson, NotAddressed, PacketFaulty, PayloadDamaged, RootRefused, ShareDamaged, SignatureRefused,
    SlotDamaged, CheckStage, UnexpectedStanzas, WorkRefused, WrappedKeyRefused, WrongEpoch, WrongPadding,
    WrongReceipt, WrongSequence, WrongShape, WrongSuccessor,
)  # fmt: skip
from crypto.framing import (
    SUITE, ZERO_HASH, Rng, b64decode, b64encode, frame, u64,
)  # fmt: skip
from crypto.text import (
    GRANT_SIZE, MEMO_SIZE, TEXT_SIZES, pad_text, read_json, write_json,
)  # fmt: skip
from crypto.localized import (
    LocalizedText, Words, language_of, localized, localized_of,
)  # fmt: skip
from crypto.codes import (
    read_checked_code, read_code, write_checked_code, write_code,
)  # fmt: skip
from crypto.keys.receipt import (
    RECEIPT_COST, MacKeys, Receipt, ReceiptCost, ReporterKeys, damm, derive_reporter, draw_receipt,
    read_receipt,
)  # fmt: skip
from crypto.sealing.recipients import (
    Identity, Recipient,
)  # fmt: skip
from crypto.sealing.age import (
    HEADER_LIMIT, STANZA_LIMIT, check_envelope, open_sealed, open_stream, read_header,
)  # fmt: skip
from crypto.office.signed_notes import (
    NOTE_LIMIT, SIGNATURE_LIMIT, KeeperKey, Note, draw_keeper, read_note, sign_note,
)  # fmt: skip
from crypto.office.directory_shape import (
    HOLDER_ROLES, Authority, Directory, Entity, HoldersRow, Member, Policy, Role, Watch,
)  # fmt: skip
from crypto.office.root_shape import (
    Keeper, Root,
)  # fmt: skip
from crypto.office.anchor import (
    Anchor, anchor_of, read_anchor,
)  # fmt: skip
from crypto.office.directory import (
    DIRECTORY_LABEL, ROOT_LABEL, Seen, VerifiedDirectory, directory_text, office_code, root_text,
    verify_directory, verify_roots,
)  # fmt: skip
from crypto.transparency_log.office_document import (
    ClockReading, NotConfirmed, OfficeDocument, read_office, verify_office, write_office,
)  # fmt: skip
from crypto.office.holders import (
    Holders, choose_holders,
)  # fmt: skip
from crypto.case.grant_body import (
    EPOCH_LIMIT, EpochKeys, GrantBody, HistoryName, read_grant_body,
)  # fmt: skip
from crypto.case.daily_limits import (
    too_often,
)  # fmt: skip
from crypto.case.history import (
    check_history_size, open_history, seal_history,
)  # fmt: skip
from crypto.sealing.attachment_shape import (
    LARGEST_PARTS, PART_SIZE, Attachment, read_attachment,
)  # fmt: skip
from crypto.sealing.file_names import (
    clean_file_name, shown_file_name,
)  # fmt: skip
from crypto.case.step_payloads import (
    Declaration, ActText, Decision, DecisionAct, Notice, Until,
)  # fmt: skip
from crypto.custody.names import (
    FOR_CONCERNED, About, Ground, IdentityText, Named, Seal, NotifyWhen, Unsealing, UnsealingNotice, Withdrawn,
    read_identity_text,
)  # fmt: skip
from crypto.case.payloads import (
    Answer, Direction, EpochNotice, Level, Message, OfficeKey, Payload, ReceiptChange, ReceiptConfirmed, Report,
    Status,
)  # fmt: skip
from crypto.case.items import (
    BODY_LIMIT, REPORTER, Inner, Item, Place, Position, read_item,
)  # fmt: skip
from crypto.case.item_faults import (
    Alarm, ItemFault,
)  # fmt: skip
from crypto.case.thread import (
    ThreadEntry, Thread,
)  # fmt: skip
from crypto.case.memo import (
    DRAFT_LABEL, MEMO_LABEL, Memo, Sealed, ThreadStart, open_draft, open_memo, read_sealed,
    seal_draft, seal_memo,
)  # fmt: skip
from crypto.custody.packets import (
    IDENTITY_SIZE, IDENTITY_TEXT, PROTECTION_SIZE, SLOT_SIZE, Share, check_protection,
    draw_dummy_packets, dummy_identity, dummy_protection, mark_of, open_identity, open_protection,
    open_shares, packet_hash, read_packets, seal_identity, seal_protection, withdrawal_mark,
)  # fmt: skip
from crypto.reporter.poll_slots import (
    POLL_SIZE, POLL_SLOTS, EntryKind, Listing, ListingEntry, fill_slots, read_slots,
)  # fmt: skip
from crypto.sealing.attachment_sizes import (
    blob_size, padded_attachment,
)  # fmt: skip
from crypto.sealing.attachments import (
    BlobListing, PartHashes, blob_listing, open_attachment, open_attachment_stream, seal_attachment,
)  # fmt: skip
from crypto.reporter.lengths import (
    POST_SIZE, SUBMISSION_SIZES, read_sent_submission, submission_size, write_post, write_submission,
)  # fmt: skip
from crypto.reporter.submission import (
    Moved, Post, Submission, read_blobs, read_draft_put, read_poll, read_post,
    read_submission,
)  # fmt: skip
from crypto.reporter.report import (
    NewCase, NewReport, SealedReport, draw_case, seal_report,
)  # fmt: skip
from crypto.reporter.mailbox import (
    Mailbox, ReadMailbox, MailboxCursor, open_mailbox, read_mailbox, seal_act, seal_memo_post,
    seal_message, seal_receipt_change, seal_receipt_confirmed,
)  # fmt: skip
from crypto.keys.staff import (
    DEVICE_SECRET_SIZE, STAFF_COST, StaffKeys, check_proof_of_keys, device_secret_text,
    draw_device_secret, draw_staff_seed, prove_keys, read_device_secret, signin_secret, staff_keys,
    unwrap_staff_seed, wrap_staff_seed,
)  # fmt: skip
from crypto.keys.passkeys import (
    PasskeySecret, passkey_input, passkey_signin_secret, passkey_user, unwrap_with_passkey, wrap_for_passkey,
)  # fmt: skip
from crypto.case.grant import (
    PACKET_SIZES, Grant, Packet, Pin, check_proof, find_grant, move_of, open_grant, read_packet,
    seal_dummy_grant, write_packet,
)  # fmt: skip
from crypto.case.regrants import (
    RegrantProof, RegrantSignature, proof_in, read_proof, sign_regrant,
)  # fmt: skip
from crypto.desk.answering import (
    announce_regrant, attachment_recipients, claim_block, needs_office_key, office_identities, office_identity,
    read_case, renewal_due, reporter_in_force, reporter_recipient, seal_custody, seal_decision, seal_note, seal_notice,
    seal_office_key, seal_reply, seal_status, seal_unsealing, thread_after,
)  # fmt: skip
from crypto.desk.chain import check_chain
from crypto.desk.recovering import (
    holders_of_recovered, open_recovered, read_recovered, seal_recovered,
)  # fmt: skip
from crypto.desk.regrant import (
    Regrant, before_regrant, cosign_regrant, review_regrant, seal_regrant, recorded_proof, unnamed_before,
)  # fmt: skip
from crypto.desk.reader_notices import is_followed, is_notice_missing, resend_notice, unannounced_epochs
from crypto.reporter.naming import (
    SealedName, custodians_of, seal_identity_post, seal_name, seal_withdrawal,
)  # fmt: skip
from crypto.custody.reasons import (
    UnsealingReason, Request, read_reason, read_request,
)  # fmt: skip
from crypto.custody.unsealing import (
    MAY_ASK, Asking, OpenedRequest, next_expiry, open_request, seal_request,
)  # fmt: skip
from crypto.custody.reviews import (
    Finding, OpenedReview, Review, check_review, may_review, open_review, read_review, review_due, seal_review,
)  # fmt: skip
from crypto.custody.votes import (
    Vote, approve_request, check_approval, check_votes, own_shares, read_vote, refuse_request, unseal,
)  # fmt: skip
from crypto.desk.keyring import (
    KeyringEntry, open_keyring_entry, read_keyring_entry, seal_keyring_entry,
)  # fmt: skip
from crypto.desk.trial import (
    Trial, open_trial, seal_trial,
)  # fmt: skip
from crypto.case.claims import Claimed, Claims, case_mark, claims_of, read_claimed
from crypto.case.non_readers import mark_non_readers
from crypto.case.removals import Change, Removal, read_removal
from crypto.case.events import (
    CLAIMED, EVENT_LIMIT, WORKER, Event, ReadEvent, SignedEvent, WrongEvent, check_event, event_hash, named_items,
    read_event, read_signed_event, sign_event, unserved, verify_events, worker_event,
)  # fmt: skip
from crypto.case.on_behalf import (
    ON_BEHALF, Checked, Consent, OnBehalfStatement, OnBehalfDetails, read_on_behalf, sign_on_behalf,
)  # fmt: skip
from crypto.reporter.bundle import (
    Bundle, read_bundle, write_bundle,
)  # fmt: skip
from crypto.reporter.work import (
    WINDOW_SECONDS, Work, WorkAsked, check_work, do_work, is_timely, read_asked, read_work, window_at, work_seed,
    work_trial,
)  # fmt: skip
from crypto.keys.former import (
    FormerKey, NextKeys, check_next_keys, read_next_keys,
)  # fmt: skip
from crypto.office.rotation import (
    propose_keys, seeds_in_force, staff_in_force,
)  # fmt: skip
from crypto.sealing.erasure import (
    draw_erasure_key, unwrap_erasable, wrap_erasable,
)  # fmt: skip

__all__ = [
    "About", "Declaration", "ActText", "Alarm", "Answer", "Asking", "Attachment", "Authority", "BODY_LIMIT",
    "BlobListing", "BrokenChain", "Bundle", "BundleDamaged", "Checked", "Consent", "CryptoError",
    "DEVICE_SECRET_SIZE", "DIRECTORY_LABEL", "DRAFT_LABEL", "Decision", "DecisionAct", "Direction", "Directory",
    "DirectoryExpired", "DirectoryOlder", "DirectoryRefused", "EPOCH_LIMIT", "EVENT_LIMIT", "Entity", "ThreadEntry",
    "EntryKind", "EpochNotice", "Event", "EventRefused", "ExcludedHolder", "ExclusionMissing", "FOR_CONCERNED",
    "Finding", "ForeignOffice", "GRANT_SIZE", "Grant", "GrantBody", "Ground", "HEADER_LIMIT", "HOLDER_ROLES",
    "HeaderAltered", "Holders", "HoldersRow", "IDENTITY_SIZE", "IDENTITY_TEXT", "Identity", "IdentityText",
    "IdentityWithdrawn", "Inner", "Item", "Keeper", "KeeperKey", "KeyringEntry", "LARGEST_PARTS", "Level", "Listing",
    "ListingEntry", "MAY_ASK", "MEMO_LABEL", "MEMO_SIZE", "MacKeys", "MacRefused", "Mailbox", "MalformedHeader",
    "MalformedJson", "ItemFault", "Member", "Memo", "ClockReading", "Message", "Moved", "NOTE_LIMIT", "Named",
    "NewCase", "NewReport", "NotAddressed", "NotConfirmed", "Note", "Notice", "OfficeDocument", "OfficeKey",
    "OpenedRequest", "OpenedReview", "PACKET_SIZES", "PART_SIZE", "POLL_SIZE", "POLL_SLOTS", "POST_SIZE",
    "PROTECTION_SIZE", "Packet", "PartHashes", "PacketFaulty", "Payload", "PayloadDamaged", "Pin", "Place", "Policy",
    "Position", "Post", "RECEIPT_COST", "REPORTER", "ROOT_LABEL", "ReadEvent", "ReadMailbox", "UnsealingReason",
    "Receipt", "ReceiptChange", "ReceiptCost", "ReceiptConfirmed", "Recipient", "Regrant", "RegrantSignature", "Report",
    "ReporterKeys", "Request", "Review", "Rng", "Role", "Root", "RootRefused", "SIGNATURE_LIMIT", "SLOT_SIZE",
    "STAFF_COST", "STANZA_LIMIT", "SUBMISSION_SIZES", "SUITE", "Seal", "Sealed", "SealedName", "SealedReport", "Seen",
    "Share", "ShareDamaged", "SignatureRefused", "SignedEvent", "SlotDamaged", "StaffKeys", "CheckStage",
    "MailboxCursor", "OnBehalfStatement", "Status", "Submission", "ON_BEHALF", "TEXT_SIZES", "OnBehalfDetails",
    "Thread", "ThreadStart", "NotifyWhen", "Trial", "UnexpectedStanzas", "Unsealing", "UnsealingNotice", "Until",
    "VerifiedDirectory", "Vote", "WINDOW_SECONDS", "WORKER", "Watch", "Withdrawn", "Words", "Work", "WorkAsked",
    "WorkRefused", "WrappedKeyRefused", "WrongEpoch", "WrongEvent", "WrongPadding", "WrongReceipt", "WrongSequence",
    "WrongShape", "WrongSuccessor", "ZERO_HASH", "announce_regrant", "approve_request", "attachment_recipients",
    "b64decode", "b64encode", "blob_listing", "blob_size", "check_approval", "check_envelope", "check_event",
    "check_proof_of_keys", "check_protection", "check_review", "check_votes", "check_work", "choose_holders",
    "claim_block", "clean_file_name", "cosign_regrant", "custodians_of", "damm", "derive_reporter",
    "device_secret_text", "directory_text", "do_work", "draw_case", "draw_device_secret", "draw_dummy_packets",
    "draw_erasure_key", "draw_keeper", "draw_receipt", "draw_staff_seed", "dummy_identity", "dummy_protection",
    "event_hash", "fill_slots", "find_grant", "frame", "holders_of_recovered", "is_timely", "mark_of", "may_review",
    "next_expiry", "office_code", "open_attachment", "open_attachment_stream", "open_draft", "open_grant",
    "open_identity", "open_keyring_entry", "open_mailbox", "open_memo", "open_protection", "open_recovered",
    "open_request", "open_review", "open_sealed", "open_shares", "open_stream", "open_trial", "own_shares",
    "packet_hash", "pad_text", "padded_attachment", "prove_keys", "read_asked", "read_attachment", "read_blobs",
    "read_bundle", "read_case", "read_code", "read_device_secret", "read_draft_put", "read_event", "read_grant_body",
    "read_header", "read_identity_text", "read_item", "read_json", "read_keyring_entry", "read_mailbox", "read_note",
    "read_office", "read_packet", "read_packets", "read_poll", "read_post", "read_reason", "read_receipt",
    "read_recovered", "read_request", "read_review", "read_sealed", "read_signed_event", "read_slots",
    "read_submission", "read_on_behalf", "read_vote", "read_work", "refuse_request", "renewal_due",
    "reporter_in_force", "reporter_recipient", "review_due", "review_regrant", "root_text", "seal_act",
    "seal_attachment", "seal_custody", "seal_decision", "seal_draft", "seal_dummy_grant", "seal_identity",
    "seal_identity_post", "seal_keyring_entry", "seal_memo", "seal_memo_post", "seal_message", "seal_name",
    "seal_note", "seal_notice", "seal_protection", "seal_receipt_change", "seal_receipt_confirmed", "seal_recovered",
    "seal_regrant", "seal_reply", "seal_report", "seal_request", "seal_review", "seal_status", "seal_trial",
    "seal_unsealing", "seal_withdrawal", "shown_file_name", "sign_event", "sign_note", "sign_on_behalf",
    "signin_secret", "staff_keys", "thread_after", "u64", "unseal", "unserved", "unwrap_erasable",
    "unwrap_staff_seed", "verify_directory", "verify_events", "verify_office", "verify_roots", "window_at",
    "withdrawal_mark", "work_seed", "work_trial", "worker_event", "wrap_erasable", "write_office", "wrap_staff_seed",
    "write_bundle", "write_code", "write_json", "write_packet", "FormerKey", "NextKeys", "check_next_keys",
    "propose_keys", "read_next_keys", "seeds_in_force", "staff_in_force", "EpochsUsedUp", "PasskeySecret",
    "passkey_input", "passkey_signin_secret", "passkey_user", "unwrap_with_passkey", "wrap_for_passkey",
    "LocalizedText", "language_of", "localized", "localized_of", "Anchor", "anchor_of", "read_anchor",
    "read_checked_code", "write_checked_code", "RegrantProof", "before_regrant", "check_chain", "check_proof",
    "move_of", "named_items", "proof_in", "read_proof", "sign_regrant", "recorded_proof", "is_followed",
    "is_notice_missing", "resend_notice", "unnamed_before", "unannounced_epochs", "CLAIMED", "Change", "Claimed",
    "Claims", "case_mark", "claims_of", "read_claimed", "Removal", "read_removal", "read_sent_submission",
    "submission_size", "write_post", "write_submission", "EpochKeys", "HistoryName", "check_history_size",
    "open_history", "seal_history", "too_often", "needs_office_key", "office_identities", "office_identity",
    "seal_office_key", "mark_non_readers",
]  # fmt: skip
