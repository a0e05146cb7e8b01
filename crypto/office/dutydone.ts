/** That a recurring duty of the office was done: a statement that the member who did it signs (SPEC §6; twin of `crypto/office/duty_done.py`). */

import { type B64, type Bytes, b64decode, b64encode, frame, utf8 } from "../framing.js";
import { refuse } from "../errors.js";
import { checkSigned } from "../keys/former.js";
import type { StaffKeys } from "../keys/staff.js";
import { type Day, type Name, base64, day, name, record, text, version } from "../shape.js";
import { readJson, writeJson, writeJsonText } from "../text.js";
import type { VerifiedDirectory } from "./directory.js";

const LABEL = "yanlu/v1/duty-done";
const LIMIT = 8192;
const MOST_NOTE = 1000;

/** A duty of a policy, by its id there, the day on which it was done, and a note (at most 1,000 characters). */
export interface DutyDone {
  readonly policy: Name;
  readonly duty: Name;
  readonly day: Day;
  readonly note: string;
}

/** A statement that holds, and the member who signed it. */
export interface SignedDutyDone extends DutyDone {
  readonly member: Name;
}

const outer = record({ v: version, statement: text(), member: name, signature: base64(64) });
const inner = record({ v: version, policy: name, duty: name, day, note: text() });

const signed = (office: B64, statement: string): Bytes => frame(LABEL, b64decode(office, 16), utf8(statement));

/** The statement as one line of JSON; refused at `schema` where the note is too long. */
export function signDutyDone(staff: StaffKeys, { policy, duty, day: on, note }: DutyDone): Bytes {
  checkNote(note);
  const statement = writeJsonText({ v: 1, policy, duty, day: on, note });
  const signature = b64encode(staff.sign(signed(staff.office, statement)));
  return writeJson({ v: 1, statement, member: staff.member, signature });
}

/** The statement of a line; refused at `json`, `schema` or `signature` where no member of this office has signed it as it stands. */
export function readDutyDone(directory: VerifiedDirectory, line: Uint8Array): SignedDutyDone {
  const { statement, member, signature } = outer(readJson(line, LIMIT));
  const known = directory.member(member) ?? refuse("signature", "nobody of this office");
  const { policy, duty, day: on, note } = inner(readJson(utf8(statement), LIMIT));
  checkNote(note);
  checkSigned(known, signed(directory.office, statement), b64decode(signature, 64), { day: on });
  return { member, policy, duty, day: on, note };
}

function checkNote(note: string): void {
  if ([...note].length > MOST_NOTE) refuse("schema", "the note is too long");
}
