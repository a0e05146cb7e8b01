/** How levels and states of an alert are called. */

import { type Sentence, msg } from "../../shared/strings.js";
import type { Alert, State } from "./model.js";

export const LEVELS: Readonly<Record<Alert["evidence"]["level"], Sentence>> = { amber: msg("Amber"), red: msg("Red") };
export const STATE_NAMES: Readonly<Record<State, Sentence>> = {
  new: msg("new"), checked: msg("checked at the desk"), hold: msg("held or undone"), closed: msg("closed"),
};
