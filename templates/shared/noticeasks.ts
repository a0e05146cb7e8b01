/** What a notice asks of the reporter, as both sides read it. */

const OPEN: readonly string[] = ["seen", "withdraw"];

/** Whether the limit of a notice is the time in which the office waits for the reporter's view: nothing that can be declared has a limit of its own. */
export function waitsForView(asks: readonly string[]): boolean {
  return asks.every((one) => OPEN.includes(one));
}
