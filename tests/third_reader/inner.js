// SPEC §6 and §11: what stands inside an item, type by type.
import { demand, utf8 } from "./ground.js";
import { readJson } from "./strict_json.js";
import { signingKey } from "./directory_shape.js";
import { MAX_EPOCH } from "./grants.js";
import { MAX_TEXT, b16, b32, bool, checked, day, distinct, id, identity, ids, integer, list, matching, object, oneOf, orNull, recipient, signature, text } from "./shape.js";

/** The bytes of one part of an upload. */
export const PART = 8388608;
const ACTS = ["confirm", "contest", "agree", "refuse", "supply", "seen", "appeal", "withdraw", "satisfied", "unsatisfied"];
const DECISIONS = ["decided", "appeal-decided", "measure-set", "compensated", "rewarded", "malice-proposed", "malice-approved", "cleared"];
export const ABOUT = oneOf("reporter", "witness", "concerned");
export const GROUNDS = oneOf("consent", "legal-duty", "danger-to-life", "hearing", "clearing");

const fileName = checked(text(255, 1), (name) => {
  demand(name !== "." && name !== ".." && !/[/\\\u0000-\u001f\u007f-\u009f]/.test(name), "schema", "no name of a file");
});

export const ATTACHMENT = checked(object({
  blob: b16,
  name: fileName,
  type: text(127),
  size: integer(),
  sealed_size: integer(1),
  parts: list(b32, 520, 1),
}), ({ size, sealed_size: sealed, parts }) => {
  demand(size <= sealed && parts.length === Math.ceil(sealed / PART), "schema", "sizes that do not fit");
});

const attachments = list(ATTACHMENT, 64);
const TEXT = object({ text: text(), attachments });

// What is for the reporter may say its day.
const withDay = (fields) => object(fields, { day });
const TOLD = withDay({ text: text(), attachments });
const ANSWER = object({ id, value: (value) => (typeof value === "string" ? text()(value) : list(text(), 64)(value)) });
const DIRECTORY = object({ hash: b32, sequence: integer() });

const REPORT = object({
  entity: id,
  policy: id,
  policy_version: text(64),
  category: id,
  language: text(64),
  channel: id,
  level: oneOf("anonymous", "sealed", "named"),
  account: text(),
  answers: list(ANSWER, 256),
  attachments,
  excluded: ids,
  urgent: bool,
  directory: DIRECTORY,
});

const LIMIT = /^(1 (minute|hour|day|week|month|year|working day)|(?!1 )[1-9][0-9]{0,5} (minute|hour|day|week|month|year|working day)s)$/;

const UNTIL = checked(object({
  day,
  provisional: bool,
  limit: matching(LIMIT),
  counts: orNull(list(day, 366, 1)),
}), ({ day: last, counts }) => {
  const fits = counts === null || (counts.at(-1) === last && counts.every((one, at) => at === 0 || counts[at - 1] < one));
  demand(fits, "schema", "days out of order");
});

const NOTICE = withDay({
  act: id,
  stage: id,
  next: orNull(id),
  due: orNull(day),
  text: text(),
  attachments,
  outcomes: ids,
  measures: ids,
  asks: distinct(oneOf(...ACTS)),
  until: orNull(UNTIL),
});

const SEAL = checked(object({ handle: b16, packet: b32, m: integer(1, 5), n: integer(1, 5) }), ({ m, n }) => demand(m <= n, "schema", "a quorum out of bounds"));

const IDENTITY = checked(object({
  about: ABOUT,
  level: oneOf("sealed", "named"),
  seal: orNull(SEAL),
  name: text(256),
  contact: text(256),
  text: text(512),
}), ({ level, seal, name, contact }) => {
  const fits = level === "sealed" ? seal !== null && name === "" && contact === "" : seal === null && name !== "";
  demand(fits, "schema", "a level that does not fit");
});

const EPOCH = object({
  epoch: integer(1, MAX_EPOCH),
  recipient,
  to_office: b32,
  to_reporter: b32,
  holders: distinct(id, 32),
  grant: b32,
  previous: b32,
  day,
  sequence: integer(1),
  signatures: list(object({ member: id, sig: signature }), 8),
});

const TYPES = {
  "to-office": {
    report: REPORT,
    message: TEXT,
    "receipt-kept": object({}),
    act: object({ act: oneOf(...ACTS), text: text() }),
    "receipt-change": object({ reporter: recipient, act: signingKey, proof: signature, mailbox: b32 }),
    identity: IDENTITY,
    "identity-withdrawn": object({ handle: b16 }),
  },
  "to-reporter": {
    reply: TOLD,
    letter: TOLD,
    status: withDay({ stage: id, next: orNull(id), due: orNull(day), text: text() }),
    notice: NOTICE,
    epoch: EPOCH,
    unsealing: withDay({
      state: oneOf("asked", "opened", "refused", "expired"),
      about: ABOUT,
      role: id,
      ground: GROUNDS,
      text: text(8192),
      delay: orNull(text(2048)),
    }),
  },
  "office-only": {
    custody: IDENTITY,
    note: TEXT,
    finding: TEXT,
    draft: TEXT,
    publication: TEXT,
    witness: TEXT,
    "office-key": object({ seed: identity }),
    decision: object({
      act: oneOf(...DECISIONS),
      text: text(),
      attachments,
      outcomes: ids,
      measures: ids,
      own_words: bool,
      reward: orNull(id),
    }),
  },
};

export const DIRECTIONS = Object.keys(TYPES);

const signer = (value) => (value === "reporter" ? value : id(value));
const INNER = object({ v: oneOf(1), type: text(), payload: text(), signer: orNull(signer), sig: orNull(signature) });

/** Reads the text inside an item: its type, signer and signature, the payload as read and as it came. */
export function readInner(direction, bytes) {
  const inner = INNER(readJson(bytes, bytes.length));
  const rule = Object.hasOwn(TYPES[direction], inner.type) ? TYPES[direction][inner.type] : null;
  demand(rule !== null, "schema", "a type of another direction");
  demand((inner.signer === null) === (inner.sig === null), "schema", "a signer without signature, or the reverse");
  const document = readJson(utf8(inner.payload), MAX_TEXT);
  return { ...inner, document, content: rule(document) };
}

export const INNERS = {
  read_inner: ({ direction, content }) => {
    const { type, document } = readInner(direction, utf8(content));
    return { type, payload: document };
  },
};
