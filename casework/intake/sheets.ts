/** The papers of an intake: register form, work order and the reporter's slip (twin of `casework/intake/sheets.py`). */

import type { Day } from "../../crypto/shape.js";
import type { Words } from "../words.js";
import type { IncomingReport, Intake, IntakeRules } from "./entry.js";
import labels from "./sheets.json";

/** One line of a paper; what somebody wrote is a plain text. */
export interface SheetRow {
  readonly label: Words;
  readonly value: Words | string;
}

/** A paper to be printed, or sealed to the case in the browser that made it. */
export interface Sheet {
  readonly title: Words;
  readonly rows: readonly SheetRow[];
}

/** What stands in a form for the account, which is in the report. */
export const IN_THE_ACCOUNT: Words = labels["in-the-account"];

/** The register form under the name that the text prints: every field it names, and what was not given. */
export function registerSheet(rules: IntakeRules, entry: IncomingReport, intake: Intake, ticket: string): Sheet {
  const head = [
    { label: labels.ticket, value: ticket }, { label: labels.received, value: entry.received },
    { label: labels.channel, value: intake.channel.name }, { label: labels.kind, value: intake.kind.name },
  ];
  const fields = rules.fields.map(({ id, name }) => ({ label: name, value: entry.fields.get(id) ?? labels["not-given"] }));
  return { title: rules.form?.name ?? labels.register, rows: [...head, ...fields] };
}

/** The rows of a work order that are empty when it goes out: its way through the house, in that order. */
const TO_BE_WRITTEN = [labels["return"], labels["department-signed"], labels.heard, labels["signed-off"]];

/** The order that goes to the department complained of, comes back with its result and is signed off. */
export function workOrder(rules: IntakeRules, entry: IncomingReport, intake: Intake, ticket: string, to: string): Sheet {
  const { title, rows } = registerSheet(rules, entry, intake, ticket);
  const department = rules.roles.find(({ id }) => id === to)?.name ?? to;
  return { title, rows: [...rows, { label: labels["to-department"], value: department }, ...TO_BE_WRITTEN.map((label) => ({ label, value: "" }))] };
}

/** What the reporter takes home: number, day and policy, nothing of the matter and nobody's name. The number opens nothing: only the receipt does. */
export function slip(rules: IntakeRules, received: Day, ticket: string): Sheet {
  return { title: labels.slip, rows: [
    { label: labels.ticket, value: ticket }, { label: labels.received, value: received }, { label: labels.policy, value: rules.title },
  ] };
}
