// SPEC §6: that a recurring duty of the office was done.
import { createPrivateKey, sign } from "node:crypto";
import { demand, frame, fromB64, hkdf, toB64, utf8 } from "./ground.js";
import { verifyDirectory } from "./directory.js";
import { signedWith } from "./regrants.js";
import { readJson } from "./strict_json.js";
import { day, id, object, oneOf, signature, text } from "./shape.js";

const LONGEST = 8192;
const LINE = object({ v: oneOf(1), statement: text(), member: id, signature });
const STATEMENT = object({ v: oneOf(1), policy: id, duty: id, day, note: text() });
const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");

const demandNote = (note) => demand([...note].length <= 1000, "schema", "a note too long");
const framed = (directory, statement) => frame("yanlu/v1/duty-done", directory.office, utf8(statement));

function signDuty({ office, staff, done }) {
  demandNote(done.note);
  const statement = JSON.stringify({ v: 1, policy: done.policy, duty: done.duty, day: done.day, note: done.note });
  const seed = hkdf(fromB64(staff.seed), "yanlu/v1/staff-sign");
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: "der", type: "pkcs8" });
  const made = toB64(sign(null, framed(verifyDirectory(office), statement), key));
  return { line: JSON.stringify({ v: 1, statement, member: staff.member, signature: made }) };
}

function readDuty({ office, line }) {
  const directory = verifyDirectory(office);
  const found = LINE(readJson(utf8(line), LONGEST));
  const member = directory.member(found.member);
  demand(member !== null, "signature", "nobody of this office");
  const done = STATEMENT(readJson(utf8(found.statement), LONGEST));
  demandNote(done.note);
  const key = signedWith(member, framed(directory, found.statement), found.signature, (one) => one.until === null || done.day <= one.until);
  demand(key >= 0, "signature", "another signature");
  return { signed: { member: found.member, policy: done.policy, duty: done.duty, day: done.day, note: done.note } };
}

export const DUTIES = { sign_duty_done: signDuty, read_duty_done: readDuty };
