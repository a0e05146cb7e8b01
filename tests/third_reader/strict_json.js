// SPEC §1 and §4: the strict JSON of everything, and the one way in which a note writes it.
import { Refused, demand, utf8 } from "./ground.js";

const DEPTH = 16;
const MAX = 2 ** 53 - 1;
const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const LITERALS = [["true", true], ["false", false], ["null", null]];
const BLANK = /[ \t\r\n]*/y;
const NUMBER = /-?(0|[1-9][0-9]*)/y;
// Control characters are exactly what a string may not hold.
const PLAIN = /[^"\\\u0000-\u001f]*/y;

class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  fail(words) {
    throw new Refused("json", `${words} at ${this.at}`);
  }

  take(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at += found[0].length;
    return found?.[0];
  }

  /** Takes one character if it is the next one behind white space. */
  next(character) {
    this.take(BLANK);
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  value(depth) {
    if (this.next("{")) return this.object(depth + 1);
    if (this.next("[")) return this.array(depth + 1);
    if (this.next('"')) return this.string();
    for (const [word, value] of LITERALS) {
      if (!this.text.startsWith(word, this.at)) continue;
      this.at += word.length;
      return value;
    }
    return this.number();
  }

  number() {
    const text = this.take(NUMBER);
    if (text === undefined || text === "-0" || /[.eE0-9]/.test(this.text[this.at] ?? "")) this.fail("no number");
    const value = Number(text);
    if (Math.abs(value) > MAX) this.fail("too large a number");
    return value;
  }

  object(depth) {
    if (depth > DEPTH) this.fail("too deep");
    const made = Object.create(null);
    if (this.next("}")) return made;
    do {
      if (!this.next('"')) this.fail("no key");
      const key = this.string();
      if (key in made) this.fail("a key twice");
      if (!this.next(":")) this.fail("no colon");
      made[key] = this.value(depth);
    } while (this.next(","));
    if (!this.next("}")) this.fail("no end of an object");
    return made;
  }

  array(depth) {
    if (depth > DEPTH) this.fail("too deep");
    const made = [];
    if (this.next("]")) return made;
    do made.push(this.value(depth));
    while (this.next(","));
    if (!this.next("]")) this.fail("no end of a list");
    return made;
  }

  string() {
    let made = "";
    for (;;) {
      made += this.take(PLAIN);
      const mark = this.text[this.at];
      this.at += 1;
      if (mark === '"') break;
      if (mark !== "\\") this.fail("no end of a string");
      made += this.escape();
    }
    if (!made.isWellFormed()) this.fail("a lone surrogate");
    return made;
  }

  escape() {
    const letter = this.text[this.at];
    this.at += 1;
    if (Object.hasOwn(ESCAPES, letter)) return ESCAPES[letter];
    const hex = letter === "u" ? this.take(/[0-9a-fA-F]{4}/y) : undefined;
    if (hex === undefined) this.fail("no escape");
    return String.fromCharCode(parseInt(hex, 16));
  }
}

/** Reads strict JSON of at most `limit` bytes, or refuses at `json`. */
export function readJson(bytes, limit) {
  demand(bytes.length <= limit, "json", "too long");
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refused("json", "no UTF-8");
  }
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.take(BLANK);
  if (reader.at !== text.length) reader.fail("something behind it");
  return value;
}

function writeString(text) {
  const escaped = text.replace(/["\\]/g, "\\$&");
  return `"${escaped.replace(/[\u0000-\u001f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)}"`;
}

/** Writes as a note does: nothing between the tokens, keys in the order in which the value has them. */
export function writeJson(value) {
  if (typeof value === "string") return writeString(value);
  if (Array.isArray(value)) return `[${value.map(writeJson).join(",")}]`;
  if (value === null || typeof value !== "object") return String(value);
  return `{${Object.entries(value).map(([key, one]) => `${writeString(key)}:${writeJson(one)}`).join(",")}}`;
}

/** Writes as `writeJson`, keys sorted by their bytes at every depth. */
export function writeSorted(value) {
  if (Array.isArray(value)) return `[${value.map(writeSorted).join(",")}]`;
  if (value === null || typeof value !== "object") return writeJson(value);
  const keys = Object.keys(value).sort((a, b) => Buffer.compare(utf8(a), utf8(b)));
  return `{${keys.map((key) => `${writeString(key)}:${writeSorted(value[key])}`).join(",")}}`;
}
