/** Reading what a server says: at least the named keys, each of its exact type; what else a newer server says is dropped. */

import { refuse } from "../../crypto/errors.js";
import { type Read, type Shape, flag, integer, list, record, text } from "../../crypto/shape.js";

type Fields = Readonly<Record<string, Shape<unknown>>>;

/** An object with at least these keys; only they are kept. */
export function optionalRecord<F extends Fields>(fields: F): Shape<{ [K in keyof F]: Read<F[K]> }> {
  const exact = record(fields);
  const names = Object.keys(fields);
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse("schema", "not an object");
    return exact(Object.fromEntries(names.filter((name) => Object.hasOwn(value, name)).map((name) => [name, (value as Record<string, unknown>)[name]])));
  };
}

/** What a reader makes of the text of an answer; a CryptoError (`schema`) for anything else. */
export function readText<T>(shape: Shape<T>, content: string): T {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    return refuse("schema", "not JSON");
  }
  return shape(value);
}

/** The text of an answer of this many bytes at most; a CryptoError (`schema`) for one that goes on, which is cut off. */
export async function boundedText(answer: Response, most: number): Promise<string> {
  const reader = answer.body?.getReader();
  const decoder = new TextDecoder();
  let [content, size] = ["", 0];
  for (let piece = await reader?.read(); reader !== undefined && piece?.value !== undefined; piece = await reader.read()) {
    size += piece.value.byteLength;
    content += decoder.decode(piece.value, { stream: true });
    if (size <= most) continue;
    await reader.cancel();
    return refuse("schema", "an answer that does not end");
  }
  return content + decoder.decode();
}

/** Whether `/office/site.json` says that this is a demonstration; whatever else it says, it is none. */
export function isDemo(content: string): boolean {
  try {
    return readText(optionalRecord({ demo: flag }), content).demo;
  } catch {
    return false;
  }
}

const MOST_ROOTS = 1000;
const ROOT_LIMIT = 1_048_576;
const MOST_PARTS = 1024;

/** The chain of an office's roots, or of those of a log. */
export const rootsShape = optionalRecord({ roots: list(text(ROOT_LIMIT), MOST_ROOTS) });
const partRow = optionalRecord({ k: integer() });
/** The numbers of the parts of an upload that are there. */
export const partsShape = optionalRecord({ parts: list(partRow, MOST_PARTS) });
/** A server's own problem (RFC 9457): a bounded text is all that is shown of it. */
const LONGEST_WORD = 2000;
export const problemOf = (content: string): { readonly code: string; readonly title: string; readonly detail: string; readonly allowed: readonly string[] } => {
  let found: unknown = null;
  try {
    found = JSON.parse(content);
  } catch {
    // No problem document at all: nothing of it is shown.
  }
  const members = (typeof found === "object" && found !== null ? found : {}) as Record<string, unknown>;
  const word = (name: string): string => (typeof members[name] === "string" ? members[name].slice(0, LONGEST_WORD) : "");
  const allowed = Array.isArray(members["allowed"]) ? members["allowed"] : [];
  const names = allowed.map((one: unknown) => (typeof one === "object" && one !== null ? (one as Record<string, unknown>)["name"] : null));
  return {
    code: word("type").split(":").pop() ?? "", title: word("title"), detail: word("detail"),
    allowed: names.filter((one): one is string => typeof one === "string").map((one) => one.slice(0, LONGEST_WORD)),
  };
};
