/** Root and directory documents: their shapes, and that a directory is whole in itself (SPEC §4). */

import type { B64 } from "../framing.js";
import { refuse } from "../errors.js";
import { FORMER_LIMIT, checkFormerKeys, formerKey } from "../keys/former.js";
import {
  type Day, type Read, base64, day, distinct, flag, hash32, id16, integer, list, maybe, name, names, oneOf, ordered, suite, text, version,
} from "../shape.js";
import { languageTag, localized, withLanguage } from "../localized.js";
import { type Recipient, readRecipient } from "../sealing/recipients.js";

const recipient = (value: unknown): Recipient => readRecipient(value);

export const ROLES = ["registrar", "investigator", "approver", "custodian", "retaliation-officer", "oversight", "council-observer", "auditor", "administrator", "outside"] as const;

const words = localized();
const keeper = ordered({ id: name, key: hash32, nonce: hash32, seat: words });
const witnessName = (value: unknown): string =>
  typeof value === "string" && /^[!-*,-~]{1,64}$/.test(value) ? value : refuse("schema", "not the name of a witness");
const witnessesShape = ordered({ k: integer(1, 3), fresh: integer(72, 720), list: list(ordered({ name: witnessName, key: hash32 }), 8) });
/** Who outside the office cosigns its checkpoints and hand-overs, how many must, and for how many hours that holds. */
export interface Witnesses {
  readonly k: number;
  readonly fresh: number;
  readonly list: readonly { readonly name: string; readonly key: B64 }[];
}
/** A root that names none. */
const NO_WITNESSES: Witnesses = { k: 0, fresh: 336, list: [] };
const witnesses = (value: unknown): Witnesses => {
  // What stands for a key that is missing; a document can't write it.
  if (value === NO_WITNESSES) return NO_WITNESSES;
  const found = witnessesShape(value);
  unique(found.list.map((one) => one.name));
  unique(found.list.map((one) => one.key));
  return found.k > found.list.length ? refuse("schema", "more witnesses needed than there are") : found;
};
const rootShape = ordered({
  v: version, language: languageTag, office: id16, number: integer(1), suite, keepers: list(keeper, 9), threshold: integer(2, 9), witnesses,
}, { witnesses: NO_WITNESSES });
const authority = ordered({ name: words, contact: text() });
/** After the day of issue: until a raised threshold is signed, published and seen by all, one signature still counts. */
const SINGLE_DAYS = 14;
const DAY = 86_400_000;
/** A watch that does not say how many days a request for its links waits. */
const USUAL_DELAY = { delay: 7 };
const watchFields = ordered({ recipient, active: flag, inside: distinct(name, 3), outside: distinct(name, 3), delay: integer(2, 30) }, USUAL_DELAY);
const watch = (value: unknown): Read<typeof watchFields> => {
  const found = watchFields(value);
  return found.active && (found.inside.length === 0 || found.outside.length === 0) ? refuse("schema", "a watch that one side alone opens") : found;
};
const entity = ordered({
  id: name, name: words, country: text(64), language: text(64), calendar: text(64), timezone: text(64),
  superior: maybe(name), outside: names, authorities: list(authority, 32),
  emergency: words, edge: words, roads: words, watch: maybe(watch), on_call: flag,
}, { on_call: false });
const policy = ordered({ id: name, version: text(64), hash: hash32, entities: names });
const member = ordered({
  id: name, role: oneOf(...ROLES), name: words, recipient, signing: hash32, from: day, until: day, former: list(formerKey, FORMER_LIMIT),
}, { former: [] });
const category = (value: unknown): string => (value === "*" ? value : name(value));
const row = ordered({ entity: name, policy: name, category, members: names, left_out: names });
const directoryShape = ordered({
  v: version, language: languageTag, office: id16, suite, sequence: integer(1), root: integer(1), issued: day, expires: day, name: words,
  entities: list(entity, 256), policies: list(policy, 64), members: list(member, 512), holders: list(row, 1024),
  recovery: recipient, custodians: ordered({ m: integer(0, 5), members: distinct(name, 5) }), oversight: distinct(name, 10),
  regrant_threshold: integer(1, 2), jurisdictions: base64(32), calendars: maybe(hash32), regrant_single_until: maybe(day),
}, { calendars: null, regrant_single_until: null });

