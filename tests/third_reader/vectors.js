// Reads a file of vectors: its stand-ins, its cases, and what comes of each.
import { readFileSync } from "node:fs";
import { Refused, fromB64, toB64 } from "./ground.js";
import { writeSorted } from "./strict_json.js";

function edited(edit, shared) {
  let bytes = fromB64(shared[edit.$bytes]);
  if ("flip" in edit) {
    bytes = Buffer.from(bytes);
    bytes[edit.flip < 0 ? bytes.length + edit.flip : edit.flip] ^= 1;
  }
  if ("cut" in edit) bytes = bytes.subarray(0, edit.cut < 0 ? bytes.length + edit.cut : edit.cut);
  return toB64("append" in edit ? Buffer.concat([bytes, fromB64(edit.append)]) : bytes);
}

/** Puts what the stand-ins stand for in their place, at any depth. */
export function filled(value, shared) {
  if (Array.isArray(value)) return value.map((one) => filled(one, shared));
  if (value === null || typeof value !== "object") return value;
  if ("$" in value) return filled(shared[value.$], shared);
  if ("$bytes" in value) return edited(value, shared);
  const made = Object.create(null);
  for (const [key, one] of Object.entries(value)) made[key] = filled(one, shared);
  return made;
}

/** Runs one case; gives null where the result is the expected one, and else what came instead. */
function run(one, operation, shared) {
  const expected = "fails" in one ? `refused at ${one.fails}` : writeSorted(one.output);
  let came;
  try {
    came = writeSorted(operation(filled(one.input, shared)));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    came = `refused at ${error.stage}`;
    if (came !== expected) return `expected ${expected}, but ${error.stack}`;
  }
  return came === expected ? null : `expected ${expected}, but got ${came}`;
}

/** Runs a file; gives one line for each case: its operation, name and what was wrong, if anything. */
export function runFile(path, operations) {
  const file = JSON.parse(readFileSync(path, "utf8"));
  if (file.format !== 1) throw new Error(`${path}: format ${file.format}`);
  return file.cases.map((one) => {
    const operation = operations[one.op];
    if (!operation) return { op: one.op, name: one.name, known: false, wrong: null };
    try {
      return { op: one.op, name: one.name, known: true, wrong: run(one, operation, file.shared) };
    } catch (error) {
      return { op: one.op, name: one.name, known: true, wrong: String(error.stack) };
    }
  });
}
