// A case from the first report to the removal of a holder, by the public verbs alone.

import assert from "node:assert/strict";
import test from "node:test";
import {
  ExclusionMissing, type Mailbox, type ReporterKeys, type SealedReport, type VerifiedDirectory, b64decode, chooseHolders, drawCase, openDirectory, openMailbox, readMailbox, sealAct,
  sealMessage, sealReceiptChange, sealReceiptConfirmed, sealReport, systemRng, verifyDirectory,
} from "../../../crypto/index.js";
import {
  type CaseView, type Regrant, checkProof, cosignRegrant, isFollowed, isNoticeMissing, openGrant, openKeyringEntry, readCase, sealKeyringEntry, sealNote, sealOfficeKey, sealRegrant, sealReply, sealStatus, resendNotice, unannouncedEpochs,
} from "../../../crypto/staff.js";
import { Grant } from "../../../crypto/case/grant.js";
import { readRecipient, recipientsAhead } from "../../../crypto/sealing/recipients.js";
import { atOnce } from "../../../crypto/yielding.js";
import { type Office, TODAY, directoryOf, drawOffice, drawReporter, keysOf, marks, signNote, texts } from "./office.js";

const REPORT = { language: "zh", channel: "web", level: "anonymous", account: "仓库的账不对", answers: [], attachments: [], urgent: false, release: null } as const;

interface Start {
  readonly office: Office;
  readonly directory: VerifiedDirectory;
  readonly keys: ReporterKeys;
  readonly sealed: SealedReport;
}

async function start(excluded: readonly string[] = [], threshold = 1): Promise<Start> {
  const office = drawOffice(threshold);
  const directory = directoryOf(office);
  const keys = await drawReporter(office);
  const holders = chooseHolders(directory, "plant", "whistle", "theft", excluded);
  const sealed = await sealReport(directory, keys, drawCase(directory, systemRng), holders, REPORT, systemRng);
  return { office, directory, keys, sealed };
}

async function grantOf({ office, directory }: Start, member: string, packet: Uint8Array): Promise<Grant> {
  const grant = await openGrant(keysOf(office, member), packet, directory);
  assert.ok(grant !== null);
  return grant;
}

async function firstView(begun: Start, member: string, items: readonly unknown[]): Promise<CaseView> {
  const grant = await grantOf(begun, member, b64decode(begun.sealed.submission.grant));
  return readCase(begun.directory, grant, items);
}

async function reread({ directory, keys }: Start, memo: unknown, items: readonly unknown[]): Promise<Mailbox> {
  const opened = await openMailbox(keys, { memo: memo as never, draft: null, items: items as never });
  return readMailbox(directory, keys, opened);
}

const stage = (name: string) => (error: unknown) => (error as { stage?: string }).stage === name;

test("a holder reads the report and answers, and the reporter reads the answer", async () => {
  const begun = await start();
  const { submission } = begun.sealed;
  const view = await firstView(begun, "an", [submission.item]);
  assert.deepEqual(marks(view.entries), [null]);
  assert.equal((view.entries[0]?.content?.payload as { account: string }).account, REPORT.account);
  const staff = keysOf(begun.office, "an");
  const reply = await sealReply(staff, begun.directory, view, { text: "收到", attachments: [] }, systemRng);
  const status = await sealStatus(staff, begun.directory, reply.view, { stage: "accepted", next: null, due: "2026-12-24", text: "" }, systemRng);
  const mailbox = await reread(begun, submission.memo, [reply.item, status.item]);
  assert.deepEqual([marks(mailbox.entries), mailbox.alarms], [[null, null], []]);
  assert.equal(texts(mailbox.entries)[0], "收到");
});

test("each keeper's seat is named, with whether this very directory carries the signature", async () => {
  const { office } = await start();
  const ids = office.keepers.map(({ id }) => id);
  const text = office.note.slice(0, office.note.lastIndexOf("\n\n") + 1);
  const shown = async (by: readonly string[]) =>
    (await openDirectory(office.code, office.roots, signNote(text, office.keepers.filter(({ id }) => by.includes(id))), TODAY)).keepers;
  assert.deepEqual((await shown(ids)).map(({ seat, signed }) => [seat.en, signed]), ids.map((id) => [id, true]));
  assert.deepEqual((await shown(ids.slice(1))).map(({ signed }) => signed), ids.map((_, at) => at > 0));
});

