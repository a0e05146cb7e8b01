/** A change of keys in this browser: where it stands, its beginning, and the renewal of every case (SPEC §8). */

import {
  CryptoError, ExclusionMissing, type NextKeys, Secret, type StaffKeys, type Unlocking, type VerifiedDirectory, b64decode, drawStaffSeed, nextKeysShape, openKeyringEntry, proposeKeys,
  seedsInForce, signinSecret, staffKeys, systemRng, unwrapStaffSeed, wrapStaffSeed,
} from "../../../crypto/staff.js";
import { concat } from "../../../crypto/framing.js";
import { readPacket } from "../../../crypto/case/grantbody.js";
import { openGrantBody } from "../../../crypto/case/grant.js";
import { SEEDS, eachSeed } from "../../../crypto/keys/staff.js";
import { type CaseRow, DeskRefusal, cases, rotation, session } from "../api.js";
import type { Steps } from "../steps.js";
import { forgetTabSeed } from "../tabseed.js";
import type { Vault } from "../opened/vault.js";

type Progress = (done: number) => void;
/** Of the progress that a person sees, what the derivations take; the cases take the rest. */
const DERIVING = 0.4;
const DERIVATIONS = 4;

/** Where a change of keys stands, by what the verified directory says; `unknown`: keys wait that none of these seeds gives. */
export type RotationStatus = "none" | "waiting" | "signed" | "former" | "unknown";

export function stageOf(staff: StaffKeys, waiting: NextKeys | null): RotationStatus {
  if (waiting === null) return staff.others.length > 0 ? "former" : "none";
  const gives = (keys: StaffKeys): boolean => keys.signing === waiting.signing && keys.recipient === waiting.recipient;
  if (gives(staff)) return "signed";
  return staff.others.some(gives) ? "waiting" : "unknown";
}

/** What waits for the keepers, as the server tells it. */
export async function waitingKeys(): Promise<NextKeys | null> {
  const told = (await session.me()).next_keys;
  return told === null ? null : nextKeysShape(told);
}

/** Places to which things lie sealed that nobody seals again. */
export function storedFor({ content }: VerifiedDirectory, member: string): boolean {
  const seats = content.entities.flatMap(({ watch }) => (watch === null ? [] : [...watch.inside, ...watch.outside]));
  return [...content.custodians.members, ...content.oversight, ...seats].includes(member);
}

/** The day up to which a page may still seal to a former key; null once it is past. */
export function sealedUntil(directory: VerifiedDirectory, member: string): string | null {
  const last = directory.member(member)?.former.at(-1)?.expires ?? "";
  return last >= directory.today ? last : null;
}

/** The seeds as the server keeps them, opened by what was typed, that of the directory first. */
async function seedsOf(vault: Vault, right: Unlocking, progress: Progress): Promise<Secret> {
  const { office, member } = vault.staff;
  const seeds = await unwrapStaffSeed((await session.me()).wrapped_key, right, { office, member }, progress);
  return seedsInForce(seeds, vault.directory, member);
}

/** New keys, proven and handed in, with both seeds wrapped under the same secrets; gives the public ones. */
export async function begin(vault: Vault, right: Unlocking, progress: Progress): Promise<NextKeys> {
  const { office, member } = vault.staff;
  const step = (before: number): Progress => (done) => progress((before + done) / 3);
  const seeds = await seedsOf(vault, right, step(0));
  if (eachSeed(seeds).length >= SEEDS) throw new CryptoError("schema", "too many former keys are kept");
  const seed = drawStaffSeed(systemRng);
  const keys = proposeKeys(staffKeys(seeds, { office, member }), staffKeys(seed, { office, member }));
  const both = new Secret(concat(seeds.reveal(), seed.reveal()));
  const wrapped_key = await wrapStaffSeed(both, right, { office, member }, systemRng, step(1));
  const secret = await signinSecret(right, { office, member }, step(2));
  for (const used of [seeds, seed, both]) used.reveal().fill(0);
  // A reloaded page would hold the present seed alone.
  forgetTabSeed();
  await rotation.propose({ secret, keys, wrapped_key });
  return keys;
}

