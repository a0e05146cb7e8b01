// SPEC §5 and §6 at the desk: a case read with a grant, and the trial that a new colleague opens.
import { demand, fromB64 } from "./ground.js";
import { openGrant, openPacket } from "./grants.js";
import { toldBy } from "./regrants.js";
import { seedsOf } from "./staff.js";
import { Thread, checkItemEnvelope, itemMac, officeMacKey, openItem, readItem } from "./thread.js";

const officeSeed = (body, epoch) => body.office_seeds.findLast((one) => one.epoch <= epoch)?.seed ?? null;

/** What a grant tells of each epoch. */
function epochsOf(body, hash) {
  const epochs = new Map(body.macs.map((macs, epoch) => [epoch, { ...macs }]));
  if (body.previous !== null) Object.assign(epochs.get(body.epoch - 1), { grant: body.previous, holders: body.previous_holders });
  epochs.set(body.epoch, toldBy(body, hash));
  return epochs;
}

function macKey(body, item) {
  if (item.epoch > body.epoch) return null;
  if (item.dir !== "office-only") return body.macs[item.epoch][item.dir === "to-office" ? "to_office" : "to_reporter"];
  const seed = officeSeed(body, item.epoch);
  return seed === null ? null : officeMacKey(seed);
}

function seedsFor(body, item) {
  if (item.dir === "office-only") return [officeSeed(body, item.epoch)];
  return body.seeds.slice(item.epoch, item.epoch + (item.dir === "to-reporter" ? 2 : 1));
}

/** Reads a case: `{office, staff, packet, pin, items, named}`. */
export function readCase(input) {
  const { body, hash, directory } = openGrant(input);
  const thread = new Thread({
    directory,
    case: body.case,
    entity: body.entity,
    epoch: body.epoch,
    excluded: body.excluded,
    act: body.act,
    epochs: epochsOf(body, hash),
    macKey: (_, item) => macKey(body, item),
    seedsFor: (_, item) => seedsFor(body, item),
  }, input.named ?? []).read(input.items);
  const excluded = thread.verified.filter((item) => item.type === "report").flatMap((item) => item.content.excluded);
  demand(excluded.every((name) => body.excluded.includes(name)), "excluded", "the grant forgets somebody");
  return thread;
}

function openTrial({ seed, office, member, packet, items }) {
  const { body } = openPacket(fromB64(packet), seedsOf(fromB64(seed)), fromB64(office), member);
  const item = readItem(items[0]);
  checkItemEnvelope(item);
  demand(itemMac(item, macKey(body, item)).equals(item.mac), "mac", "another MAC");
  return { word: openItem(item, seedsFor(body, item)).content.text };
}

export const DESK = {
  read_case: (input) => {
    const thread = readCase(input);
    return { thread: thread.lines, alarms: thread.withheld() ? ["withheld"] : [] };
  },
  open_trial: openTrial,
};
