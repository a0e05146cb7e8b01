// Run by tests/fuzz/browser_twin.py: answers each line {"parser","content"} with what the browser's code makes of it.
// usage: node answer.mjs WORLD.json

import { readFileSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { b64decode } from "../../../crypto/index.js";
import { CryptoError } from "../../../crypto/errors.js";
import { NotForThis, parsersOf } from "./parsers.js";

const parsers = await parsersOf(JSON.parse(readFileSync(process.argv[2] as string, "utf8")));

async function answer(line: string): Promise<Record<string, unknown>> {
  const { parser, content } = JSON.parse(line) as { parser: string; content: string };
  const read = parsers[parser];
  if (read === undefined) return { broke: `no parser ${parser}` };
  try {
    return { value: (await read(b64decode(content))) ?? null };
  } catch (error) {
    if (error instanceof NotForThis) return { refused: "skip" };
    if (error instanceof CryptoError) return { refused: error.stage };
    return { broke: error instanceof Error ? (error.stack ?? String(error)) : String(error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) writeSync(1, `${JSON.stringify(await answer(line))}\n`);
