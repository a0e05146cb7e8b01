/** Reads one e-mail file and prints what of it goes into a report, or the fault. */

import { readFileSync, writeSync } from "node:fs";

import { EmlRefused, readEml } from "../../../templates/desk/onbehalf/eml.js";

function outcome(path: string): string {
  try {
    const { text, files } = readEml(readFileSync(path));
    return JSON.stringify({ text, names: files.map(({ name }) => name) });
  } catch (error) {
    if (error instanceof EmlRefused) return JSON.stringify({ fault: error.fault });
    throw error;
  }
}

for (const path of process.argv.slice(2)) writeSync(1, `${outcome(path)}\n`);