test("a directory is opened in turns: the page may paint and hear its buttons before each signature", async () => {
  const { office } = await start();
  const signatures = [...office.roots, office.note].join("").split("\n").filter((line) => line.startsWith("— ")).length;
  let turns = 0;
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    turns += 1;
    port2.postMessage(null);
  };
  port2.postMessage(null);
  const { directory } = await openDirectory(office.code, office.roots, office.note, TODAY);
  port1.close();
  port2.close();
  assert.equal(directory.hash, directoryOf(office).hash);
  assert.ok(signatures >= 4 && turns >= signatures, `${turns} turns beside ${signatures} signatures`);
});

test("a key that is read ahead is as wrong afterwards as before", async () => {
  const { directory } = await start();
  const right = directory.content.recovery;
  const wrong = right.slice(0, -1) + (right.endsWith("q") ? "p" : "q");
  for (const text of [right, wrong, `${right}\n`]) atOnce(recipientsAhead(JSON.stringify([text])));
  assert.equal(readRecipient(right), right);
  for (const text of [wrong, `${right}\n`, right.toUpperCase()]) assert.throws(() => readRecipient(text), /not a key/);
});

test("what refuses a directory at once refuses it in turns", async () => {
  const { office } = await start();
  const altered = office.note.replace("office", "0ffice");
  const stage = (error: unknown): string => (error as { stage: string }).stage;
  for (const [code, note, today] of [[office.code, altered, TODAY], [office.code, office.note, "2030-01-01"], ["7K3M-Q2XF-9T0A-HV5C-JB86", office.note, TODAY]] as const) {
    let refused = "";
    try {
      verifyDirectory(code, office.roots, note, today);
    } catch (error) {
      refused = stage(error);
    }
    await assert.rejects(openDirectory(code, office.roots, note, today), (error) => stage(error) === refused && refused !== "");
  }
});

test("an excluded member's grant does not open, and a member who isn't there gets nothing", async () => {
  const begun = await start(["bo"]);
  const packet = b64decode(begun.sealed.submission.grant);
  assert.equal(await openGrant(keysOf(begun.office, "bo"), packet, begun.directory), null);
  assert.equal((await grantOf(begun, "an", packet)).epoch, 0);
});

test("messages, acts and the finishing post are verified at the desk, in their order", async () => {
  const begun = await start();
  const { directory, keys } = begun;
  const kept = await sealReceiptConfirmed(directory, keys, begun.sealed.mailbox, systemRng);
  const message = await sealMessage(directory, keys, kept.mailbox, "more", [], systemRng);
  const act = await sealAct(directory, keys, message.mailbox, "appeal", "no", systemRng);
  const items = [begun.sealed.submission.item, kept.post.item, message.post.item, act.post.item];
  const view = await firstView(begun, "bo", items);
  assert.deepEqual(marks(view.entries), [null, null, null, null]);
  assert.equal(act.post.hint, "appeal");
  const dropped = await firstView(begun, "bo", [items[0], items[2], items[3]]);
  assert.deepEqual(marks(dropped.entries), [null, "missing", null, null]);
  const again = await firstView(begun, "bo", [items[0], items[1], items[1], items[2]]);
  assert.deepEqual(marks(again.entries), [null, null, "replayed", null]);
});

test("after a holder is removed the next message reaches only the colleague", async () => {
  const begun = await start();
  const view = await firstView(begun, "an", [begun.sealed.submission.item]);
  const staff = keysOf(begun.office, "an");
  await assert.rejects(sealRegrant(staff, begun.directory, view, ["bo"], systemRng), stage("successor"));
  const bo = await firstView(begun, "bo", [begun.sealed.submission.item]);
  const regrant = await sealRegrant(keysOf(begun.office, "bo"), begun.directory, bo, ["bo"], systemRng);
  const mailbox = await reread(begun, begun.sealed.submission.memo, [regrant.item]);
  assert.deepEqual([mailbox.epoch, mailbox.holders, marks(mailbox.entries)], [1, ["bo"], [null]]);
  const { post } = await sealMessage(begun.directory, begun.keys, mailbox, "for bo", [], systemRng);
  const items = [begun.sealed.submission.item, regrant.item, post.item];
  const colleague = await readCase(begun.directory, (await grantOf(begun, "bo", regrant.packet)).withHistory(regrant.history), items);
  assert.deepEqual(marks(colleague.entries), [null, null, null]);
  const former = await readCase(begun.directory, view.grant, items);
  assert.deepEqual(former.entries.map((entry) => entry.content?.type ?? null), [null, "report", null]);
  assert.equal(await openGrant(staff, regrant.packet, begun.directory), null);
});

