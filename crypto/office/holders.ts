/** Who may open a report (SPEC §5, choose_holders). */

import type { DirectoryDocument, Entity, HoldersRow, Member } from "./directoryshape.js";
import { VerifiedDirectory } from "./directory.js";
import { refuse } from "../errors.js";
import { type Rng, shuffled } from "../randomness.js";
import type { Name } from "../shape.js";
import { Identity, type Recipient } from "../sealing/xwing.js";

export const BUCKETS: readonly number[] = [8, 16, 32];
const SMALL_OFFICE = 3;
/** Places for colleagues who join a case later. */
const SPARE = 2;
const PROOF = Symbol("chosen");

interface Choice {
  readonly directory: VerifiedDirectory;
  readonly entity: Name;
  readonly policy: Name;
  readonly category: Name;
  readonly members: readonly Member[];
  readonly excluded: readonly Name[];
  readonly bucket: number;
  /** Outside holders took the place of the office's own (提级办理). */
  readonly escalated: boolean;
}

/** The members who will be able to open, and how large the grant looks, no matter who they are; made by chooseHolders only. */
export class Holders {
  readonly #choice: Choice;

  constructor(proof: symbol, choice: Choice) {
    if (proof !== PROOF) refuse("directory", "only chooseHolders makes Holders");
    this.#choice = choice;
  }

  get choice(): Choice {
    return this.#choice;
  }

  get members(): readonly Member[] {
    return this.#choice.members;
  }

  get ids(): Name[] {
    return this.#choice.members.map((member) => member.id);
  }

  get escalated(): boolean {
    return this.#choice.escalated;
  }
}

function rowOf(directory: VerifiedDirectory, entity: Name, policy: Name, category: Name): HoldersRow {
  const rows = directory.content.holders.filter((row) => row.entity === entity && row.policy === policy);
  const of = (wanted: string): HoldersRow | undefined => rows.find((row) => row.category === wanted);
  return of(category) ?? of("*") ?? refuse("schema", "the directory names no holders for this");
}

function valid(directory: VerifiedDirectory, ids: readonly Name[]): Member[] {
  return ids.flatMap((id) => directory.validMember(id) ?? []);
}

/** The entity and its superiors, nearest first. */
function upwards(directory: VerifiedDirectory, entity: Name): Entity[] {
  const found: Entity[] = [];
  for (let at: Name | null = entity; at !== null && !found.some((place) => place.id === at); at = (found.at(-1) as Entity).superior) {
    found.push(directory.entity(at));
  }
  return found;
}

/** The outside holders of the entity, or of the nearest superior that has any left. */
function outsideOf(directory: VerifiedDirectory, entity: Name, excluded: ReadonlySet<Name>): Member[] {
  const left = upwards(directory, entity).map((place) => valid(directory, place.outside).filter((member) => !excluded.has(member.id)));
  return left.find((members) => members.length > 0) ?? refuse("excluded", "nobody is left who could open this report");
}

/** The outside holders of an entity and its superiors; none for an unknown entity. */
export function outsideIds(directory: VerifiedDirectory, entity: Name): Name[] {
  if (!directory.content.entities.some((place) => place.id === entity)) return [];
  return upwards(directory, entity).flatMap((place) => place.outside);
}

/** The last superior of an entity, which names its group; where superiors go in a circle, the first of its names. */
function groupOf({ entities }: DirectoryDocument, entity: Name): Name {
  const superior = new Map(entities.map((one) => [one.id, one.superior]));
  const seen: Name[] = [];
  let at: Name | null = entity;
  for (; at !== null && !seen.includes(at); at = superior.get(at) ?? null) seen.push(at);
  return at === null ? (seen.at(-1) as Name) : (seen.slice(seen.indexOf(at)).sort()[0] as Name);
}

function placesOf(content: DirectoryDocument, member: Name): Name[] {
  const rows = content.holders.filter((row) => row.members.includes(member)).map((row) => row.entity);
  return [...rows, ...content.entities.filter((one) => one.outside.includes(member)).map((one) => one.id)];
}

/**
 * Whether a grant of that entity gets to a member: the desk hands out the batches of whole groups. A member without any place gets
 * those of a home that the directory does not tell: such a one is taken to be. For changes of readers that were made before; for a
 * new one see `hasPlace`.
 */
export function isWithinReach(content: DirectoryDocument, member: Name, entity: Name): boolean {
  return placesOf(content, member).length === 0 || hasPlace(content, member, entity);
}

/** Whether the directory gives a member a place in the entity's group, by a row or from outside, or oversight. */
export function hasPlace(content: DirectoryDocument, member: Name, entity: Name): boolean {
  const groups = placesOf(content, member).map((place) => groupOf(content, place));
  return content.oversight.includes(member) || groups.includes(groupOf(content, entity));
}

/** The smallest bucket that holds `count` recipients. */
export function bucketFor(count: number): number {
  return BUCKETS.find((bucket) => count <= bucket) ?? refuse("stanzas", "more than 32 recipients");
}

/**
 * The one bucket of every grant of an entity: nobody's size tells of which category or group a report is. Counted by the directory alone,
 * anyone who is valid today, so that it is the same for all who have this directory; the largest for an entity that it no longer names.
 */
export function bucketOf(directory: VerifiedDirectory, entity: Name): number {
  if (!directory.content.entities.some((place) => place.id === entity)) return 32;
  // Those outside stand beside a row as recipients of a re-grant, or one place's alone in its stead.
  const [own = 0, ...above] = upwards(directory, entity).map((place) => place.outside.length);
  const rows = directory.content.holders.filter((row) => row.entity === entity).map((row) => row.members.length);
  const most = Math.max(Math.max(0, ...rows) + own, ...above) + 1;
  return bucketFor(Math.max(most, Math.min(most + SPARE, 32)));
}

/** The members who would open by default, in whom the reporter may tick people to leave out. */
export function eligibleHolders(directory: VerifiedDirectory, entity: Name, policy: Name, category: Name): Member[] {
  const row = rowOf(directory, entity, policy, category);
  return valid(directory, row.members.filter((id) => !row.left_out.includes(id)));
}

/** The holders of a report; refused at `excluded` when nobody is left. */
export function chooseHolders(directory: VerifiedDirectory, entity: Name, policy: Name, category: Name, excluded: readonly Name[]): Holders {
  VerifiedDirectory.checkCurrent(directory);
  const unwanted = new Set(excluded);
  const eligible = eligibleHolders(directory, entity, policy, category);
  const granted = eligible.filter((member) => !unwanted.has(member.id));
  // In a small office a grant that does not open would tell the excluded person what it is about.
  const small = eligible.length <= SMALL_OFFICE && granted.length < eligible.length;
  const escalated = small || granted.length === 0;
  const members = escalated ? outsideOf(directory, entity, unwanted) : granted;
  const bucket = bucketOf(directory, entity);
  return new Holders(PROOF, { directory, entity, policy, category, members, excluded: [...unwanted].sort(), bucket, escalated });
}

/** The recipients and throw-away ones up to `bucket`, in shuffled order. */
export function fillBucket(recipients: readonly Recipient[], bucket: number, rng: Rng): Recipient[] {
  if (recipients.length > bucket) refuse("stanzas", "more recipients than the bucket holds");
  const extra = Array.from({ length: bucket - recipients.length }, () => Identity.draw(rng).recipient);
  return shuffled(rng, [...recipients, ...extra]);
}
