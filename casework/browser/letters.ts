/** Writing a letter in the browser: template, what the opened case tells and what was typed become one paper, as in Python. */

import book from "../letters/letters.json";
import type { Words } from "./words.js";

export type Language = "zh" | "en";
export type FieldKind = "line" | "text" | "day" | "outcome" | "measures";
export type LetterForm = "letter" | "sheet" | "statement" | "minutes";
export type LetterReader = "reporter" | "department" | "authority" | "file" | "concerned";
export type PartKind = "text" | "row" | "blank" | "lines";

export interface LetterField {
  readonly id: string;
  readonly label: Words;
  readonly kind: FieldKind;
  readonly needed: boolean;
}

interface Block {
  readonly kind: PartKind | "answers";
  readonly when: string | null;
  readonly unless: string | null;
  readonly text?: Words;
  readonly label?: Words;
  readonly value?: string;
  readonly field?: string;
}

export interface LetterTemplate {
  readonly id: string;
  readonly to: LetterReader;
  readonly form: LetterForm;
  readonly title: Words;
  readonly salute: Words | null;
  readonly close: Words | null;
  readonly sign: readonly Words[];
  readonly seal: boolean;
  readonly fields: readonly LetterField[];
  readonly body: readonly Block[];
}

/** What the opened case tells, in the language of the letter; days as ISO days, nothing where it is not known. */
export interface LetterFacts {
  readonly office: string;
  readonly policy: string;
  readonly ticket: string;
  readonly received: string;
  readonly today: string;
  readonly channel: string;
  readonly level: string;
  readonly category: string;
  readonly account: string;
  readonly attachments: string;
  readonly answers: readonly (readonly [string, string])[];
}

export interface PaperPart {
  readonly kind: PartKind;
  readonly label: string;
  readonly text: string;
}

/** A letter that is written, in one language, before it is laid out. */
export interface Paper {
  readonly letter: string;
  readonly form: LetterForm;
  readonly language: Language;
  readonly title: string;
  readonly number: string;
  readonly salute: string;
  readonly parts: readonly PaperPart[];
  readonly close: string;
  readonly sign: readonly string[];
  readonly seal: string;
  readonly office: string;
  readonly day: string;
}

/** What a letter still needs: the ids of its fields. */
export class LetterIncomplete extends Error {
  constructor(readonly missing: readonly string[]) {
    super(missing.join(", "));
  }
}

/** What was given for a field cannot stand there. */
export class LetterUnfit extends Error {
  constructor(readonly field: string, readonly reason: "no-such-field" | "too-long" | "no-day") {
    super(`${field}: ${reason}`);
  }
}

const LONGEST = 16_384;
const LINE = 512;
// What no keyboard types and no letter shows: all of C0 but the line feed and the tabulator, and C1.
// eslint-disable-next-line no-control-regex
const UNSEEN = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/;
const DAY = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;
// The white space that both twins trim.
const ENDS = /^[\t\n\x20\u00a0\u3000]+|[\t\n\x20\u00a0\u3000]+$/g;
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

export const LETTERS = book.letters as readonly LetterTemplate[];
/** Words that letters share: of channels and of levels, by `channel-telephone`, `level-anonymous` and the like. */
export const LETTER_WORDS = book.words as Readonly<Record<string, Words>>;

/** A day as a letter writes it: 2026年11月25日, 25 November 2026; null for one that is none. */
export function sayLetterDay(day: string, language: Language): string | null {
  const found = DAY.exec(day);
  const date = new Date(`${day}T00:00:00Z`);
  if (found === null || Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== day || found[1] === "0000") return null;
  const [year, month, number] = [Number(found[1]), Number(found[2]), Number(found[3])];
  return language === "zh" ? `${year}年${month}月${number}日` : `${number} ${MONTHS[month - 1]} ${year}`;
}

const lengthOf = (text: string): number => [...text].length;

function valueOf({ id, kind }: LetterField, language: Language, value: string): string {
  const found = value.replaceAll("\r\n", "\n").replace(ENDS, "");
  if (lengthOf(found) > (kind === "line" ? LINE : LONGEST) || UNSEEN.test(found) || (kind === "line" && found.includes("\n"))) throw new LetterUnfit(id, "too-long");
  if (kind !== "day") return found;
  const day = sayLetterDay(found, language);
  if (day === null) throw new LetterUnfit(id, "no-day");
  return day;
}

function typedInto(template: LetterTemplate, language: Language, given: Readonly<Record<string, string>>): Record<string, string> {
  const fields = new Map(template.fields.map((field) => [field.id, field]));
  const typed: Record<string, string> = {};
  for (const id of Object.keys(given).sort()) if (!fields.has(id)) throw new LetterUnfit(id, "no-such-field");
  for (const [id, value] of Object.entries(given)) {
    const field = fields.get(id);
    if (field !== undefined && value.replace(ENDS, "") !== "") typed[id] = valueOf(field, language, value);
  }
  const missing = template.fields.filter(({ id, needed }) => needed && typed[id] === undefined).map(({ id }) => id);
  if (missing.length > 0) throw new LetterIncomplete(missing);
  return typed;
}

/** The paper; throws `LetterUnfit` for what cannot stand in a field, `LetterIncomplete` naming what is still needed. */
export function composeLetter(template: LetterTemplate, language: Language, facts: LetterFacts, given: Readonly<Record<string, string>>): Paper {
  const half = (words: Words | null | undefined): string => words?.[language] ?? "";
  const { answers, ...told } = facts;
  const known = new Map(Object.entries({
    addressee: half(book.words.anonymous), confidentiality: half(book.words.confidentiality), ...told,
    received: sayLetterDay(facts.received, language) ?? "", today: sayLetterDay(facts.today, language) ?? "",
    ...typedInto(template, language, given),
  }));
  const fill = (text: string): string => text.replace(/\{([a-z]+)\}/g, (_, name: string) => known.get(name) ?? "");
  const stands = ({ when, unless }: Block): boolean => (when === null || Boolean(known.get(when))) && (unless === null || !known.get(unless));
  const part = (block: Block): PaperPart[] => {
    if (block.kind === "answers") return answers.map(([label, text]) => ({ kind: "row", label, text }));
    if (block.kind === "lines") return [{ kind: "lines", label: "", text: known.get(block.field ?? "") ?? "" }];
    if (block.kind === "text") return [{ kind: "text", label: "", text: fill(half(block.text)) }];
    return [{ kind: block.kind, label: half(block.label), text: fill(block.value ?? "") }];
  };
  return {
    letter: template.id, form: template.form, language, title: half(template.title), number: fill(half(book.words.number)), salute: fill(half(template.salute)),
    parts: template.body.filter(stands).flatMap(part), close: half(template.close), sign: template.sign.map(half), seal: template.seal ? half(book.words.seal) : "",
    office: facts.office, day: known.get("today") ?? "",
  };
}

/** The paper as plain text, as the reporter reads it in the mailbox. */
export function letterText(paper: Paper): string {
  const [indent, colon] = paper.language === "zh" ? ["　　", "："] : ["", ": "];
  const indented = (text: string): string[] => text.split("\n").map((line) => indent + line);
  const lines = [paper.title, "", paper.number, ""];
  if (paper.salute !== "") lines.push(paper.salute);
  for (const { kind, label, text } of paper.parts) {
    if (kind === "lines") lines.push(...text.split("\n"));
    else if (kind === "text") lines.push(...indented(text));
    else lines.push(`${indent}${label}${colon}${text}`);
  }
  if (paper.close !== "") lines.push("", ...indented(paper.close));
  return [...lines, "", paper.office, paper.day].join("\n");
}
