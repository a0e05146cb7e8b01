/** Writing a letter in the browser: template, what the opened case tells and what was typed become one paper, as in Python. */

import book from "./letters.json";
import { textIn } from "../../crypto/localized.js";
import type { Tag } from "../../crypto/shape.js";
import { pairsOf, spokenWith, voiceAmong } from "../voices.js";
import type { Words } from "../words.js";

/** A text of the letters by language tag. */
export type LetterText = Readonly<Record<Tag, string>>;
export type FieldKind = "line" | "text" | "day" | "outcome" | "measures";
export type LetterForm = "letter" | "sheet" | "statement" | "minutes";
export type LetterReader = "reporter" | "department" | "authority" | "file" | "concerned";
export type PartKind = "text" | "row" | "blank" | "lines";

export interface LetterField {
  readonly id: string;
  readonly label: LetterText;
  readonly kind: FieldKind;
  readonly needed: boolean;
  /** Asked only where the policy asks the letter to state it. */
  readonly stated?: boolean;
}

interface Block {
  readonly kind: PartKind | "answers";
  readonly when: string | null;
  readonly unless: string | null;
  readonly text?: LetterText;
  readonly label?: LetterText;
  readonly value?: string;
  readonly field?: string;
}

export interface LetterTemplate {
  readonly id: string;
  readonly to: LetterReader;
  readonly form: LetterForm;
  readonly title: LetterText;
  readonly salute: LetterText | null;
  readonly close: LetterText | null;
  readonly sign: readonly LetterText[];
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
  /** What a report is called: by its kind, the policy's kinds, its title; by these the letter speaks of it. */
  readonly called: readonly string[];
  /** What the policy asks a result letter to state: ids of its fields. */
  readonly states: readonly string[];
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
  readonly language: Tag;
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

const VOICES = ["voice-appeal", "voice-complaint"];
export const LETTERS = book.letters as readonly LetterTemplate[];
const WORDS = book.words as Readonly<Record<string, LetterText>>;

/** What a text of the letters says in a language, or in that of the book where it is not there; nothing for none. */
export function letterSaid(texts: LetterText | null | undefined, language: Tag): string {
  return texts ? textIn({ texts, language: book.language }, language) : "";
}

/** Words that letters share: of channels and of levels, by `channel-telephone`, `level-anonymous` and the like. */
export function letterWord(name: string, language: Tag): string | null {
  return Object.hasOwn(WORDS, name) ? letterSaid(WORDS[name], language) : null;
}

/** The same in all languages; throws for a name that no letter knows. */
export function letterWords(name: string): Words {
  const found = Object.hasOwn(WORDS, name) ? WORDS[name] : undefined;
  if (found === undefined) throw new Error(`no word ${name}`);
  return found as LetterText & Words;
}

/** Texts one after the other, as the language joins them. */
export function joinIn(texts: readonly string[], language: Tag): string {
  return texts.join(letterSaid(WORDS["separator"], language));
}

/** A day as a letter writes it: 2026年11月25日, 25 November 2026; null for one that is none. */
export function sayLetterDay(day: string, language: Tag): string | null {
  const found = DAY.exec(day);
  const date = new Date(`${day}T00:00:00Z`);
  if (found === null || Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== day || found[1] === "0000") return null;
  const [year, month, number] = [found[1], found[2], found[3]].map(Number);
  const parts = new Map([["year", String(year)], ["month", letterSaid(WORDS[`month-${month}`], language)], ["day", String(number)]]);
  return letterSaid(WORDS["day"], language).replace(/\{([a-z]+)\}/g, (_, name: string) => parts.get(name) ?? "");
}

const lengthOf = (text: string): number => [...text].length;

function valueOf({ id, kind }: LetterField, language: Tag, value: string): string {
  const found = value.replaceAll("\r\n", "\n").replace(ENDS, "");
  if (lengthOf(found) > (kind === "line" ? LINE : LONGEST) || UNSEEN.test(found) || (kind === "line" && found.includes("\n"))) throw new LetterUnfit(id, "too-long");
  if (kind !== "day") return found;
  const day = sayLetterDay(found, language);
  if (day === null) throw new LetterUnfit(id, "no-day");
  return day;
}

/** The fields under a policy that asks the letter to state these. */
export function lettersFields({ fields }: LetterTemplate, states: readonly string[]): readonly LetterField[] {
  return fields.filter(({ id, stated }) => stated !== true || states.includes(id));
}

function typedInto(asked: readonly LetterField[], language: Tag, given: Readonly<Record<string, string>>): Record<string, string> {
  const fields = new Map(asked.map((field) => [field.id, field]));
  const typed: Record<string, string> = {};
  for (const id of Object.keys(given).sort()) if (!fields.has(id)) throw new LetterUnfit(id, "no-such-field");
  for (const [id, value] of Object.entries(given)) {
    const field = fields.get(id);
    if (field !== undefined && value.replace(ENDS, "") !== "") typed[id] = valueOf(field, language, value);
  }
  const missing = asked.filter(({ id, needed }) => needed && typed[id] === undefined).map(({ id }) => id);
  if (missing.length > 0) throw new LetterIncomplete(missing);
  return typed;
}

/** In which words the letters' own sentences speak of such a report, in this language. */
function voiceIn(language: Tag, called: readonly string[], title: string): (said: string) => string {
  const found = voiceAmong(VOICES.map((name) => pairsOf(letterWord(name, language) ?? "")), called, title);
  return found === null ? (said) => said : spokenWith(found);
}

/** The paper; throws `LetterUnfit` for what cannot stand in a field, `LetterIncomplete` naming what is still needed. */
export function composeLetter(template: LetterTemplate, language: Tag, facts: LetterFacts, given: Readonly<Record<string, string>>): Paper {
  const { answers, called, states, ...told } = facts;
  const speak = voiceIn(language, called, facts.policy);
  const half = (texts: LetterText | null | undefined): string => speak(letterSaid(texts, language));
  const known = new Map(Object.entries({
    addressee: half(WORDS["anonymous"]), confidentiality: half(WORDS["confidentiality"]), ...told, channel: speak(facts.channel),
    received: sayLetterDay(facts.received, language) ?? "", today: sayLetterDay(facts.today, language) ?? "",
    ...typedInto(lettersFields(template, states), language, given),
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
    letter: template.id, form: template.form, language, title: half(template.title), number: fill(half(WORDS["number"])), salute: fill(half(template.salute)),
    parts: template.body.filter(stands).flatMap(part), close: half(template.close), sign: template.sign.map(half), seal: template.seal ? half(WORDS["seal"]) : "",
    office: facts.office, day: known.get("today") ?? "",
  };
}

/** The paper as plain text, as the reporter reads it in the mailbox. */
export function letterText(paper: Paper): string {
  const [indent, colon] = [letterSaid(WORDS["indent"], paper.language), letterSaid(WORDS["colon"], paper.language)];
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
