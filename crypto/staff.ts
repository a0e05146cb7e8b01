/** Public surface for the desk's pages: everything of `index.ts`, and the staff verbs. */

import "./nativebase64.js";

export * from "./index.js";
export { Secret } from "./primitives.js";
export {
  type Member as StaffMember, STAFF_COST, type StaffKeys, type Unlocking, type WrappedKey, checkProofOfKeys, deviceSecretText, drawDeviceSecret, drawStaffSeed,
  normalPassphrase, proveKeys, readDeviceSecret, signinSecret, staffKeys, unwrapStaffSeed, wrapStaffSeed,
} from "./keys/staff.js";
export { type PasskeyUnlocking, passkeyInput, passkeySigninSecret, passkeyUser, unwrapWithPasskey, wrapForPasskey } from "./keys/passkeys.js";
export { drawPassphrase, unknownWords } from "./keys/passphrases.js";
export { type Grant, type KeyringEntry, type Pin, checkProof, openGrant, openKeyringEntry, sealKeyringEntry } from "./case/grant.js";
export { type CaseView, type Claim, type SealedStep, type Words, announceRegrant, claimBlock, readCase, sealCustody, sealDecision, sealNote, sealNotice, sealOfficeKey, sealReply, sealStatus, sealUnsealing } from "./desk/answering.js";
export { checkChain } from "./desk/chain.js";
export { hasPlace, isWithinReach, outsideIds } from "./office/holders.js";
export { type Regrant, type Reviewed, type Waiting, cosignRegrant, reviewRegrant, sealRegrant, recordedProof, tooOften, unnamedBefore } from "./desk/regrant.js";
export { isFollowed, isNoticeMissing, resendNotice, unannouncedEpochs } from "./desk/readernotices.js";
export { type RegrantProof, proofIn } from "./case/regrants.js";
export { type DutyDone, type SignedDutyDone, readDutyDone, signDutyDone } from "./office/dutydone.js";
export { type NextKeys, changeOfKeys, checkNextKeys, nextKeysShape } from "./keys/former.js";
export { proposeKeys, seedsInForce } from "./office/rotation.js";
export { openTrial } from "./desk/trial.js";
export { CHECKED, CONSENTS, type OnBehalfStatement, ON_BEHALF, type OnBehalfDetails, readOnBehalf, signOnBehalf } from "./case/onbehalf.js";
export {
  CLAIMED, type CaseEvent, type EventHead, type EventText, FIRST_EVENT, type ReadEvent, type SignedEvent, type WrongEvent, eventHash, namedItems, signEvent, unserved, verifyEvents, verifyManyEvents,
} from "./case/events.js";
export { type Removal, readRemoval } from "./case/removals.js";
export { type Claimed, type Claims, caseMark, claimsOf } from "./case/claims.js";
export { markNonReaders } from "./case/nonreaders.js";
export { DELAY_LIMIT, FOR_CONCERNED, GROUNDS, type Ground, REASON_LIMIT, type Seal, NOTIFY_WHEN, type NotifyWhen } from "./custody/names.js";
export { drawPackets } from "./reporter/packets.js";
export { IDENTITY_SIZE, type SealedName, sealName, withdrawalMark } from "./custody/packets.js";
export {
  type Asking, MAY_ASK, type OpenedRequest, type UnsealVote, approveRequest, checkApproval, checkVotes, nextExpiry, openRequest, ownShares, refuseRequest, sealRequest, unseal, voteShape,
} from "./custody/unsealing.js";
export { type UnsealingReason, type UnsealRequest, readReason, requestShape } from "./custody/reasons.js";
export { FINDINGS, type Finding, type OpenedReview, type UnsealReview, mayReview, openReview, reviewDue, reviewShape, sealReview } from "./custody/reviews.js";
