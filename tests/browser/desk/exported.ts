// Prints the files of exports of every thread of the vectors in both languages: `tests/portal/cli/desk/test_export_twin.py` runs this.

import { readFileSync } from "node:fs";
import { readInner } from "../../../crypto/case/items.js";
import { readJsonText } from "../../../crypto/text.js";
import { type CaseView, readCase } from "../../../crypto/staff.js";
import { exportText } from "../../../templates/desk/acting/exporting.js";
import { grantOf, office, resolve } from "../crypto/vectorops.js";

const { shared, cases } = JSON.parse(readFileSync("crypto/vectors/thread.json", "utf8"));
const { inners, ...going } = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
const found: Record<string, string[]> = {};

function both(entries: CaseView["entries"], directory: ReturnType<typeof office>): string[] {
  return (["zh", "en"] as const).map((language) => exportText({ ...going, entries }, directory, language));
}

for (const { name, op, input, output } of cases) {
  if (op !== "read_case" || output === undefined) continue;
  const asked = resolve(input, shared);
  const directory = office(asked.office);
  const { entries } = await readCase(directory, await grantOf(asked), asked.items);
  found[name] = both(entries, directory);
}
const entries = inners.map(({ direction, content: text }: { direction: "to-office"; content: string }, at: number) => {
  const { content, signer } = readInner(direction, readJsonText(text));
  return { dir: direction, seq: at + 1, content, signer, mark: null, formerMember: false };
});
found["inners"] = both(entries, office(resolve(shared.office, shared)));
process.stdout.write(JSON.stringify(found));
