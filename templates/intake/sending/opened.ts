/** A mailbox that has been opened, as everything that shows or answers it needs it. */

import type { Declaration, Checkin, Mailbox } from "../../../crypto/index.js";
import type { Office } from "../office.js";
import type { DraftKeys } from "../form/answers.js";

/** Intake's answer, and the note in which the keepers name the log's key. */
export interface Answered {
  readonly sealed: Uint8Array;
  readonly log: string;
}

/** What was sent last, by this page and just now. */
export type Just = "reply" | "name" | "name-back" | "checkin" | Declaration;

export interface View {
  readonly office: Office;
  readonly kept: DraftKeys;
  readonly mailbox: Mailbox;
  /** What came with the poll about the proof of filing; null where it did not come. */
  readonly answered: Answered | null;
  /** Reads it again, and shows it with what was just sent. */
  readonly reopen: (just?: Just) => Promise<void>;
  readonly just: Just | null;
  /** Leads back to a check-in that could not be sent; null while none is open. */
  readonly askAgain: (() => void) | null;
  /** The answer of a check-in just given, which can become a report; it is in this page's memory alone. */
  readonly said: Checkin | null;
}
