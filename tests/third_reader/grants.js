// SPEC §5 and §8: grant packets, what stands in a grant, the pin, and keyring entries.
import { demand, equal, frame, fromB64, hmac, padded, sha256, toB64, u64, zeros } from "./ground.js";
import { verifyDirectory } from "./directory.js";
import { signingKey } from "./directory_shape.js";
import { checkEnvelope, openWithSeeds } from "./envelope.js";
import { keyringKey, sealSeed, seedsOf } from "./staff.js";
import { readJson } from "./strict_json.js";
import { MACS, toldOf } from "./history.js";
import { b16, b32, checked, day, distinct, id, ids, identity, integer, object, oneOf, orNull, recipient, sealed } from "./shape.js";

const SIZES = new Map([[24576, 8], [40960, 16], [65536, 32]]);
const GRANT = 8192;
const MAX_ENTRY = 32768;
export const MAX_EPOCH = 255;

const BODY = checked(object({
  v: oneOf(1),
  type: oneOf("grant"),
  office: b16,
  case: b16,
  epoch: integer(0, MAX_EPOCH),
  seed: identity,
  office_seed: orNull(identity),
  macs: MACS,
  history: orNull(object({ hash: b32, key: b32 })),
  reporter: recipient,
  receipt_change: integer(),
  act: signingKey,
  holders: distinct(id, 32, 1),
  excluded: ids,
  access: b32,
  directory: object({ hash: b32, sequence: integer() }),
  release: orNull(b32),
  entity: id,
  policy: id,
  previous: orNull(b32),
  previous_holders: distinct(id, 32),
  day,
}), (body) => {
  const { epoch, office_seed: office, history, previous, previous_holders: before } = body;
  const nulls = [previous, history, office].map((one) => one === null);
  demand(nulls.every((one) => one === (epoch === 0)), "schema", "null in epoch 0 and nowhere else");
  demand(epoch > 0 || before.length === 0, "schema", "holders before the first one");
  demand(epoch > 0 || body.receipt_change === 0, "schema", "a change of receipt before the first grant");
});

/** Reads a packet: its age file and its bucket. */
export function readPacket(packet) {
  const bucket = SIZES.get(packet.length);
  demand(bucket !== undefined, "schema", "no size of a packet");
  const length = packet.readUInt32BE();
  demand(length <= packet.length - 4, "schema", "too long a grant");
  const file = packet.subarray(4, 4 + length);
  const behind = packet.subarray(4 + length);
  demand(equal(behind, zeros(behind.length)), "schema", "something behind the grant");
  return { file, bucket, hash: sha256(file) };
}

function readBody(plain, office) {
  demand(plain.length === GRANT, "padding", "another length");
  const body = BODY(readJson(plain, GRANT));
  demand(equal(body.office, office), "schema", "another office");
  return body;
}

/** Steps 1 to 3 of `open_grant`, for somebody of an office with these seeds. */
export function openPacket(packet, seeds, office, member) {
  const { file, bucket, hash } = readPacket(packet);
  const body = readBody(openWithSeeds(file, seeds.map(sealSeed), [bucket]), office);
  demand(body.holders.includes(member), "excluded", "the member is no holder");
  demand(!body.holders.some((name) => body.excluded.includes(name)), "excluded", "somebody excluded is a holder");
  return { body, hash };
}

const PIN = object({ epoch: integer(0, MAX_EPOCH), hash: b32, holders: ids, excluded: ids });
const sameSet = (a, b) => a.length === b.length && a.every((one) => b.includes(one));

/** Step 4: against the pin of the member's keyring. */
export function checkPin({ body, hash }, pin) {
  if (pin === null) return;
  demand(body.epoch >= pin.epoch, "epoch", "a lower epoch");
  if (body.epoch === pin.epoch) demand(equal(hash, pin.hash), "successor", "another grant of the same epoch");
  if (body.epoch === pin.epoch + 1) {
    demand(equal(body.previous, pin.hash), "successor", "another grant before it");
    demand(sameSet(body.previous_holders, pin.holders), "successor", "other holders before");
  }
  demand(pin.excluded.every((name) => body.excluded.includes(name)), "excluded", "an exclusion dropped");
}

/** The seeds and the name of somebody of staff. */
export const staffOf = ({ seed, member }) => ({ seeds: seedsOf(fromB64(seed)), member });

/** Opens a grant against a pin: `{office, staff, packet, pin}`; gives the grant, the directory and the staff. */
export function openGrant({ office, staff, packet, pin = null }) {
  const directory = verifyDirectory(office);
  const own = staffOf(staff);
  const grant = openPacket(fromB64(packet), own.seeds, directory.office, own.member);
  checkPin(grant, pin === null ? null : PIN(pin));
  return { ...grant, directory, staff: own };
}

const ENTRY = object({ v: oneOf(1), case: b16, seq: integer(1, MAX_EPOCH + 1), mac: b32, body: sealed });
const ENTRY_BODY = object({ v: oneOf(1), grant: b32, bucket: oneOf(8, 16, 32), body: BODY });

function openKeyringEntry({ seed, office, member, entry }) {
  const read = ENTRY(entry);
  checkEnvelope(read.body, [1]);
  const seeds = seedsOf(fromB64(seed));
  const message = frame("yanlu/v1/keyring", fromB64(office), member, read.case, u64(read.seq), sha256(read.body));
  const own = seeds.find((one) => equal(hmac(keyringKey(one), message), read.mac));
  demand(own !== undefined, "mac", "another MAC");
  const { grant, body } = ENTRY_BODY(readJson(padded(openWithSeeds(read.body, [sealSeed(own)], [1])), MAX_ENTRY));
  demand(equal(body.case, read.case), "schema", "of another case");
  demand(body.epoch === read.seq - 1, "epoch", "of another epoch");
  return { case: toB64(body.case), epoch: body.epoch, hash: toB64(grant) };
}

export const GRANTS = {
  open_grant: (input) => {
    const { body, hash } = openGrant(input);
    return { case: toB64(body.case), epoch: body.epoch, hash: toB64(hash), holders: body.holders };
  },
  open_history: (input) => toldOf(openGrant(input).body, input.history),
  open_keyring_entry: openKeyringEntry,
};
