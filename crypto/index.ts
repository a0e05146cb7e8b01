/** Public surface for the reporter's pages. Staff verbs are in `staff.ts`, so that this bundle stays small. */

export { CryptoError, EpochsUsedUp, ExclusionMissing, NotConfirmed, PacketFaulty, type CheckStage } from "./errors.js";
export { type B64, b64decode, b64encode, frame, u64, utf8 } from "./framing.js";
export { type Rng, systemRng } from "./randomness.js";
export { type Json, readJson, readJsonText, writeJson, writeJsonText } from "./text.js";
export type { Day, Name } from "./shape.js";
export { type KdfCost, type Progress, sha256Large } from "./primitives.js";
export { isMistyped, readCheckedCode, readCode, writeCheckedCode, writeCode } from "./codes.js";
export { type Anchor, readAnchor, writeAnchor } from "./office/anchor.js";
export type { Recipient } from "./sealing/recipients.js";
export { checkEnvelope } from "./sealing/header.js";
export { blobSize } from "./sealing/attachmentsizes.js";
export { RECEIPT_COST, type Receipt, type ReporterKeys, deriveReporter, drawReceipt, readReceipt } from "./keys/receipt.js";
export { type Confirmed, LAPSED_DAYS, type SeatShown, type Seen, type Use, VerifiedDirectory, officeCode, openDirectory, verifyDirectory } from "./office/directory.js";
export { type ClockReading, type OpenedOffice, openOfficeDocument, verifyOffice } from "./transparency_log/officedocument.js";
export type { DirectoryDocument, Entity, HoldersRow, Member, Policy } from "./office/directoryshape.js";
export { type Holders, chooseHolders, eligibleHolders } from "./office/holders.js";
export { type StoredCase, type NewCase, drawCase, resumeCase } from "./reporter/casekeys.js";
export type { SealTo } from "./sealing/sealto.js";
export {
  DECLARATIONS, type Declaration, type Item, type ItemType, LEVELS, type Packets, type PayloadOf, type Post, type SealedMemo, type Submission,
} from "./case/documents.js";
export { type Attachment, type BlobEntry, LARGEST_ATTACHMENT, PART_SIZE } from "./sealing/attachmentshape.js";
export { cleanFileName, shownFileName } from "./sealing/filenames.js";
export {
  type AttachmentSealing, type FetchPart, type Opener, type SealedPart, type Sink, type Source, openAttachment, openAttachmentAsBlob, sealAttachment,
} from "./sealing/attachments.js";
export { type ReportText, type SealedReport, sealReport } from "./reporter/report.js";
export { type Listing, POLL_SIZE, type Poll, type Polled, listingOf, pollListing, readSlots } from "./reporter/pollslots.js";
export { type Mailbox, type OpenedMailbox, openMailbox, readMailbox } from "./reporter/mailbox.js";
export { type Guarded, type SealedPost, sealAct, sealMessage, sealQuiet, sealReceiptChange, sealReceiptConfirmed } from "./reporter/posts.js";
export { type Draft, openDraft, sealDraft } from "./case/memo.js";
export { DRAFT_SIZE } from "./padding.js";
export type { Alarm, ThreadEntry, ItemFault } from "./case/thread.js";
export { drawDummyPackets } from "./reporter/packets.js";
export { ANSWERS, ANSWER_LIMIT, BONDS, type Bond, CHANGES, CHECKIN_DAYS, type Checkin, EMPLOYEE_LIMIT, PERSON_LIMIT, type Person, sealCheckin, sealProtection, watchOf } from "./watch/protection.js";
export { type Naming, sealNaming, sealWithdrawal } from "./reporter/naming.js";
export { type About, CONTACT_LIMIT, type IdentityText, NAME_LIMIT, type Named, type UnsealingNotice, WORDS_LIMIT } from "./custody/names.js";
export { type WorkAsked, doWork, readAsked, windowAt } from "./reporter/work.js";
export { type Bundle, checkBundle, readBundle, readSentSubmission, readSubmission, writeBundle } from "./reporter/bundle.js";
export { writeDraftPut, writePost, writeSubmission } from "./reporter/lengths.js";
