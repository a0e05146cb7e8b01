/** What the columns are called that the watch reads. */

import { type Sentence, msg, t } from "../../shared/strings.js";
import { named } from "../codes.js";

const NAMES: Readonly<Record<string, Sentence>> = {
  employee_id: msg("Employee number"), org_unit: msg("Unit"), team: msg("Team"), location: msg("Place of work"), job_family: msg("Job family"), grade: msg("Grade"),
  manager_id: msg("Superior's number"), hire_date: msg("Hired on"), contract_type: msg("Kind of contract"), contract_end: msg("Contract ends on"), termination_date: msg("Left on"),
  event_id: msg("Number of the entry"), event_type: msg("Kind of measure"), effective_date: msg("In effect from"), recorded_on: msg("Recorded on"),
  value_before: msg("Before"), value_after: msg("After"), reason_code: msg("Reason code"), initiated_by: msg("Begun by (number)"), batch_id: msg("Batch"),
};

/** A column by its code; one that nobody knows keeps its code. */
export function columnName(code: string): string {
  const known = named(NAMES, code);
  return known === null ? code : t(known);
}
