/** What the page tells the server while somebody works at it. */

import { session } from "./api.js";
import { isSessionOver, keepsWriting } from "./sessionend.js";

/** Tells the server now and then that somebody is there: anyone who writes for long makes no call meanwhile, and the session must last until the letter is sent. */
export class Staying {
  private wasOver = false;

  /** `again`: what is to be done once this member has signed in again elsewhere in this browser. */
  constructor(private readonly member: string, private readonly again: () => Promise<void>) {}

  async tell(): Promise<void> {
    try {
      const me = await session.me();
      // Somebody else's session, in the same browser, is none of this member's: their seed is not kept beside it.
      const isMine = me.member === this.member;
      if (isMine && this.wasOver) await this.again();
      this.wasOver = !isMine;
    } catch (error) {
      this.wasOver ||= isSessionOver(error);
      keepsWriting(error);
    }
  }
}