test("a reporter who could not read of a re-grant is told again, until writing under the new key", async () => {
  const begun = await start();
  const bo = await firstView(begun, "bo", [begun.sealed.submission.item]);
  await assert.rejects(async () => resendNotice(bo, { day: TODAY, sequence: 1, binding: "", signatures: [] }, systemRng), stage("epoch"));
  assert.deepEqual([isNoticeMissing(bo), isFollowed(bo)], [false, true]);
  const regrant = await sealRegrant(keysOf(begun.office, "bo"), begun.directory, bo, ["bo"], systemRng);
  const spoiled = { ...regrant.item, mac: begun.sealed.submission.item.mac };
  const grant = (await grantOf(begun, "bo", regrant.packet)).withHistory(regrant.history);
  const untold = await readCase(begun.directory, grant, [begun.sealed.submission.item, spoiled]);
  assert.deepEqual([isNoticeMissing(untold), isFollowed(untold)], [true, false]);
  const again = await resendNotice(untold, regrant.proof, systemRng);
  const mailbox = await reread(begun, begun.sealed.submission.memo, [spoiled, again.item]);
  assert.deepEqual([mailbox.epoch, marks(mailbox.entries)], [1, ["forged", null]]);
  const { post } = await sealMessage(begun.directory, begun.keys, mailbox, "for bo", [], systemRng);
  const told = await readCase(begun.directory, grant, [begun.sealed.submission.item, spoiled, again.item]);
  assert.deepEqual([isNoticeMissing(told), isFollowed(told)], [false, false]);
  const garbled = told.entries.map((entry) => (entry.dir === "to-office" ? { ...entry, seen: again.item.seq } : entry));
  assert.equal(isNoticeMissing({ ...told, grant, entries: garbled, thread: told.thread } as unknown as CaseView), true);
  const followed = await readCase(begun.directory, grant, [begun.sealed.submission.item, spoiled, again.item, post.item]);
  assert.deepEqual([isNoticeMissing(followed), isFollowed(followed)], [false, true]);
});

test("of two changes of which none reached the reporter both are told again, the first one first", async () => {
  const begun = await start();
  const { directory, sealed: { submission } } = begun;
  const nobody = await firstView(begun, "bo", [submission.item]);
  const one = await sealRegrant(keysOf(begun.office, "bo"), directory, nobody, ["bo"], systemRng);
  const first = (await grantOf(begun, "bo", one.packet)).withHistory(one.history);
  const two = await sealRegrant(keysOf(begun.office, "bo"), directory, await readCase(directory, first, [submission.item, one.item]), ["bo"], systemRng);
  const second = (await grantOf(begun, "bo", two.packet)).withHistory(two.history);
  const items = [submission.item, one.item, two.item];
  const view = await readCase(directory, second, items);
  assert.deepEqual(unannouncedEpochs(view), []);
  // What the reporter wrote under the first key had seen the first notice: it was garbled for them.
  const entries = view.entries.map((entry) => (entry.dir === "to-office" ? { ...entry, seen: 1 } : entry));
  assert.deepEqual(unannouncedEpochs({ grant: second, entries, thread: view.thread } as unknown as CaseView), [1, 2]);
  const again = await resendNotice(view, two.proof, systemRng, 1);
  const last = await resendNotice(again.view, two.proof, systemRng, 2);
  const mailbox = await reread(begun, submission.memo, [again.item, last.item]);
  assert.deepEqual([mailbox.epoch, marks(mailbox.entries)], [2, ["missing", null, null]]);
  await assert.rejects(async () => resendNotice(view, two.proof, systemRng, 3), stage("epoch"));
});

