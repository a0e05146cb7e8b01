/** Reads one dictionary of a PDF: its keys, its texts, and where it points. Nothing else of the format is understood here. */

import { bytesOf } from "./inflating.js";

/** A dictionary is not read beyond this, nor the words of one key. */
const [LONGEST, LONGEST_WORDS] = [32_768, 200];
const SPACE = /[\0\t\n\f\r ]/;
const PLAIN = /[^\0\t\n\f\r ()<>[\]{}/%]{1,200}/y;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", "\n": "", "\r": "" };

type Kind = "name" | "text" | "open" | "close" | "word";
interface Token {
  readonly kind: Kind;
  readonly value: string;
  readonly end: number;
}

/** A text in round brackets, from behind the first of them. */
function bracketed(text: string, from: number): Token {
  const pieces: string[] = [];
  let [at, depth] = [from, 1];
  while (at < text.length) {
    const one = text[at] as string;
    at += 1;
    if (one === "\\") {
      const octal = /^[0-7]{1,3}/.exec(text.slice(at, at + 3))?.[0];
      const next = text[at] ?? "";
      pieces.push(octal === undefined ? ESCAPES[next] ?? next : String.fromCharCode(Number.parseInt(octal, 8) & 255));
      at += octal?.length ?? 1;
      continue;
    }
    if (one === "(") depth += 1;
    if (one === ")") depth -= 1;
    if (depth === 0) break;
    pieces.push(one);
  }
  return { kind: "text", value: pieces.join(""), end: at };
}

function hexadecimal(text: string, from: number): Token {
  const close = text.indexOf(">", from);
  const end = close < 0 ? text.length : close;
  const digits = text.slice(from, end).replace(/[^0-9a-fA-F]/g, "");
  const pairs = (digits + "0").match(/../g) ?? [];
  return { kind: "text", value: String.fromCharCode(...pairs.slice(0, 4096).map((pair) => Number.parseInt(pair, 16))), end: end + 1 };
}

function word(text: string, from: number): Token {
  PLAIN.lastIndex = from;
  const value = PLAIN.exec(text)?.[0] ?? "";
  return { kind: "word", value, end: from + Math.max(value.length, 1) };
}

/** What stands at this place; null at the end. */
function tokenAt(text: string, from: number): Token | null {
  let at = from;
  while (at < text.length && SPACE.test(text[at] as string)) at += 1;
  if (at >= text.length) return null;
  const [one, two] = [text[at], text.slice(at, at + 2)];
  if (two === "<<" || one === "[") return { kind: "open", value: two, end: at + (one === "[" ? 1 : 2) };
  if (two === ">>" || one === "]") return { kind: "close", value: two, end: at + (one === "]" ? 1 : 2) };
  if (one === "(") return bracketed(text, at + 1);
  if (one === "<") return hexadecimal(text, at + 1);
  if (one !== "/") return word(text, at);
  const { value, end } = word(text, at + 1);
  const name = value.replace(/#([0-9a-fA-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
  return { kind: "name", value: name, end: value === "" ? at + 1 : end };
}

/** What a dictionary says of itself: texts, and words that are none (numbers, names, references such as `12 0 R`). */
export interface Dictionary {
  readonly texts: ReadonlyMap<string, string>;
  readonly words: ReadonlyMap<string, string>;
}

/** The dictionary that begins here; null where none does. */
export function dictionaryAt(whole: string, from: number): Dictionary | null {
  const text = whole.slice(from, from + LONGEST);
  const [texts, words] = [new Map<string, string>(), new Map<string, string>()];
  let token = tokenAt(text, 0);
  if (token?.value !== "<<") return null;
  let [depth, key] = [1, ""];
  for (token = tokenAt(text, token.end); token && depth > 0; token = tokenAt(text, token.end)) {
    const { kind, value } = token;
    if (kind === "open") depth += 1;
    else if (kind === "close") depth -= 1;
    else if (depth === 1 && kind === "name" && (key === "" || words.has(key) || texts.has(key))) key = value;
    else if (depth === 1 && kind === "text") texts.set(key, value);
    else if (depth === 1 && (words.get(key) ?? "").length < LONGEST_WORDS) words.set(key, `${words.get(key) ?? ""} ${value}`.trim());
    if (depth === 1 && kind === "close") key = "";
  }
  return { texts, words };
}

/** The text that stands here by itself; null where none does. */
export function textAt(whole: string, from: number): string | null {
  const token = tokenAt(whole.slice(from, from + LONGEST), 0);
  return token?.kind === "text" ? token.value : null;
}

/** A text of a PDF, whose bytes may be of four kinds. */
export function decoded(text: string): string {
  const bytes = bytesOf(text);
  const wide = text.startsWith("\u00fe\u00ff") ? "utf-16be" : text.startsWith("\u00ff\u00fe") ? "utf-16le" : null;
  if (wide !== null) return new TextDecoder(wide).decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("latin1").decode(bytes);
  }
}
