/** The attempts of one form for several cases: one after the other, and never twice in the same case. */

import { CryptoError } from "../../../crypto/errors.js";
import { PolicyRefused, type ActDraft } from "../acting/precheck.js";
import { isRecorded } from "../acting/sending.js";
import { refusalText } from "../acting/words.js";
import { answered } from "../../shared/confirmdialog.js";
import { DeskRefusal } from "../api.js";
import { type DeskCase } from "../opened/model.js";
import { NotAll, type OfficeWords, wordsFor } from "../context.js";
import type { Steps } from "../steps.js";
import type { Follower } from "./followers.js";
import type { Targets } from "./targets.js";

/** What a step needs of the desk. */
export interface DeskServices {
  readonly shelf: ReadonlyMap<string, DeskCase>;
  readonly steps: Pick<Steps, "act" | "reply">;
  readonly me: string;
  readonly words: OfficeWords;
  /** Fetches, verifies and opens a case again. */
  readonly load: (id: string) => Promise<void>;
}

type Progress = (done: number) => void;

const OF_THE_OFFICE = ["foreign", "root", "log", "directory", "expired", "older"];

/** The attempts of one form. A case that was tried before is looked at first: the step may have been taken without an answer. */
export class Round {
  readonly #tried = new Map<string, number>();

  constructor(private readonly targets: Pick<Targets, "chosen" | "done" | "mark" | "stands">, private readonly room: DeskServices) {}

  /** Throws `NotAll` where some are left, and whatever makes it senseless to go on. */
  async send(wish: ActDraft, progress: Progress): Promise<void> {
    const chosen = this.targets.chosen();
    if (chosen.length === 0 && this.targets.done === 0) throw new NotAll(0, 0);
    for (const [at, one] of chosen.entries()) {
      // Anyone who leaves the form stops what it has not sent yet; who is being asked has not decided.
      await answered();
      if (!this.targets.stands) break;
      await this.#one(one, wish, (part) => progress((at + part) / chosen.length));
    }
    const left = this.targets.chosen().length;
    if (left > 0) throw new NotAll(this.targets.done, left);
  }

  async #one(one: Follower, wish: ActDraft, progress: Progress): Promise<void> {
    const { targets, room } = this;
    targets.mark(one.id, "sending");
    try {
      if (!(await this.#isThere(one.id, wish))) {
        this.#tried.set(one.id, this.#length(one.id));
        await (wish.act === "replied" ? room.steps.reply(one.id, wish.text, wish.files, progress) : room.steps.act(one.id, wish, progress));
        await room.load(one.id);
      }
      targets.mark(one.id, "sent");
    } catch (error) {
      targets.mark(one.id, "failed", this.#why(one, error));
      if (isOver(error)) throw error;
    }
  }

  #length(id: string): number {
    return this.room.shelf.get(id)?.opened?.events.length ?? 0;
  }

  /** Whether an earlier attempt of this form was taken after all: this member's own step of the kind, with these words. */
  async #isThere(id: string, wish: ActDraft): Promise<boolean> {
    const before = this.#tried.get(id);
    if (before === undefined) return false;
    await this.room.load(id);
    return isRecorded(this.room.shelf.get(id)?.opened ?? null, before, this.room.me, wish);
  }

  #why(one: Follower, error: unknown): string {
    return error instanceof PolicyRefused ? refusalText(one.ruled, error.refused, this.room.words) : wordsFor(error);
  }
}

/** No answer, no session any more, or an office that can't be verified: the next case would fare no better. */
export function isOver(error: unknown): boolean {
  if (error instanceof CryptoError) return OF_THE_OFFICE.includes(error.stage);
  return error instanceof DeskRefusal && (error.status === 0 || error.status === 401);
}
