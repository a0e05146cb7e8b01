/** Sends the steps of one form in one case: one after the other, none twice, and none past what nobody has seen. */

import { traitOf } from "../../../casework/index.js";
import { CryptoError } from "../../../crypto/errors.js";
import { DeskRefusal } from "../api.js";
import { type OpenedCase, good } from "../opened/model.js";
import { isRoutine } from "../opened/routine.js";
import { type ActDraft, PolicyRefused } from "./precheck.js";

/** What this needs of the desk, for one case. */
export interface OneCase {
  readonly me: string;
  readonly opened: () => OpenedCase | null;
  /** Fetches, verifies and opens it again. */
  readonly load: () => Promise<void>;
  readonly act: (draft: ActDraft, progress: (done: number) => void) => Promise<void>;
}

/** Whether the record has, from an event on, this member's own step of the kind, with these words. */
export function isRecorded(opened: OpenedCase | null, from: number, me: string, draft: ActDraft): boolean {
  const kind = traitOf(draft.act).masked ? "sealed" : draft.act;
  const own = opened?.events.filter((event) => event.n >= from && event.actor === me && event.kind === kind) ?? [];
  return own.some((event) => {
    const entry = opened?.entries.find((each) => each.hash === event.item && good(each));
    return event.item === null ? draft.audience === "nobody" : entry?.payload["text"] === draft.text;
  });
}

export class StepSending {
  /** How long the record was when the last step was tried. */
  private from = 0;
  /** That step got no answer: it may stand there all the same. */
  private open = false;

  constructor(private readonly desk: OneCase) {}

  async send(draft: ActDraft, progress: (done: number) => void): Promise<void> {
    if (this.open) await this.desk.load();
    if (this.open && isRecorded(this.desk.opened(), this.from, this.desk.me, draft)) {
      this.open = false;
      return;
    }
    this.from = this.desk.opened()?.events.length ?? 0;
    this.open = true;
    try {
      await this.desk.act(draft, progress);
    } catch (error) {
      if (error instanceof PolicyRefused) this.open = false;
      throw error;
    }
    this.open = false;
    await this.desk.load();
  }

  /** Before another step follows: throws where the record does not hold, or where somebody else has added to it meanwhile. */
  requireSeen(): void {
    const now = this.desk.opened();
    if (now === null || !now.chainHolds) throw new CryptoError("event", "the chain does not hold");
    if (now.events.slice(this.from).some((event) => !isRoutine(event) && event.actor !== this.desk.me)) throw new DeskRefusal(409, "head-moved", "");
  }
}
