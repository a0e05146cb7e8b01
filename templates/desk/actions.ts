/** What the page of a case may do to it. */

import type { Ground, IdentityText, OpenedRequest, Seal, NotifyWhen, UnsealVote, UnsealingNotice } from "../../crypto/staff.js";
import type { Choice } from "./acting/choices.js";
import type { SealedName } from "./custody/names.js";
import type { Merging } from "./merging/section.js";
import type { Declared } from "./opened/declarations.js";
import type { Attachment, Entry, Proposed } from "./opened/model.js";

/** What the form of a request for a sealed name asks. */
export interface NameRequest {
  readonly ground: Ground;
  readonly told: NotifyWhen;
  readonly text: string;
  readonly delay: string | null;
}

/** A request that is under way, with the votes on it that hold; `doubtful` are those that nobody known signed, `lied` the custodians whose shares are not theirs. */
export interface UnderWay {
  readonly opened: OpenedRequest;
  readonly votes: readonly UnsealVote[];
  readonly approvals: number;
  readonly refusals: number;
  readonly doubtful: number;
  readonly lied: readonly string[];
}

/** Which letter the form begins with, and what stands in it already. */
export interface LetterStart {
  readonly letter: string;
  readonly given: Readonly<Record<string, string>>;
}

/** What may be done about sealed names. */
export interface CustodyActions {
  readonly read: (handle: string) => IdentityText | null;
  readonly underWay: (seal: Seal) => Promise<UnderWay | null>;
  readonly ask: (one: SealedName, wanted: NameRequest) => void;
  readonly seal: (identity: IdentityText, text: string) => void;
  readonly open: (one: SealedName, under: UnderWay) => void;
  readonly tell: (about: SealedName["about"], state: UnsealingNotice["state"], told: Pick<NameRequest, "ground" | "text" | "delay">) => void;
}

/** What the page may do to the case; everything else is only shown. */
export interface CaseActions {
  readonly me: string;
  readonly now: () => Date;
  /** Opens the form of an act of the policy, or of several that follow one another. */
  readonly open: (...choices: readonly [Choice, ...Choice[]]) => void;
  /** Puts a declaration of the reporter on the record. */
  readonly read: (declared: Declared, to: string | null) => void;
  /** The cases of the same matter. */
  readonly merging: Merging;
  readonly take: () => void;
  /** Puts an export that was agreed to on the record, then saves its file. */
  readonly exportCase: () => void;
  readonly compose: (kind: "reply" | "status" | "note") => void;
  /** Opens the form of letters. */
  readonly letters: (start?: LetterStart) => void;
  /** Opens the form of publication. */
  readonly publish: () => void;
  readonly add: (member: string) => void;
  readonly remove: (member: string) => void;
  /** Removes somebody, or keeps one out who does not read it, so that nobody can add them again. */
  readonly keepOut: (member: string) => void;
  readonly renew: () => void;
  readonly resendNotice: () => void;
  /** Signs, or declines, the change of readers that stands on the page. */
  readonly countersign: (shown: Proposed) => void;
  readonly decline: (shown: Proposed) => void;
  /** Opens the form with which this member does not agree to what a colleague asked for at `n` of the record, or takes back what they asked for. */
  readonly declineStep: (n: number) => void;
  readonly custody: CustodyActions;
  readonly back: () => void;
  readonly failed: (error: unknown) => void;
  readonly fetch: (entry: Entry, file: Attachment, progress: (done: number) => void) => Promise<Blob>;
}