test("a re-grant to somebody excluded is refused, and so is one that a careless colleague made", async () => {
  const begun = await start(["chen"]);
  const view = await firstView(begun, "an", [begun.sealed.submission.item]);
  const staff = keysOf(begun.office, "an");
  await assert.rejects(sealRegrant(staff, begun.directory, view, ["an", "chen"], systemRng), stage("excluded"));
  const next = await sealRegrant(staff, begun.directory, view, ["an", "bo"], systemRng, ["ding"]);
  assert.deepEqual(next.grant.excluded, ["chen", "ding"]);
});

test("a grant that forgets whom the report excludes opens for nobody, though it is rightly signed and nothing is pinned", async () => {
  const begun = await start(["chen"]);
  const items = [begun.sealed.submission.item];
  const view = await firstView(begun, "an", items);
  const body = { ...view.grant.body, excluded: [] };
  const careless = await readCase(begun.directory, new Grant(body, view.grant.hash, view.grant.bucket), []);
  const made = await sealRegrant(keysOf(begun.office, "an"), begun.directory, careless, ["an", "chen"], systemRng);
  const opened = (await grantOf(begun, "chen", made.packet)).withHistory(made.history);
  await assert.rejects(readCase(begun.directory, opened, [...items, made.item]), (error: unknown) => error instanceof ExclusionMissing && error.excluded.includes("chen"));
  await assert.rejects(openGrant(keysOf(begun.office, "an"), made.packet, begun.directory, view.grant.pin), stage("excluded"));
});

test("a first note needs the office key, which one holder makes once, and no reporter reads it", async () => {
  const begun = await start([], 2);
  const { directory } = begun;
  const { item: report, memo } = begun.sealed.submission;
  const view = await firstView(begun, "an", [report]);
  const staff = keysOf(begun.office, "an");
  const words = { text: "internal", attachments: [] };
  assert.ok(view.needsOfficeKey);
  await assert.rejects(sealNote(staff, directory, view, words, systemRng), stage("epoch"));
  const key = await sealOfficeKey(staff, directory, view, systemRng);
  const keyed = await firstView(begun, "an", [report, key.item]);
  assert.ok(!keyed.needsOfficeKey && keyed.office !== null);
  await assert.rejects(sealOfficeKey(staff, directory, keyed, systemRng), stage("epoch"));
  const note = await sealNote(staff, directory, keyed, words, systemRng);
  const items = [report, key.item, note.item];
  assert.deepEqual(marks((await firstView(begun, "bo", items)).entries), [null, null, null]);
  assert.deepEqual((await reread(begun, memo, [key.item, note.item])).entries, []);
});

test("the first re-grant carries the office key on, and a second signer compares it", async () => {
  const begun = await start([], 2);
  const { directory } = begun;
  const { item: report } = begun.sealed.submission;
  const [an, bo] = [keysOf(begun.office, "an"), keysOf(begun.office, "bo")];
  const bare = await firstView(begun, "an", [report]);
  const { item: key } = await sealOfficeKey(an, directory, bare, systemRng);
  const own = await grantOf(begun, "bo", b64decode(begun.sealed.submission.grant));
  const early = await sealRegrant(an, directory, bare, ["an", "bo"], systemRng);
  await assert.rejects(cosignRegrant(bo, early, directory, own, [report, key]), stage("successor"));
  const view = await firstView(begun, "an", [report, key]);
  const made = await sealRegrant(an, directory, view, view.grant.holders, systemRng);
  assert.equal(made.grant.body.office_seed, view.office?.write());
  await cosignRegrant(bo, made, directory, own, [report, key]);
  const fewer = view.grant.holders.filter((id) => id !== "an");
  const without = await sealRegrant(bo, directory, await firstView(begun, "bo", [report, key]), fewer, systemRng);
  assert.notEqual(without.grant.body.office_seed, view.office?.write());
  assert.equal(without.grant.past?.[0]?.office_seed, view.office?.write());
});

