// SPEC §5, History: the keys of the epochs before a re-grant, in the document that its grant names.
import { attempt, demand, equal, frame, fromB64, sha256, toB64, u64 } from "./ground.js";
import { b32, checked, identity, list, object, oneOf, orNull } from "./shape.js";
import { openBox } from "./keys.js";
import { readJson, writeJson } from "./strict_json.js";

const SIZES = [4096, 8192, 16384, 32768, 65536, 131072];
const OVERHEAD = 28;
export const MACS = object({ to_office: b32, to_reporter: b32 });
const KEYS = object({ seed: identity, office_seed: orNull(identity), macs: MACS });
const HISTORY = checked(object({ v: oneOf(1), epochs: list(KEYS, 255) }), ({ epochs }) => {
  demand(epochs.slice(1).every((one) => one.office_seed !== null), "schema", "no office key after the first epoch");
});

/** The text of the document, opened; `body` is the grant's. */
function textOf(body, sealed) {
  demand(SIZES.includes(sealed.length - OVERHEAD), "schema", "no size of a history");
  demand(equal(sha256(sealed), body.history.hash), "successor", "another document");
  const bound = frame("yanlu/v1/history", body.case, u64(body.epoch));
  const text = openBox(body.history.key, sealed.subarray(0, 12), sealed.subarray(12), bound);
  demand(text !== null, "payload", "it does not open");
  const length = text.findLastIndex((byte) => byte !== 0x20) + 1;
  demand(text.length === SIZES.find((size) => size >= length), "padding", "another size than the smallest");
  return text;
}

/** The keys of the epochs before, and the JSON that they stand in; `sealed` is null where there is no document. */
export function openHistory(body, sealed) {
  demand((body.history === null) === (sealed === null), "successor", "a document too many or too few");
  if (sealed === null) return { keys: [], raw: [] };
  const json = readJson(textOf(body, sealed), 131072);
  const { epochs } = HISTORY(json);
  demand(epochs.length === body.epoch, "schema", "not one entry for each epoch");
  return { keys: epochs, raw: json.epochs };
}

/** The keys by epoch that a reader has, with the document or without one that is refused. */
export function knownKeys(body, sealed) {
  const { seed, office_seed: office, macs } = body;
  const past = attempt(() => openHistory(body, sealed)) ?? { keys: [] };
  return new Map([...past.keys.entries(), [body.epoch, { seed, office_seed: office, macs }]]);
}

const written = ({ seed, office_seed, macs: { to_office, to_reporter } }) => ({ seed, office_seed, macs: { to_office, to_reporter } });

/** What an operation says of a history. */
export function toldOf(body, history) {
  const { raw } = openHistory(body, history === null ? null : fromB64(history));
  return { epochs: raw.length, hash: toB64(sha256(Buffer.from(writeJson(raw.map(written))))) };
}
