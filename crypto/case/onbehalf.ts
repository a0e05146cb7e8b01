/** Who wrote a report down for somebody: a member's signed statement beside the answers (SPEC §6). */

import { type B64, b64decode, b64encode, frame, utf8 } from "../framing.js";
import { VerifiedDirectory } from "../office/directory.js";
import { refuse } from "../errors.js";
import { checkSigned } from "../keys/former.js";
import { sha256 } from "../primitives.js";
import { type Day, type Name, type Read, day, maybe, name, oneOf, record, version } from "../shape.js";
import type { StaffKeys } from "../keys/staff.js";
import { readJsonText } from "../text.js";

/** The id of the answer that carries the statement; no question has it. */
export const ON_BEHALF = "taken-down";
const LABEL = "yanlu/v1/taken-down";
export const CONSENTS = ["minutes", "recording", "refused"] as const;
export const CHECKED = ["agreed", "corrected", "not-yet"] as const;

const shape = record({ v: version, channel: name, received: day, consent: maybe(oneOf(...CONSENTS)), checked: maybe(oneOf(...CHECKED)) });

/** By which channel a report came, on which day; `consent` and `checked` null where nobody spoke. */
export interface OnBehalfDetails {
  readonly channel: Name;
  readonly received: Day;
  readonly consent: Read<typeof shape>["consent"];
  readonly checked: Read<typeof shape>["checked"];
}

/** A statement that holds, and the member who signed it. */
export interface OnBehalfStatement extends OnBehalfDetails {
  readonly member: Name;
}

interface ReportContent {
  readonly account: string;
  readonly answers: readonly { readonly id: string; readonly value: unknown }[];
}

const signed = (office: B64, caseId: B64, account: string, statement: string): Uint8Array =>
  frame(LABEL, b64decode(office, 16), b64decode(caseId, 16), sha256(utf8(account)), utf8(statement));

/** The answer that says so, bound to this case and to this account. */
export function signOnBehalf(staff: StaffKeys, caseId: B64, account: string, details: OnBehalfDetails): { id: string; value: string[] } {
  const { channel, received, consent, checked } = details;
  const statement = JSON.stringify({ v: 1, channel, received, consent, checked });
  return { id: ON_BEHALF, value: [statement, staff.member, b64encode(staff.sign(signed(staff.office, caseId, account, statement)))] };
}

/** The statement of a report, null where there is none; refused at `schema` or `signature` where nobody of this office signed it for this case and account. */
export function readOnBehalf(directory: VerifiedDirectory, caseId: B64, { account, answers }: ReportContent): OnBehalfStatement | null {
  const found = answers.filter(({ id }) => id === ON_BEHALF).map(({ value }) => value);
  if (found.length === 0) return null;
  const value = found[0];
  if (found.length > 1 || !Array.isArray(value) || value.length !== 3) return refuse("schema", "not a statement");
  const [statement, member, signature] = value as string[] as [string, string, string];
  const known = directory.member(member) ?? refuse("signature", "nobody of this office");
  const { channel, received, consent, checked } = shape(readJsonText(statement));
  checkSigned(known, signed(directory.office, caseId, account, statement), b64decode(signature, 64), { day: received });
  return { member, channel, received, consent, checked };
}
