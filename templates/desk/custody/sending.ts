/** What is signed in custody goes out once: where the answer was lost, the next press looks first whether it arrived. */

import { DeskRefusal } from "../api.js";
import { PossiblySent } from "../context.js";

/** Sends it; throws `PossiblySent` where the server did not answer. */
export async function send(sending: Promise<void>): Promise<void> {
  try {
    await sending;
  } catch (error) {
    throw error instanceof DeskRefusal && error.code === "no-answer" ? new PossiblySent() : error;
  }
}

/** Signs and sends, unless the server has it already. */
export async function sendOnce<T>(isThere: () => Promise<boolean>, sign: () => Promise<T> | T, post: (signed: T) => Promise<void>): Promise<void> {
  if (!(await isThere())) await send(post(await sign()));
}
