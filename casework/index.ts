/** Casework in the browser: the same answers as the Python package beside it. */

export * from "./rules/acts.js";
export * from "./engine/reporteroptions.js";
export * from "./obligations/batch.js";
export * from "./event_store/recordrules.js";
export { Calendar, type Office, dayIn, readOffices } from "./deadlines/calendars.js";
export * from "./obligations/callback.js";
export * from "./engine/case.js";
export { type ClockState, type ClockStatus, clockState } from "./deadlines/clock.js";
export { explainState } from "./deadlines/clockwords.js";
export { choicesOf } from "./engine/codes.js";
export * from "./rules/destinations.js";
export * from "./engine/engine.js";
export { explain } from "./deadlines/explanations.js";
export * from "./event_store/history.js";
export * from "./event_store/judging.js";
export * from "./engine/ruling.js";
export * from "./letters/composing.js";
export { type Limit, type Unit, limitWords } from "./deadlines/limits.js";
export * from "./engine/policyclocks.js";
export { computeDeadline } from "./deadlines/deadline.js";
export * from "./engine/refusals.js";
export * from "./policy/document.js";
export * from "./engine/dualapproval.js";
export * from "./engine/sealedsteps.js";
export { ticketNumber } from "./intake/ticket.js";
export type { Words } from "./words.js";
export { type Difference, type WorkerKind, scheduledEvents, workerDifferences } from "./event_store/workerevents.js";
