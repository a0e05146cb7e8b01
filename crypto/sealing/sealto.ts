/** Recipients that a sealing verb may use: the case's, the reporter's, the office's; a page can't make one up. */

import { refuse } from "../errors.js";
import type { Recipient } from "./xwing.js";

/** Made by this package from a drawn case, an opened mailbox or an opened grant. Not exported by index.ts as a value. */
export class SealTo {
  readonly #recipients: readonly Recipient[];

  private constructor(recipients: readonly Recipient[]) {
    this.#recipients = recipients;
  }

  static own(recipients: readonly Recipient[]): SealTo {
    return new SealTo(recipients);
  }

  static recipientsOf(target: SealTo): readonly Recipient[] {
    return #recipients in target ? target.#recipients : refuse("directory", "not a recipient of this case");
  }
}