/** What became of a renewal. */
export interface Renewed {
  readonly done: number;
  readonly left: number;
  readonly forgotten: boolean;
}

/** Every own case sealed to the new key, one after the other; then the former seeds go, if nothing needs them. May be broken off and done again. */
export async function renewAll(vault: Vault, steps: Steps, right: Unlocking, forget: boolean, progress: Progress): Promise<Renewed> {
  const { office, member } = vault.staff;
  const step = (before: number): Progress => (done) => progress((DERIVING * (before + done)) / DERIVATIONS);
  const seeds = await seedsOf(vault, right, step(0));
  const first = eachSeed(seeds)[0] as Secret;
  const alone = staffKeys(first, { office, member });
  const secret = await signinSecret(right, { office, member }, step(1));
  // 1. Taken up as soon as the directory names them; the former seeds stay beside them.
  await rotation.take({ secret, wrapped_key: await wrapStaffSeed(seeds, right, { office, member }, systemRng, step(2)) });
  // 2. Case by case.
  const { done, left } = await renewCases(vault, steps, alone, (part) => progress(DERIVING + (1 - DERIVING) * part));
  // 3. Forgotten, where nothing needs them any more.
  const needed = sealedUntil(vault.directory, member) !== null || storedFor(vault.directory, member);
  const forgotten = left === 0 && (forget || !needed);
  // The tab holds former seeds as well.
  forgetTabSeed();
  if (forgotten) await rotation.take({ secret, wrapped_key: await wrapStaffSeed(first, right, { office, member }, systemRng) });
  seeds.reveal().fill(0);
  return { done, left, forgotten };
}

/** Each own case in turn: how many open with the new key alone now, and how many still need a former one. */
export async function renewCases(vault: Vault, steps: Steps, alone: StaffKeys, progress: Progress): Promise<{ done: number; left: number }> {
  const rows = await allRows();
  let [done, left] = [0, 0];
  for (const [at, row] of rows.entries()) {
    if (await renewCase(vault, steps, alone, row)) done += 1;
    else left += 1;
    progress((at + 1) / rows.length);
  }
  return { done, left };
}

/** True once the case and the own keyring entry open with the new key alone; false where a former one is still needed. */
async function renewCase(vault: Vault, steps: Steps, alone: StaffKeys, row: CaseRow): Promise<boolean> {
  try {
    const file = await vault.openWhole(row.case);
    if (!(await opensFor(alone, file.packet))) {
      if (file.proposal !== null || !(await steps.renew(row.case))) return false;
    } else if (!(await pinnedFor(alone, file.keyring))) {
      await vault.pin(vault.held(row.case).view.grant);
    }
    return true;
  } catch (error) {
    // Anyone who must not know of the case passes it by: it is not theirs to renew.
    if (error instanceof ExclusionMissing && error.excluded.includes(alone.member)) return true;
    if (error instanceof CryptoError || (error instanceof DeskRefusal && error.status < 500 && error.status !== 401)) return false;
    throw error;
  }
}

async function opensFor(alone: StaffKeys, packet: string): Promise<boolean> {
  try {
    await openGrantBody(readPacket(b64decode(packet)), alone.identity);
    return true;
  } catch (error) {
    if (error instanceof CryptoError && error.stage === "no-match") return false;
    throw error;
  }
}

async function pinnedFor(alone: StaffKeys, entry: unknown): Promise<boolean> {
  try {
    await openKeyringEntry(alone, entry);
    return true;
  } catch {
    return false;
  }
}

async function allRows(): Promise<CaseRow[]> {
  const found = new Map<string, CaseRow>();
  for (let after: string | null = ""; after !== null;) {
    const page: Awaited<ReturnType<typeof cases.page>> = await cases.page("all", after === "" ? null : after);
    const fresh = page.cases.filter((row) => !found.has(row.case));
    for (const row of fresh) found.set(row.case, row);
    // A page that has nothing new and names one behind it would do so for ever.
    after = fresh.length === 0 ? null : page.next;
  }
  return [...found.values()];
}
