/** How levels and states of an alert are called. */

import { type Sentence, msg } from "../../shared/strings.js";
import type { Alert, State, AlertNotification } from "./model.js";

export const LEVELS: Readonly<Record<Alert["evidence"]["level"], Sentence>> = { amber: msg("Amber"), red: msg("Red") };
export const STATE_NAMES: Readonly<Record<State, Sentence>> = {
  new: msg("new"), checked: msg("files checked"), hold: msg("suspension or reversal requested"), closed: msg("closed"),
};
/** Why an alert was told on a day. */
export const WHY_NAMES: Readonly<Record<AlertNotification["why"], Sentence>> = {
  crossed: msg("the line was crossed"), red: msg("it turned red"), grew: msg("evidence grew by half"), stands: msg("still active after 13 weeks"),
};
