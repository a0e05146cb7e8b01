// What a directory is still good for in the thirty days after its end, and what it no longer is.

import assert from "node:assert/strict";
import test from "node:test";
import {
  type VerifiedDirectory, b64decode, chooseHolders, drawCase, openMailbox, readMailbox, sealMessage, sealReport, systemRng, verifyDirectory,
} from "../../../crypto/index.js";
import { cosignRegrant, openGrant, readCase, sealRegrant, sealReply } from "../../../crypto/staff.js";
import { sealName } from "../../../crypto/custody/packets.js";
import { paddedRecipients } from "../../../crypto/office/paddedrecipients.js";
import { sealLink } from "../../../crypto/watch/protection.js";
import { directoryOf, drawOffice, drawReporter, keysOf, marks } from "./office.js";

const REPORT = { language: "zh", channel: "web", level: "anonymous", account: "仓库的账不对", answers: [], attachments: [], urgent: false, release: null } as const;
const office = drawOffice(2);
const directory = directoryOf(office);
const staff = keysOf(office, "an");
const lapsedOn = (day: string): VerifiedDirectory => verifyDirectory(office.code, office.roots, office.note, day, null, { alsoLapsed: true });
const lapsed = lapsedOn("2026-12-01");
const keys = await drawReporter(office);
const choose = (by: VerifiedDirectory) => chooseHolders(by, "plant", "whistle", "theft", []);
const report = (by: VerifiedDirectory) => sealReport(by, keys, drawCase(directory, systemRng), choose(directory), REPORT, systemRng);
const { submission } = await report(directory);
const viewOf = async (member: string, by = directory) => {
  const grant = await openGrant(keysOf(office, member), b64decode(submission.grant), by);
  assert.ok(grant !== null);
  return readCase(by, grant, [submission.item]);
};
const expired = (error: unknown) => (error as { stage?: string }).stage === "expired";

test("a case that is there goes on for thirty days, and no longer", async () => {
  for (const day of ["2026-12-01", "2026-12-30"]) {
    const by = lapsedOn(day);
    const { item } = await sealReply(staff, by, await viewOf("an", by), { text: "仍在处理", attachments: [] }, systemRng);
    const mailbox = await readMailbox(by, keys, await openMailbox(keys, { memo: submission.memo as never, draft: null, items: [item] as never }));
    assert.deepEqual([marks(mailbox.entries), mailbox.alarms], [[null], []]);
    assert.ok(await sealMessage(by, keys, mailbox, "收到", [], systemRng));
  }
  assert.throws(() => lapsedOn("2026-12-31"), expired);
  assert.throws(() => lapsedOn("not a day"), expired);
  assert.throws(() => verifyDirectory(office.code, office.roots, office.note, "2026-12-01"), expired);
  assert.equal(lapsedOn("2026-11-30").lapsed, false);
});

test("nothing is sealed to people because a lapsed directory names them", async () => {
  const view = await viewOf("an");
  const regrant = (by: VerifiedDirectory) => sealRegrant(staff, by, view, ["an", "bo"], systemRng);
  const made = await regrant(directory);
  const own = (await viewOf("bo")).grant;
  const cosign = (by: VerifiedDirectory) => cosignRegrant(keysOf(office, "bo"), made, by, own, [submission.item]);
  assert.ok(await cosign(directory));
  await assert.rejects(regrant(lapsed), expired);
  await assert.rejects(cosign(lapsed), expired);
  await assert.rejects(report(lapsed), expired);
  assert.throws(() => choose(lapsed), expired);
  assert.ok(paddedRecipients(directory, ["an"], 4, systemRng).length === 4);
  assert.throws(() => paddedRecipients(lapsed, ["an"], 4, systemRng), expired);
  assert.throws(() => paddedRecipients(directory, ["an", "bo"], 1, systemRng), { stage: "stanzas" });
  const name = { about: "reporter", name: "王小明", contact: "", remark: "" } as never;
  assert.throws(() => sealName(lapsed, name, systemRng), expired);
  assert.throws(() => sealLink(lapsed, "plant", { bond: "reporter", case: null }, systemRng), expired);
});
