// SPEC §4: the shape of a directory, and what has to fit within it.
import { demand, toB64 } from "./ground.js";
import { tag, tags } from "./languages.js";
import { b16, b32, bool, day, distinct, id, ids, integer, list, may, oneOf, orNull, recipient, signature, text, written } from "./shape.js";

const ROLES = "registrar investigator approver custodian retaliation-officer oversight council-observer auditor administrator outside".split(" ");
/** Roles that may hold a case. */
export const HOLDING = ["registrar", "investigator", "approver", "oversight", "outside"];

/** The most that a root's number or a directory's sequence may be: 15 digits. */
export const MAX_NUMBER = 10 ** 15 - 1;

/** A signing key is 32 bytes; that it is a point shows where a signature is verified. */
export const signingKey = b32;

const WATCH = written({ recipient, active: bool, inside: list(id, 3), outside: list(id, 3), delay: may(integer(2, 30)) });
const FORMER = written({ recipient: b32, signing: signingKey, until: day, sequence: integer(1), expires: day, by_former: signature, by_new: signature });

const entity = (texts) => written({
  id,
  name: texts,
  country: text(64),
  language: text(64),
  calendar: text(64),
  timezone: text(64),
  superior: orNull(id),
  outside: ids,
  authorities: list(written({ name: texts, contact: text() }), 32),
  emergency: texts,
  edge: texts,
  roads: texts,
  watch: orNull(WATCH),
  on_call: may(bool),
});

const member = (texts) => written({
  id,
  role: oneOf(...ROLES),
  name: texts,
  recipient,
  signing: signingKey,
  from: day,
  until: day,
  former: may(list(FORMER, 8)),
});

const HOLDERS = written({ entity: id, policy: id, category: (value) => (value === "*" ? value : id(value)), members: ids, left_out: ids });
const POLICY = written({ id, version: text(64), hash: b32, entities: ids });

const DIRECTORY = (texts) => written({
  v: oneOf(1),
  language: tag,
  office: b16,
  suite: oneOf("yanlu-1"),
  sequence: integer(1, MAX_NUMBER),
  root: integer(1),
  issued: day,
  expires: day,
  name: texts,
  entities: list(entity(texts), 256),
  policies: list(POLICY, 64),
  members: list(member(texts), 512),
  holders: list(HOLDERS, 1024),
  recovery: recipient,
  custodians: written({ m: integer(), members: distinct(id, 5) }),
  oversight: distinct(id, 10),
  regrant_threshold: oneOf(1, 2),
  jurisdictions: b32,
  calendars: may(orNull(b32)),
  regrant_single_until: may(orNull(day)),
});

const unique = (values, words) => demand(new Set(values).size === values.length, "schema", words);

function checkKeys(directory) {
  const { members } = directory;
  const former = members.flatMap((one) => one.former ?? []);
  // Former recipients stand there as hashes, which the signatures alone bind.
  unique([...members.map((one) => one.recipient), directory.recovery], "a recipient twice");
  unique([...members, ...former].map((one) => toB64(one.signing)), "a signing key twice");
  for (const { former: chain = [] } of members) {
    chain.forEach((one, at) => {
      demand(one.sequence < directory.sequence, "schema", "a number that is still to come");
      if (at === 0) return;
      demand(chain[at - 1].sequence < one.sequence && chain[at - 1].until <= one.until, "schema", "former keys out of order");
    });
  }
}

function checkWatch(watch, roleOf) {
  const { inside, outside } = watch;
  unique([...inside, ...outside], "somebody on both sides");
  demand(!watch.active || (inside.length > 0 && outside.length > 0), "schema", "a watch without a side");
  demand(outside.every((one) => ["outside", "council-observer"].includes(roleOf(one))), "schema", "an insider outside");
  demand(inside.every((one) => roleOf(one) !== "retaliation-officer"), "schema", "an officer inside");
}

function checkReferences(directory) {
  const roles = new Map(directory.members.map((one) => [one.id, one.role]));
  const roleOf = (one) => {
    demand(roles.has(one), "schema", `nobody is ${one}`);
    return roles.get(one);
  };
  const holding = (names) => demand(names.every((one) => HOLDING.includes(roleOf(one))), "schema", "a role that holds no case");
  const entities = new Set(directory.entities.map((one) => one.id));
  const policies = new Set(directory.policies.map((one) => one.id));
  const known = (names, all) => demand(names.every((one) => all.has(one)), "schema", "an id that stands nowhere");
  for (const one of directory.entities) {
    if (one.superior !== null) known([one.superior], entities);
    holding(one.outside);
    if (one.watch !== null) checkWatch(one.watch, roleOf);
  }
  directory.policies.forEach((one) => known(one.entities, entities));
  for (const row of directory.holders) {
    known([row.entity], entities);
    known([row.policy], policies);
    holding(row.members);
    row.left_out.forEach(roleOf);
  }
  holding(directory.oversight);
  const { m, members } = directory.custodians;
  demand(members.every((one) => roleOf(one) === "custodian"), "schema", "a custodian of another role");
  demand(m <= members.length && (m === 0) === (members.length === 0), "schema", "a quorum out of bounds");
}

/** Reads a directory's JSON; the chains of former keys are checked by anyone who calls it. */
export function readDirectory(raw) {
  const directory = DIRECTORY(tags(raw?.language))(raw);
  for (const part of ["entities", "policies", "members"]) unique(directory[part].map((one) => one.id), "an id twice");
  unique(directory.holders.map((row) => [row.entity, row.policy, row.category].join()), "a row twice");
  const single = directory.regrant_single_until ?? null;
  demand(single === null || (directory.regrant_threshold === 2 && Date.parse(single) - Date.parse(directory.issued) <= 14 * 86_400_000), "schema", "one signs alone for ever");
  checkReferences(directory);
  checkKeys(directory);
  return directory;
}
