// SPEC §5 and §6 at the desk: a case read with a grant, and the trial that a new colleague opens.
import { demand, fromB64 } from "./ground.js";
import { openGrant, openPacket, staffOf } from "./grants.js";
import { knownKeys } from "./history.js";
import { toldBy } from "./regrants.js";
import { sealSeed, seedsOf } from "./staff.js";
import { Thread, checkItemEnvelope, isOfficeKey, itemMac, officeKeyMac, officeMacKey, openItem, readItem } from "./thread.js";

/** What a grant tells of each epoch. */
export function epochsOf(body, keys, hash) {
  const epochs = new Map([...keys].map(([epoch, { macs }]) => [epoch, { ...macs }]));
  const before = { ...epochs.get(body.epoch - 1), grant: body.previous, holders: body.previous_holders };
  if (body.previous !== null) epochs.set(body.epoch - 1, before);
  epochs.set(body.epoch, toldBy(body, hash));
  return epochs;
}

function macKey(keys, item) {
  const own = keys.get(item.epoch);
  if (own === undefined) return null;
  if (isOfficeKey(item)) return officeKeyMac(own.seed);
  if (item.dir !== "office-only") return own.macs[item.dir === "to-office" ? "to_office" : "to_reporter"];
  return own.office_seed === null ? null : officeMacKey(own.office_seed);
}

function seedsFor(keys, item, own) {
  if (isOfficeKey(item)) return own;
  if (item.dir === "office-only") return [keys.get(item.epoch).office_seed];
  const epochs = item.dir === "to-reporter" ? [item.epoch, item.epoch + 1] : [item.epoch];
  return epochs.filter((epoch) => keys.has(epoch)).map((epoch) => keys.get(epoch).seed);
}

/** Reads a case: `{office, staff, packet, pin, history, items, named}`; gives its grant too, the directory and the staff. */
export function openCase(input) {
  const { body, hash, directory, staff } = openGrant(input);
  const keys = knownKeys(body, typeof input.history === "string" ? fromB64(input.history) : null);
  const thread = readThread(directory, body, { keys, epochs: epochsOf(body, keys, hash) }, input);
  return { body, directory, staff, thread };
}

/**
 * Reads the items of a case with the keys of its epochs and what is told of each; `body` has the other parts of the grant.
 * `isTold` where the reader has no such grant, and all of it is what a proposal tells.
 */
export function readThread(directory, body, { keys, epochs, isTold = false }, input) {
  const own = staffOf(input.staff).seeds.map(sealSeed);
  const thread = new Thread({
    directory,
    case: body.case,
    entity: body.entity,
    epoch: body.epoch,
    excluded: body.excluded,
    act: body.act,
    atDesk: true,
    epochs,
    isLost: (epoch) => epoch < body.epoch && !keys.has(epoch),
    macKey: (_, item) => macKey(keys, item),
    seedsFor: (_, item) => seedsFor(keys, item, own),
    ...(body.epoch === 0 && !isTold ? { takeOfficeKey: (seed) => keys.set(0, { ...keys.get(0), office_seed: seed }) } : {}),
  }, input.named ?? []).read(input.items);
  const excluded = thread.verified.filter((item) => item.type === "report").flatMap((item) => item.content.excluded);
  demand(excluded.every((name) => body.excluded.includes(name)), "excluded", "the grant forgets somebody");
  return thread;
}

/** The recipient in force, and the number of the change of receipt that it comes from, 0 of none. */
export function inForce(thread, body, since = body.receipt_change) {
  const change = thread.verified.findLast((item) => item.type === "receipt-change");
  return change && change.seq >= since ? [change.content.reporter, change.seq] : [body.reporter, since];
}

/** The thread alone. */
export const readCase = (input) => openCase(input).thread;

function openTrial({ seed, office, member, packet, items }) {
  const { body } = openPacket(fromB64(packet), seedsOf(fromB64(seed)), fromB64(office), member);
  const item = readItem(items[0]);
  checkItemEnvelope(item);
  const keys = knownKeys(body, null);
  demand(itemMac(item, macKey(keys, item)).equals(item.mac), "mac", "another MAC");
  return { word: openItem(item, seedsFor(keys, item, [])).content.text };
}

export const DESK = {
  read_case: (input) => {
    const { thread, body } = openCase(input);
    const [reporter, change] = inForce(thread, body);
    return { reporter, receipt_change: change, thread: thread.lines, alarms: [...(thread.withheld() ? ["withheld"] : []), ...(thread.isLost(0) ? ["history"] : [])] };
  },
  open_trial: openTrial,
};
