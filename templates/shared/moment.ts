/** The clock of this device, as an office is verified by it. */

import type { ClockReading } from "../../crypto/index.js";

/** A moment by its seconds since 1970, and its day: that at Greenwich, or the one that the device names. */
export function momentOf(now: Date, day: string = now.toISOString().slice(0, 10)): ClockReading {
  return { seconds: Math.floor(now.getTime() / 1000), day };
}
