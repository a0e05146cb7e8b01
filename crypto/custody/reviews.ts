/** The review that is owed after an opening in danger to life: a signed finding (SPEC §11). */

import { type Bytes, b64decode, b64encode, frame, utf8 } from "../framing.js";
import { REASON_LIMIT } from "./names.js";
import { VerifiedDirectory } from "../office/directory.js";
import type { Member } from "../office/directoryshape.js";
import { open, seal } from "../sealing/age.js";
import { refuse } from "../errors.js";
import { checkSigned } from "../keys/former.js";
import { padText, readPadded } from "../padding.js";
import { sha256 } from "../primitives.js";
import type { Rng } from "../randomness.js";
import { type Read, base64, id16, name, oneOf, record, text, version } from "../shape.js";
import type { StaffKeys } from "../keys/staff.js";
import { REASON_STANZAS, type UnsealingReason, type UnsealRequest, firstDay, readReason, requestShape } from "./reasons.js";
import { paddedRecipients } from "../office/paddedrecipients.js";

const REVIEW_WITHIN_DAYS = 7;
const DAY_MS = 86_400_000;

/** What a review finds: there was danger to life and no time, or there was not. */
export const FINDINGS = ["justified", "unjustified"] as const;
export type Finding = (typeof FINDINGS)[number];

/** A review as the server keeps it; `text` is an age file of 16 stanzas. */
export const reviewShape = record({ v: version, office: id16, request: id16, reviewer: name, text: base64(undefined, 65_536), sig: base64(64) });
export type UnsealReview = Read<typeof reviewShape>;

const findingShape = record({ v: version, finding: oneOf(...FINDINGS), text: text(REASON_LIMIT) });

/** A review that holds. */
export interface OpenedReview {
  readonly reviewer: Member;
  readonly finding: Finding;
  readonly text: string;
}

/** The last day for the review of a request that ends on `expires`; both are Sundays. */
export function reviewDue(expires: string): string {
  return new Date(Date.parse(`${expires}T00:00:00Z`) + REVIEW_WITHIN_DAYS * DAY_MS).toISOString().slice(0, 10);
}

function reviewFrame(request: UnsealRequest, review: Omit<UnsealReview, "v" | "sig">): Bytes {
  return frame(
    "yanlu/v1/unseal-review", b64decode(request.office), b64decode(request.request), sha256(b64decode(request.reason)), utf8(review.reviewer),
    sha256(b64decode(review.text)),
  );
}

/** Whether a member oversees, or is a custodian; the one who asked may not all the same. */
export function mayReview(directory: VerifiedDirectory, member: string): boolean {
  const { oversight, custodians } = directory.content;
  return [...oversight, ...custodians.members].includes(member) && directory.validMember(member) !== null;
}

/** The reviewer, who may review and signed this for this request. */
function checkReview(directory: VerifiedDirectory, request: UnsealRequest, review: UnsealReview): Member {
  // 1. A review of this request, which is one that is reviewed.
  if (review.office !== directory.office || review.request !== request.request) refuse("foreign", "a review of another request");
  if (request.ground !== "danger-to-life") refuse("schema", "nothing to review");
  // 2. Anyone who reviews may.
  const found = mayReview(directory, review.reviewer) ? directory.validMember(review.reviewer) : null;
  if (found === null) return refuse("directory", "nobody who may review");
  // 3. The signature.
  checkSigned(found, reviewFrame(request, review), b64decode(review.sig), { day: firstDay(request.expires) });
  return found;
}

/** A review, sealed to custodians, oversight and anyone who asked; refused at `directory` for that member's own. */
export async function sealReview(staff: StaffKeys, directory: VerifiedDirectory, value: unknown, finding: Finding, words: string, rng: Rng): Promise<UnsealReview> {
  const request = requestShape(value);
  const reason = await readReason(staff, directory, request);
  if (reason.requester === staff.member || !mayReview(directory, staff.member)) refuse("directory", "nobody who may review this");
  if (request.ground !== "danger-to-life" || words.trim() === "") refuse("schema", "nothing to review, or a review without words");
  const { oversight, custodians } = directory.content;
  const to = paddedRecipients(directory, [...custodians.members, ...oversight, reason.requester], REASON_STANZAS, rng);
  const sealed = b64encode(await seal(to, padText(findingShape({ v: 1, finding, text: words })), rng));
  const bare = { office: directory.office, request: request.request, reviewer: staff.member, text: sealed };
  return reviewShape({ v: 1, ...bare, sig: b64encode(staff.sign(reviewFrame(request, bare))) });
}

/** A review as its readers see it; `reason` is the verified one of the request. */
export async function openReview(staff: StaffKeys, directory: VerifiedDirectory, request: UnsealRequest, reason: UnsealingReason, value: unknown): Promise<OpenedReview> {
  VerifiedDirectory.check(directory);
  const review = reviewShape(value);
  // 1 to 3. As the server judges.
  const reviewer = checkReview(directory, request, review);
  // 4. Nobody reviews the own request.
  if (reviewer.id === reason.requester) refuse("directory", "reviewed by anyone who asked");
  // 5. It opens and says something.
  const { finding, text: words } = findingShape(readPadded(await open(staff.identity, b64decode(review.text), REASON_STANZAS)));
  if (words.trim() === "") refuse("schema", "a review without words");
  return { reviewer, finding, text: words };
}
