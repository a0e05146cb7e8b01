// What the page sends has its one length, whatever is in it (SPEC §7).

import assert from "node:assert/strict";
import test from "node:test";
import {
  DECLARATIONS, type Attachment, chooseHolders, drawCase, sealAct, sealDraft, sealMessage, sealNaming, sealQuiet, sealReceiptChange, sealReceiptConfirmed, sealReport, systemRng,
  b64encode, writeDraftPut, writePost, writeSubmission,
} from "../../../crypto/index.js";
import { directoryOf, drawOffice, drawReporter } from "./office.js";

const SHORT = 196_608;
const LONGEST = 393_216;
const PART = 8_388_608;
const LETTERS = ["a", "收", "😀", '"', "\\", "\n", "\u0001"];
const office = drawOffice();
const directory = directoryOf(office);
const drawn = drawReporter(office);

function ofParts(parts: number): Attachment {
  const hashes = Array.from({ length: parts }, () => b64encode(systemRng(32)));
  return { blob: b64encode(systemRng(16)), name: "n".repeat(255), type: "application/x", size: 5, sealed_size: parts * PART, parts: hashes };
}

async function report(account: string, attachments: readonly Attachment[] = [], urgent = false) {
  const told = { language: "zh", channel: "web", level: "anonymous" as const, account, answers: [{ id: "where", value: account.slice(0, 10) }], attachments, urgent, release: null };
  return sealReport(directory, await drawn, drawCase(directory, systemRng), chooseHolders(directory, "plant", "whistle", "theft", []), told, systemRng);
}

const lengthOf = async (...told: Parameters<typeof report>) => writeSubmission((await report(...told)).submission).length;
const isLong = (text: string) => new TextEncoder().encode(JSON.stringify(JSON.stringify(text))).length > 32_000;

test("a report has one length with every text, urgent or not", async () => {
  for (const letter of LETTERS) {
    for (const count of [1, 4000, 16_384]) {
      const text = letter.repeat(count);
      if (isLong(text)) await assert.rejects(report(text), /(padding|schema): /);
      else assert.equal(await lengthOf(text, [], count > 1), SHORT, `${letter} ${count}`);
    }
  }
});

test("only the number of parts makes it longer", async () => {
  assert.equal(await lengthOf("a", [ofParts(256)]), SHORT);
  assert.equal(await lengthOf("a", [ofParts(256), ofParts(1)]), LONGEST);
});

test("every post has one length, act, name, check-in and new receipt among them, and every draft another", async () => {
  const keys = await drawn;
  const { mailbox } = await report("a");
  const fresh = await drawReporter(office);
  const long = '"收'.repeat(3000);
  const identity = { v: 1 as const, about: "reporter" as const, name: "王", contact: "1".repeat(20), text: "" };
  const posts = await Promise.all([
    sealReceiptConfirmed(directory, keys, mailbox, systemRng), sealQuiet(directory, keys, mailbox, [], systemRng),
    sealReceiptChange(directory, keys, mailbox, fresh, systemRng), sealNaming(directory, keys, mailbox, { identity, sealed: false, text: "" }, systemRng),
    sealMessage(directory, keys, mailbox, long, [ofParts(2)], systemRng), sealMessage(directory, keys, mailbox, "", [ofParts(520)], systemRng),
    ...LETTERS.map((letter) => sealMessage(directory, keys, mailbox, letter.repeat(4000), [], systemRng)),
    ...DECLARATIONS.map((act, at) => sealAct(directory, keys, mailbox, act, at % 2 ? long : "", systemRng)),
  ]);
  const drafts = await Promise.all(["a", long].map((text, at) => sealDraft(keys, { text }, at + 9, systemRng)));
  assert.deepEqual(new Set(drafts.map((draft) => writeDraftPut(keys.token(), draft).length)), new Set([49_152]));
  assert.deepEqual(new Set(posts.map(({ post }) => writePost(post).length)), new Set([SHORT]));
});
