// Shapes of documents: each rule takes a value and gives what it means, or refuses at `schema`.
import { demand, fromB64, utf8 } from "./ground.js";
import { readIdentity, readRecipient } from "./keys.js";

export const MAX_TEXT = 32768;

/** A JSON object with exactly these keys; those of `may` may be missing. */
export const object = (keys, may = {}) => (value) => {
  demand(value !== null && typeof value === "object" && !Array.isArray(value), "schema", "no object");
  const unknown = Object.keys(value).find((key) => !(key in keys) && !(key in may));
  demand(unknown === undefined, "schema", `unknown key ${unknown}`);
  const made = {};
  for (const [key, rule] of Object.entries({ ...keys, ...may })) {
    if (!(key in value) && key in may) continue;
    demand(key in value, "schema", `no key ${key}`);
    made[key] = rule(value[key]);
  }
  return made;
};

export const list = (rule, most = Infinity, least = 0) => (value) => {
  demand(Array.isArray(value) && value.length <= most && value.length >= least, "schema", "no list of this length");
  return value.map((one) => rule(one));
};

/** A list in which nothing stands twice; `of` names what is compared. */
export const distinct = (rule, most = Infinity, least = 0, of = (value) => value) => (value) => {
  const made = list(rule, most, least)(value);
  demand(new Set(made.map(of)).size === made.length, "schema", "something twice");
  return made;
};

export const text = (most = MAX_TEXT, least = 0) => (value) => {
  demand(typeof value === "string", "schema", "no text");
  const length = utf8(value).length;
  demand(length <= most && length >= least, "schema", "no text of this length");
  return value;
};

export const matching = (pattern) => (value) => {
  demand(typeof value === "string" && pattern.test(value), "schema", `not ${pattern}`);
  return value;
};

export const oneOf = (...values) => (value) => {
  demand(values.includes(value), "schema", `none of ${values}`);
  return value;
};

export const integer = (least = 0, most = 2 ** 53 - 1) => (value) => {
  demand(Number.isInteger(value) && value >= least && value <= most, "schema", "no such number");
  return value;
};

export const orNull = (rule) => (value) => (value === null ? null : rule(value));
export const bytes = (size = null) => (value) => fromB64(value, size);
/** What an item, a memo or a keyring entry seals: at most 40,960 bytes. */
export const sealed = (value) => {
  const read = fromB64(value);
  demand(read.length <= 40960, "schema", "too long a body");
  return read;
};
export const b16 = bytes(16);
export const b32 = bytes(32);
export const signature = bytes(64);
export const id = matching(/^[a-z0-9][a-z0-9-]{0,47}$/);
export const ids = distinct(id, 64);

export const bool = (value) => {
  demand(typeof value === "boolean", "schema", "neither true nor false");
  return value;
};

export const day = (value) => {
  demand(typeof value === "string" && /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(value), "schema", "no day");
  const time = new Date(`${value}T00:00:00Z`);
  demand(!Number.isNaN(time.getTime()) && time.toISOString().startsWith(value) && !value.startsWith("0000"), "schema", "no day");
  return value;
};

export const recipient = (value) => {
  readRecipient(value);
  return value;
};

/** An identity, as its seed. */
export const identity = (value) => readIdentity(value);

/** Something that is read by a rule and by a further check of the whole. */
export const checked = (rule, check) => (value) => {
  const made = rule(value);
  check(made);
  return made;
};

const dayNumber = (value) => Date.parse(`${value}T00:00:00Z`) / 86400000;
export const dayFrom = (value, days) => new Date((dayNumber(value) + days) * 86400000).toISOString().slice(0, 10);

/** Marks a rule of `written` whose key may be missing. */
export const may = (rule) => ({ rule });

/** An object of a note: its keys stand in the order of the rules. */
export const written = (rules) => {
  const sure = Object.fromEntries(Object.entries(rules).filter(([, rule]) => typeof rule === "function"));
  const maybe = Object.fromEntries(Object.entries(rules).filter(([, rule]) => typeof rule !== "function").map(([key, { rule }]) => [key, rule]));
  const read = object(sure, maybe);
  return (value) => {
    const made = read(value);
    const order = Object.keys(rules).filter((key) => key in value);
    demand(order.join() === Object.keys(value).join(), "schema", "keys in another order");
    return made;
  };
};
