// SPEC §4: what every reader of a served office does.
import { demand, sha256, toB64, utf8 } from "./ground.js";
import { verifyDirectory } from "./directory.js";
import { readShape } from "./log.js";
import { cosigned, readLines, readNote, verifyRoots } from "./notes.js";
import { readJson } from "./strict_json.js";
import { list, object, oneOf, orNull, text } from "./shape.js";

const MAX_DOCUMENT = 4194304;
const MAX_NOTE = 524288;
const HOUR = 3600;
const DAY = 24 * HOUR;

const DOCUMENT = object({ v: oneOf(1), roots: list(text(MAX_NOTE), 64), directory: text(MAX_NOTE), checkpoint: orNull(text(MAX_NOTE)) });

/** The line in which a checkpoint names this root and this directory. */
function lineOf(root, note) {
  const { text: words } = readNote(note);
  const { number } = readLines(words, "yanlu/v1/directory");
  return `office ${root.number} ${toB64(root.hash)} ${number} ${toB64(sha256(utf8(words)))}`;
}

/** Steps 3 and 4; gives the second at which enough witnesses had seen the office. */
function confirmedAt(root, { checkpoint, directory }) {
  demand(checkpoint !== null, "log", "no checkpoint");
  const { read, origin, office } = readShape(checkpoint);
  const number = origin.slice(`yanlu/log/${toB64(root.office)}/`.length);
  demand(origin === `yanlu/log/${toB64(root.office)}/${number}` && /^[1-9][0-9]{0,14}$/.test(number), "foreign", "another office");
  const { k, list: witnesses } = root.witnesses;
  const times = witnesses.map(({ name, key }) => cosigned(read, name, key)).filter((seconds) => seconds !== null);
  demand(times.length >= k, "log", "too few witnesses");
  demand(office === lineOf(root, directory), "older", "another root or directory");
  return times.sort((a, b) => b - a)[k - 1];
}

function verifyOffice({ code, document, seconds, today, seen, also_lapsed: alsoLapsed = false, offline = false }) {
  const read = DOCUMENT(readJson(utf8(document), MAX_DOCUMENT));
  const root = verifyRoots(code, read.roots);
  const confirmed = root.witnesses ? confirmedAt(root, read) : null;
  const fresh = offline ? 92 * DAY : (root.witnesses?.fresh ?? 0) * HOUR;
  const late = confirmed !== null && seconds > confirmed + fresh;
  if (confirmed !== null) {
    demand(confirmed <= seconds + 26 * HOUR, "expired", "ahead of the reader");
    demand(seconds <= confirmed + fresh + (alsoLapsed ? 30 * DAY : 0), "expired", "confirmed too long ago");
  }
  const directory = verifyDirectory({ code, roots: read.roots, note: read.directory, today, seen, also_lapsed: alsoLapsed });
  return { sequence: directory.sequence, hash: toB64(directory.hash), lapsed: directory.lapsed || late, confirmed };
}

export const OFFICES = { verify_office: verifyOffice };
