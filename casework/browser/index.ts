/** Casework in the browser: the same answers as the Python package beside it. */

export * from "./acts.js";
export * from "./asking.js";
export * from "./batch.js";
export * from "./recordrules.js";
export { Calendar, type Office, dayIn, readOffices } from "./calendars.js";
export * from "./callback.js";
export * from "./case.js";
export { type ClockState, type ClockStatus, clockState } from "./clock.js";
export { explainState } from "./clockwords.js";
export { choicesOf } from "./codes.js";
export * from "./destinations.js";
export * from "./engine.js";
export { explain } from "./explanations.js";
export * from "./history.js";
export * from "./judging.js";
export * from "./letters.js";
export { type Limit, type Unit, limitWords } from "./limits.js";
export * from "./policyclocks.js";
export { computeDeadline } from "./deadline.js";
export * from "./refusals.js";
export * from "./rules.js";
export * from "./seconding.js";
export * from "./sealedsteps.js";
export { ticketNumber } from "./ticket.js";
export type { Words } from "./words.js";
export { type Difference, type WorkerKind, scheduledEvents, workerDifferences } from "./workerevents.js";
