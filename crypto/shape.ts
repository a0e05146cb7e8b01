/** Readers of documents: exact keys, exact types, nothing else; every refusal is at stage `schema`. */

import { type B64, b64decode, utf8 } from "./framing.js";
import { refuse } from "./errors.js";

/** Checks a value and gives it back typed; `language` is the default one of the document that it stands in. */
export type Shape<T> = (value: unknown, language?: Tag) => T;
export type Read<S> = S extends Shape<infer T> ? T : never;
/** `YYYY-MM-DD`. */
export type Day = string;
/** A language tag, `language[-Script][-REGION]` in canonical case. */
export type Tag = string;
/** Member, entity, policy, category, keeper. */
export type Name = string;

const TEXT_LIMIT = 32_768;
const NAME = /^[a-z0-9][a-z0-9-]{0,47}$/;
const DAY = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;

/** A string of at most `limit` bytes of UTF-8. */
export function text(limit = TEXT_LIMIT): Shape<string> {
  return (value) => {
    // No character takes more than three bytes for each of its UTF-16 units: what is short need not be encoded.
    if (typeof value !== "string" || value.length > limit || (value.length * 3 > limit && utf8(value).length > limit)) return refuse("schema", "not a text of this place");
    return value;
  };
}

/** base64url of exactly `size` bytes, or of at most `limit`. */
export function base64(size: number | undefined, limit = 65_536): Shape<B64> {
  return (value) => {
    // Whatever is no ASCII is no base64url either.
    const found = typeof value === "string" && value.length <= Math.ceil(((size ?? limit) * 4) / 3) + 4 ? value : refuse("schema", "not a text of this place");
    if (b64decode(found, size).length > limit) refuse("schema", "too many bytes");
    return found;
  };
}

/** An id of a member, entity, policy or category. */
export const name: Shape<Name> = (value) =>
  typeof value === "string" && NAME.test(value) ? value : refuse("schema", "not an id");

/** A day that exists. */
export const day: Shape<Day> = (value) => {
  const found = typeof value === "string" ? DAY.exec(value) : null;
  if (found === null) return refuse("schema", "not a day");
  const date = new Date(`${found[0]}T00:00:00Z`);
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== found[0] || found[1] === "0000") refuse("schema", "not a day");
  return found[0];
};

/** An integer from `low` to `high`, both included. */
export function integer(low = 0, high = Number.MAX_SAFE_INTEGER): Shape<number> {
  return (value) =>
    typeof value === "number" && Number.isSafeInteger(value) && value >= low && value <= high
      ? value
      : refuse("schema", "not an integer of this place");
}

export const flag: Shape<boolean> = (value) => (typeof value === "boolean" ? value : refuse("schema", "neither true nor false"));

/** One of the given words or numbers. */
export function oneOf<const T extends string | number>(...allowed: readonly T[]): Shape<T> {
  return (value) => {
    const found = allowed.find((word) => word === value);
    return found === undefined ? refuse("schema", "not one of the words of this place") : found;
  };
}

/** null, or what `shape` reads. */
export function maybe<T>(shape: Shape<T>): Shape<T | null> {
  return (value, language) => (value === null ? null : shape(value, language));
}

/** A list of at most `limit` members. */
export function list<T>(shape: Shape<T>, limit: number): Shape<T[]> {
  return (value, language) => {
    if (!Array.isArray(value) || value.length > limit) return refuse("schema", "not a list of this place");
    return value.map((member) => shape(member, language));
  };
}

/** A list of distinct strings. */
export function distinct(shape: Shape<string>, limit = 64): Shape<string[]> {
  return (value) => {
    const found = list(shape, limit)(value);
    return new Set(found).size === found.length ? found : refuse("schema", "an id stands twice");
  };
}

/** An object of any keys of one shape, each with a value of another. */
export function table<K extends string, T>(key: Shape<K>, shape: Shape<T>): Shape<ReadonlyMap<K, T>> {
  return (value, language) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse("schema", "not an object");
    return new Map(Object.entries(value).map(([id, one]) => [key(id), shape(one, language)]));
  };
}

export type Fields = Readonly<Record<string, Shape<unknown>>>;

/** An object with exactly these keys. */
export function record<F extends Fields>(fields: F): Shape<{ [K in keyof F]: Read<F[K]> }> {
  const names = Object.keys(fields);
  return (value, language) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse("schema", "not an object");
    const members = value as Record<string, unknown>;
    const found = Object.keys(members);
    if (found.length !== names.length || !names.every((key) => Object.hasOwn(members, key))) refuse("schema", "not the keys of this document");
    return Object.fromEntries(names.map((key) => [key, fields[key]?.(members[key], language)])) as { [K in keyof F]: Read<F[K]> };
  };
}

/** The same with the keys in this order, as the documents of notes have them; `lacking` stands for what may be missing. */
export function ordered<F extends Fields>(fields: F, lacking: Readonly<Record<string, unknown>> = {}): Shape<{ [K in keyof F]: Read<F[K]> }> {
  const [read, names] = [record(fields), Object.keys(fields)];
  return (value, language) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse("schema", "not an object");
    const there = names.filter((key) => Object.hasOwn(value, key));
    const found = Object.keys(value);
    if (found.length !== there.length || !found.every((key, at) => key === there[at])) refuse("schema", "not the keys of this document in their order");
    return read({ ...lacking, ...value }, language);
  };
}

/** An object with exactly these keys, and `day` where it has one: what was written before days came has none. */
export function dated<F extends Fields>(fields: F): Shape<{ [K in keyof F]: Read<F[K]> } & { readonly day?: Day }> {
  const [without, within] = [record(fields), record({ ...fields, day })];
  return (value, language) => typeof value === "object" && value !== null && Object.hasOwn(value, "day") ? within(value, language) as never : without(value, language);
}

/** Any JSON; for places whose inside belongs to a page. */
export const anything: Shape<unknown> = (value) => value;

export const version = oneOf(1);
export const suite = oneOf("yanlu-1");
export const id16 = base64(16);
export const hash32 = base64(32);
export const names = distinct(name);
