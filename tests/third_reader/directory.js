// SPEC §4 and §5: a verified directory, and who holds a case.
import { demand, demandSigned, equal, frame, fromB64, sha256, toB64, utf8 } from "./ground.js";
import { readDirectory } from "./directory_shape.js";
import { readBody, readLines, readNote, signedBy, verifyRoots } from "./notes.js";
import { dayFrom } from "./shape.js";

/** What the former and the new key of a member sign. */
export const newKeysFrame = (office, member, former, hash, signing) => frame("yanlu/v1/new-keys", office, member, former, hash, signing);

function checkChain(office, member) {
  const former = member.former ?? [];
  const inForce = { recipient: sha256(utf8(member.recipient)), signing: member.signing };
  former.forEach((one, at) => {
    const next = former[at + 1] ?? inForce;
    const message = newKeysFrame(office, member.id, one.signing, next.recipient, next.signing);
    demandSigned(one.signing, message, one.by_former);
    demandSigned(next.signing, message, one.by_new);
  });
}

/** A directory that was verified, on a day. */
class Directory {
  constructor(body, hash, today) {
    Object.assign(this, { body, hash, today, office: body.office, sequence: body.sequence });
    this.lapsed = today >= body.expires;
    this.members = new Map(body.members.map((one) => [one.id, one]));
    this.entities = new Map(body.entities.map((one) => [one.id, one]));
    const single = body.regrant_single_until ?? "";
    /** How many must have signed a re-grant of that day. */
    this.needed = (day) => (day <= single ? 1 : body.regrant_threshold);
  }

  member(name) {
    return this.members.get(name) ?? null;
  }

  /** Whether a member is in the directory and valid on a day. */
  validOn(name, day) {
    const one = this.member(name);
    return one !== null && one.from <= day && day <= one.until;
  }

  /** Whether a re-grant of that day and sequence counts as signed by a member, who may have left since. */
  signedInTime(name, day, sequence) {
    if (this.validOn(name, day)) return true;
    const one = this.member(name);
    if (one === null || day < one.from || sequence >= this.body.sequence) return false;
    return Date.parse(`${day}T00:00:00Z`) <= Date.parse(`${one.until}T00:00:00Z`) + 2 * 86400000;
  }

  valid(name) {
    return this.validOn(name, this.today);
  }

  /** The superior entities of one, in turn. */
  superiors(name) {
    const found = [];
    let above = this.entities.get(name)?.superior ?? null;
    while (above !== null && above !== name && !found.includes(above)) {
      found.push(above);
      above = this.entities.get(above).superior;
    }
    return found;
  }

  /** Refuses a lapsed directory where something is sealed because of it. */
  demandInForce() {
    demand(!this.lapsed, "expired", "a lapsed directory");
  }
}

/** Verifies an office: `{code, roots, note, today, seen, also_lapsed}`. */
export function verifyDirectory({ code, roots, note, today, seen = null, also_lapsed: alsoLapsed = false }) {
  const root = verifyRoots(code, roots);
  const read = readNote(note);
  const lines = readLines(read.text, "yanlu/v1/directory");
  demand(equal(lines.office, root.office), "foreign", "another office");
  demand(signedBy(read, root), "directory", "too few signatures");
  const body = readBody(lines, readDirectory, "sequence");
  body.members.forEach((member) => checkChain(body.office, member));
  demand(body.root === root.number, "directory", "another root");
  demand(body.expires <= dayFrom(body.issued, root.witnesses ? 400 : 92), "directory", "signed for too long");
  demand(today < (alsoLapsed ? dayFrom(body.expires, 30) : body.expires), "expired", "over");
  demand(today >= dayFrom(body.issued, -1), "expired", "not yet");
  const hash = sha256(utf8(read.text));
  if (seen !== null) {
    const same = body.sequence === seen.sequence;
    demand(body.sequence >= seen.sequence && (!same || equal(hash, fromB64(seen.hash))), "older", "an older directory");
  }
  return new Directory(body, hash, today);
}

export function verifiedDirectory(input) {
  const directory = verifyDirectory(input);
  return { sequence: directory.sequence, hash: toB64(directory.hash), lapsed: directory.lapsed };
}

/** The one bucket of an entity. */
function bucketOf(directory, entity) {
  const one = directory.entities.get(entity);
  if (!one) return 32;
  const rows = directory.body.holders.filter((row) => row.entity === entity).map((row) => row.members.length);
  const above = directory.superiors(entity).map((name) => directory.entities.get(name).outside.length);
  const n = 1 + Math.max(Math.max(0, ...rows) + one.outside.length, ...above);
  demand(n <= 32, "stanzas", "too many holders");
  return [8, 16, 32].find((size) => n + 2 <= size) ?? 32;
}

/** Who holds a report, in the order of the directory. */
export function chooseHolders(directory, entity, policy, category, excluded) {
  directory.demandInForce();
  const rows = directory.body.holders.filter((row) => row.entity === entity && row.policy === policy);
  const row = rows.find((one) => one.category === category) ?? rows.find((one) => one.category === "*");
  demand(row !== undefined, "schema", "no row");
  const eligible = row.members.filter((name) => directory.valid(name) && !row.left_out.includes(name));
  const free = (names) => names.filter((name) => !excluded.includes(name));
  const granted = free(eligible);
  if (granted.length > 0 && (eligible.length > 3 || granted.length === eligible.length)) return { members: granted, escalated: false };
  for (const name of [entity, ...directory.superiors(entity)]) {
    const outside = free(directory.entities.get(name).outside.filter((one) => directory.valid(one)));
    if (outside.length > 0) return { members: outside, escalated: true };
  }
  return demand(false, "excluded", "nobody is left");
}

export function choose({ office, entity, policy, category, excluded }) {
  const directory = verifyDirectory(office);
  const chosen = chooseHolders(directory, entity, policy, category, excluded);
  return { members: chosen.members, bucket: bucketOf(directory, entity), escalated: chosen.escalated };
}
