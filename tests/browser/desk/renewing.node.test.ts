// A page that is closed in the middle of a renewal: the next one goes on, and nothing is sealed again twice.

import assert from "node:assert/strict";
import test from "node:test";
import { chooseHolders, drawCase, sealReport, systemRng } from "../../../crypto/index.js";
import type { Grant } from "../../../crypto/case/grant.js";
import { type StaffKeys, b64decode, drawStaffSeed, openGrant, openKeyringEntry, sealKeyringEntry, staffKeys } from "../../../crypto/staff.js";
import { renewCases } from "../../../templates/desk/passkeys/rotation.js";
import type { Steps } from "../../../templates/desk/steps.js";
import type { Vault } from "../../../templates/desk/opened/vault.js";
import { type Office, directoryOf, drawOffice, drawReporter, keysOf, noteText, signNote } from "../crypto/office.js";

const REPORT = { language: "zh", channel: "web", level: "anonymous", account: "仓库的账不对", answers: [], attachments: [], urgent: false, release: null } as const;
const [ONE, TWO] = ["A".repeat(22), `AQ${"A".repeat(20)}`] as const;
const CASES = [ONE, TWO];

/** A row of the list, as the desk serves it. */
const listed = (id: string) => ({
  case: id, entity: "plant", policy: "whistle", version: "1", day: "2026-11-28", stage: "received", epoch: 0, urgent: false, taken_by: [],
  head: { n: 0, hash: "A".repeat(43) }, last: { to_office: 1, to_reporter: 0 },
  standing: { ended: false, waiting: false, owner: null, deputy: null, next_due: null },
});

/** The page is gone. */
class Closed extends Error {}

/** A grant to a member, as it lies at the desk, and the keyring entry that pins it. */
interface Sealed {
  readonly packet: string;
  readonly keyring: unknown;
  readonly grant: Grant;
}

async function sealedTo(office: Office, staff: StaffKeys): Promise<Sealed> {
  const directory = directoryOf(office);
  const made = await sealReport(directory, await drawReporter(office), drawCase(directory, systemRng), chooseHolders(directory, "plant", "whistle", "theft", []), REPORT, systemRng);
  const packet = made.submission.grant;
  const grant = await openGrant(staff, b64decode(packet), directory);
  assert.ok(grant !== null);
  return { packet, keyring: await sealKeyringEntry(staff, grant, systemRng), grant };
}

/** The same office after the keepers have signed other keys of a member. */
function withKeys(office: Office, staff: StaffKeys): Office {
  const members = (office.document["members"] as { id: string }[]).map((one) => (one.id === staff.member ? { ...one, recipient: staff.recipient, signing: staff.signing } : one));
  const document = { ...office.document, members, sequence: 4 };
  return { ...office, document, note: signNote(noteText("directory", office.id, 4, document), office.keepers.slice(1)) };
}

const office = drawOffice();
const alone = staffKeys(drawStaffSeed(systemRng), { office: office.id, member: "an" });
const former = await sealedTo(office, keysOf(office, "an"));
const renewed = await sealedTo(withKeys(office, alone), alone);

/** A desk with some cases, and a page that is closed at one of its calls. */
class Desk {
  readonly packets = new Map(CASES.map((id) => [id, former.packet]));
  readonly keyrings = new Map<string, unknown>(CASES.map((id) => [id, former.keyring]));
  renewals = 0;
  calls = 0;
  waiting = "";

  constructor(public closesAt: number) {}

  async run(): Promise<{ done: number; left: number }> {
    globalThis.fetch = () => Promise.resolve(new Response(JSON.stringify({ cases: CASES.map(listed), next: null })));
    return renewCases(this.vault(), this.steps(), alone, () => undefined);
  }

  private tick(): void {
    this.calls += 1;
    if (this.calls === this.closesAt) throw new Closed();
  }

  private vault(): Vault {
    let id = "";
    const page = {
      openWhole: (wanted: string) => {
        this.tick();
        id = wanted;
        return Promise.resolve({ packet: this.packets.get(wanted), keyring: this.keyrings.get(wanted), proposal: this.waiting === wanted ? {} : null });
      },
      // As of every case that was opened, nothing sealed is kept.
      held: () => ({ file: { packet: "", keyring: null, proposal: null }, view: { grant: renewed.grant } }),
      pin: async (grant: Grant) => {
        this.tick();
        this.keyrings.set(id, await sealKeyringEntry(alone, grant, systemRng));
        this.tick();
      },
    };
    return page as unknown as Vault;
  }

  private steps(): Steps {
    const renew = async (id: string): Promise<boolean> => {
      this.tick();
      this.renewals += 1;
      this.packets.set(id, renewed.packet);
      // Between the grant and the keyring, and behind both.
      this.tick();
      this.keyrings.set(id, renewed.keyring);
      this.tick();
      return Promise.resolve(true);
    };
    return { renew } as unknown as Steps;
  }
}

async function endsRight(desk: Desk): Promise<void> {
  desk.closesAt = 0;
  assert.deepEqual(await desk.run(), { done: CASES.length, left: 0 });
  assert.deepEqual([...desk.packets.values()], CASES.map(() => renewed.packet));
  for (const entry of desk.keyrings.values()) assert.equal((await openKeyringEntry(alone, entry)).hash, renewed.grant.hash);
  assert.equal(desk.renewals, CASES.length);
}

test("closed at each of its calls and opened again, every case ends under the new key, each sealed again once", async () => {
  const whole = new Desk(0);
  await endsRight(whole);
  assert.equal(whole.calls, CASES.length * 4);
  for (let at = 1; at <= whole.calls; at += 1) {
    const desk = new Desk(at);
    await assert.rejects(desk.run(), Closed, `call ${at}`);
    await endsRight(desk);
  }
});

test("a case whose renewal waits for a second signature is left, and the others are not held up", async () => {
  const desk = new Desk(0);
  desk.waiting = TWO;
  assert.deepEqual(await desk.run(), { done: 1, left: 1 });
  desk.waiting = "";
  assert.deepEqual(await desk.run(), { done: 2, left: 0 });
});