export type Root = Read<typeof rootShape>;
export type DirectoryDocument = Read<typeof directoryShape>;
export type Entity = Read<typeof entity>;
export type Policy = Read<typeof policy>;
export type Member = Read<typeof member>;
export type HoldersRow = Read<typeof row>;

function unique(values: readonly string[]): void {
  if (new Set(values).size !== values.length) refuse("schema", "something stands twice");
}

/** How many must have signed a re-grant of that day. */
export function signersNeeded({ regrant_threshold, regrant_single_until }: DirectoryDocument, dated: Day): number {
  return regrant_single_until !== null && dated <= regrant_single_until ? 1 : regrant_threshold;
}

/** Reads a root document. */
export function readRoot(value: unknown): Root {
  const root = withLanguage(rootShape)(value);
  unique(root.keepers.map((found) => found.id));
  unique(root.keepers.map((found) => found.key));
  if (root.threshold >= root.keepers.length) refuse("root", "not fewer signatures needed than there are keepers");
  return root;
}

/** Reads a directory document and checks that it is whole in itself. */
export function readDirectory(value: unknown): DirectoryDocument {
  const found = withLanguage(directoryShape)(value);
  unique(found.entities.map((one) => one.id));
  unique(found.policies.map((one) => one.id));
  unique(found.members.map((one) => one.id));
  unique(found.members.flatMap((one) => [one.signing, ...one.former.map((key) => key.signing)]));
  unique([...found.members.map((one) => one.recipient), found.recovery]);
  unique(found.holders.map((one) => `${one.entity}/${one.policy}/${one.category}`));
  for (const one of found.members) checkFormerKeys(found.office, one, found.sequence);
  const { m, members } = found.custodians;
  if (m > members.length || (m === 0) !== (members.length === 0)) refuse("schema", "custodians without a quorum");
  const single = found.regrant_single_until;
  if (single !== null && (found.regrant_threshold === 1 || (Date.parse(single) - Date.parse(found.issued)) / DAY > SINGLE_DAYS)) refuse("schema", "not the days for which one signature is enough");
  checkReferences(found);
  return found;
}

function checkReferences(found: DirectoryDocument): void {
  const known = (ids: readonly string[], among: readonly { readonly id: string }[]): void => {
    const all = new Set(among.map((one) => one.id));
    if (!ids.every((id) => all.has(id))) refuse("schema", "an id that stands nowhere");
  };
  known([...found.custodians.members, ...found.oversight], found.members);
  known(found.entities.flatMap((one) => one.outside), found.members);
  known(found.holders.flatMap((one) => [...one.members, ...one.left_out]), found.members);
  known(found.entities.flatMap((one) => one.superior ?? []), found.entities);
  known(found.policies.flatMap((one) => one.entities), found.entities);
  known(found.holders.map((one) => one.entity), found.entities);
  known(found.holders.map((one) => one.policy), found.policies);
  checkPlaces(found);
  checkWatches(found);
}

/** The outside seat is the workers' or an outside counsel's; the officer has no seat on either side. */
function checkWatches(found: DirectoryDocument): void {
  const role = (id: string): string => found.members.find((one) => one.id === id)?.role ?? refuse("schema", "an id that stands nowhere");
  for (const { watch: seat } of found.entities) {
    if (seat === null) continue;
    const theirs = seat.outside.every((id) => ["outside", "council-observer"].includes(role(id)));
    const officers = seat.inside.some((id) => role(id) === "retaliation-officer");
    if (!theirs || officers || seat.inside.some((id) => seat.outside.includes(id))) refuse("schema", "somebody sits on the wrong side of a watch");
  }
}

/** Roles whose members may hold a case; all others open none, whatever else they do. */
export const HOLDER_ROLES: readonly string[] = ["registrar", "investigator", "approver", "oversight", "outside"];

/** Anyone who holds cases, comes in from outside or oversees has a role that may; who keeps identities has that alone. */
function checkPlaces(found: DirectoryDocument): void {
  const roles = new Map<string, string>(found.members.map((one) => [one.id, one.role]));
  const holders = [...found.holders.flatMap((one) => one.members), ...found.entities.flatMap((one) => one.outside), ...found.oversight];
  if (!holders.every((id) => HOLDER_ROLES.includes(roles.get(id) ?? ""))) refuse("schema", "a holder whose role opens nothing");
  if (!found.custodians.members.every((id) => roles.get(id) === "custodian")) refuse("schema", "another in a custodian's place");
}
