/** Strict JSON (SPEC §1): a scanner that refuses what two parsers could read differently, then JSON.parse. */

import { type Bytes, utf8 } from "./framing.js";
import { atStage, refuse } from "./errors.js";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const MAX_DEPTH = 16;
const WORD = /true|false|null/y;
const INTEGER = /-?(?:0|[1-9][0-9]*)(?![0-9.eE])/y;
// eslint-disable-next-line no-control-regex
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SPACE = /[ \t\n\r]*/y;

class Scanner {
  private at = 0;

  constructor(private readonly text: string) {}

  whole(): void {
    this.value(0);
    if (this.at !== this.text.length) refuse("json", "something follows the value");
  }

  private take(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null) return null;
    this.at += found[0].length;
    return found[0];
  }

  private next(): string {
    if (this.text.charCodeAt(this.at) <= 32) this.take(SPACE);
    return this.text.charAt(this.at);
  }

  private eat(sign: string): boolean {
    if (this.next() !== sign) return false;
    this.at += 1;
    return true;
  }

  private value(depth: number): void {
    const sign = this.next();
    if (sign === "{" || sign === "[") this.container(sign, depth + 1);
    else if (sign === '"') this.string();
    else if (this.take(WORD) === null) this.integer();
    this.take(SPACE);
  }

  private integer(): void {
    const digits = this.take(INTEGER) ?? refuse("json", "not a value of strict JSON");
    if (digits === "-0" || !Number.isSafeInteger(Number(digits))) refuse("json", "integer out of range");
  }

  private string(): string {
    const literal = this.take(STRING) ?? refuse("json", "not a string");
    const text = literal.includes("\\") ? (JSON.parse(literal) as string) : literal.slice(1, -1);
    if (/\p{Surrogate}/u.test(text)) refuse("json", "lone surrogate");
    return text;
  }

  private container(open: string, depth: number): void {
    if (depth > MAX_DEPTH) refuse("json", "nested too deep");
    const close = open === "{" ? "}" : "]";
    const keys = new Set<string>();
    this.at += 1;
    if (this.eat(close)) return;
    do {
      if (open === "{") this.key(keys);
      this.value(depth);
    } while (this.eat(","));
    if (!this.eat(close)) refuse("json", "a list or object does not end");
  }

  private key(keys: Set<string>): void {
    if (this.next() !== '"') refuse("json", "a key is missing");
    const key = this.string();
    if (keys.has(key)) refuse("json", "duplicate key");
    keys.add(key);
    if (!this.eat(":")) refuse("json", "a colon is missing");
  }
}

/** Reads JSON text of the strict kind; anything else is refused at `json`. */
export function readJsonText(text: string): Json {
  new Scanner(text).whole();
  return atStage("json", "not JSON", () => JSON.parse(text) as Json);
}

/** Reads UTF-8 JSON of at most `limit` bytes; trailing spaces are padding. */
export function readJson(bytes: Uint8Array, limit: number): Json {
  if (bytes.length > limit) refuse("json", "longer than allowed");
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  return readJsonText(atStage("json", "not UTF-8", () => decoder.decode(bytes)));
}

const SHORT: Readonly<Record<string, string>> = { b: "\\u0008", t: "\\u0009", n: "\\u000a", f: "\\u000c", r: "\\u000d" };

/** The one way in which a note writes its JSON (SPEC §4), keys in the order given. */
export function writeCanonical(value: unknown): string {
  return writeJsonText(value).replace(/\\(.)/g, (all, sign: string) => SHORT[sign] ?? all);
}

/** Reads the JSON of a note, which leaves its makers no choice of bytes; the order of keys is for the document's own reader to check. */
export function readCanonical(text: string): Json {
  const value = readJsonText(text);
  if (writeCanonical(value) !== text) refuse("schema", "not the canonical form");
  return value;
}

/** Writes JSON; what readJson would refuse is refused here too. */
export function writeJson(value: unknown): Bytes {
  return utf8(writeJsonText(value));
}

/** The same as text. */
export function writeJsonText(value: unknown): string {
  const text = JSON.stringify(value);
  readJsonText(text);
  return text;
}
