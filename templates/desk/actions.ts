/** What the page of a case may do to it. */

import type { IdentityText, Seal, UnsealingNotice } from "../../crypto/browser/staff.js";
import type { Choice } from "./acting/choices.js";
import type { Declared } from "./acting/declared.js";
import type { UnderWay, Wanted } from "./custody/asking.js";
import type { SealedName } from "./custody/names.js";
import type { LetterStart } from "./letters/writer.js";
import type { Merging } from "./merging/section.js";
import type { Attachment, Entry } from "./model.js";

/** What may be done about sealed names. */
export interface CustodyActions {
  readonly read: (handle: string) => IdentityText | null;
  readonly underWay: (seal: Seal) => Promise<UnderWay | null>;
  readonly ask: (one: SealedName, wanted: Wanted) => void;
  readonly seal: (identity: IdentityText, text: string) => void;
  readonly open: (one: SealedName, under: UnderWay) => void;
  readonly tell: (about: SealedName["about"], state: UnsealingNotice["state"], told: Pick<Wanted, "ground" | "text" | "delay">) => void;
}

/** What the page may do to the case; everything else is only shown. */
export interface CaseActions {
  readonly me: string;
  readonly now: () => Date;
  /** Opens the form of an act of the policy. */
  readonly open: (choice: Choice) => void;
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
  readonly add: (member: string) => void;
  readonly remove: (member: string) => void;
  readonly renew: () => void;
  readonly countersign: () => void;
  readonly decline: () => void;
  readonly custody: CustodyActions;
  readonly back: () => void;
  readonly failed: (error: unknown) => void;
  readonly fetch: (entry: Entry, file: Attachment, progress: (done: number) => void) => Promise<Blob>;
}