test("two signatures are asked for where the directory asks for two, and two successors are told apart", async () => {
  const begun = await start([], 2);
  const view = await firstView(begun, "an", [begun.sealed.submission.item]);
  const regrant = await sealRegrant(keysOf(begun.office, "an"), begun.directory, view, ["an", "bo"], systemRng);
  assert.equal(regrant.missing, 1);
  const bo = keysOf(begun.office, "bo");
  const own = await grantOf(begun, "bo", b64decode(begun.sealed.submission.grant));
  const cosigned = (made: Regrant) => cosignRegrant(bo, made, begun.directory, own, [begun.sealed.submission.item]);
  const proof = await cosigned(regrant);
  const opened = await openGrant(bo, regrant.packet, begun.directory, view.grant.pin);
  assert.ok(opened);
  assert.throws(() => checkProof(begun.directory, opened, regrant.proof, own), stage("signature"));
  assert.throws(() => checkProof(begun.directory, opened, null, own), stage("signature"));
  checkProof(begun.directory, opened, proof, own);
  const second = await sealRegrant(keysOf(begun.office, "an"), begun.directory, view, ["an", "bo"], systemRng);
  await cosigned(second);
  await assert.rejects(openGrant(bo, second.packet, begun.directory, opened.pin), stage("successor"));
  await assert.rejects(openGrant(keysOf(begun.office, "an"), b64decode(begun.sealed.submission.grant), begun.directory, opened.pin), stage("epoch"));
});

test("a keyring entry gives the grant back to its member alone", async () => {
  const begun = await start();
  const view = await firstView(begun, "an", []);
  const entry = await sealKeyringEntry(keysOf(begun.office, "an"), view.grant, systemRng);
  assert.deepEqual((await openKeyringEntry(keysOf(begun.office, "an"), entry)).pin, view.grant.pin);
  await assert.rejects(openKeyringEntry(keysOf(begun.office, "bo"), entry), stage("mac"));
  await assert.rejects(openKeyringEntry(keysOf(begun.office, "an"), { ...entry, seq: 2 }), stage("mac"));
});

test("a changed receipt goes on in a new mailbox, and staff answer to it", async () => {
  const begun = await start();
  const view = await firstView(begun, "an", [begun.sealed.submission.item]);
  const reply = await sealReply(keysOf(begun.office, "an"), begun.directory, view, { text: "one", attachments: [] }, systemRng);
  const mailbox = await reread(begun, begun.sealed.submission.memo, [reply.item]);
  const fresh = await drawReporter(begun.office);
  const change = await sealReceiptChange(begun.directory, begun.keys, mailbox, fresh, systemRng);
  const act = await sealAct(begun.directory, fresh, change.mailbox, "confirm", "", systemRng);
  const items = [begun.sealed.submission.item, change.post.item, act.post.item, reply.item];
  const desk = await firstView(begun, "an", items);
  assert.deepEqual(marks(desk.entries), [null, null, null, null]);
  const answer = await sealReply(keysOf(begun.office, "an"), begun.directory, desk, { text: "two", attachments: [] }, systemRng);
  const moved = { ...begun, keys: fresh };
  const after = await reread(moved, act.post.memo, [answer.item]);
  assert.deepEqual([texts(after.entries), marks(after.entries), after.alarms], [["two"], [null], []]);
  await assert.rejects(openMailbox(begun.keys, { memo: change.post.moved?.memo as never, draft: null, items: [] }).then((found) => readMailbox(begun.directory, begun.keys, found)), stage("schema"));
});

test("a withheld answer and a rolled back memo raise alarms", async () => {
  const begun = await start();
  const view = await firstView(begun, "an", [begun.sealed.submission.item]);
  const staff = keysOf(begun.office, "an");
  const reply = await sealReply(staff, begun.directory, view, { text: "one", attachments: [] }, systemRng);
  const mailbox = await reread(begun, begun.sealed.submission.memo, [reply.item]);
  const sent = await sealMessage(begun.directory, begun.keys, mailbox, "two", [], systemRng);
  assert.deepEqual((await reread(begun, sent.post.memo, [])).alarms, ["withheld"]);
  const desk = await firstView(begun, "an", [begun.sealed.submission.item, sent.post.item, reply.item]);
  const next = await sealReply(staff, begun.directory, desk, { text: "three", attachments: [] }, systemRng);
  assert.deepEqual((await reread(begun, begun.sealed.submission.memo, [reply.item, next.item])).alarms, ["memo-rolled-back"]);
  const deskOnly = await firstView(begun, "an", [begun.sealed.submission.item, sent.post.item]);
  assert.deepEqual(deskOnly.alarms, ["withheld"]);
});
