/** The form of one HR system: what each heading and each kind means. Every change is a version; old rows are read again. */

import { fill, h } from "../../shared/dom.js";
import { counted } from "../../shared/counted.js";
import { msg, t } from "../../shared/strings.js";
import type { Draw, Go } from "../drawing.js";
import { kindName } from "../kinds.js";
import type { OfficerSession } from "../session.js";
import { wordsFor } from "../words.js";
import { columnName } from "./columns.js";
import { FILES, type File, type Heading, type KindName, type Mapped, keptShape, mappedOf } from "./model.js";

const NEEDED: Readonly<Record<File, readonly string[]>> = { roster: ["employee_id"], events: ["employee_id", "event_type"] };

/** One name as HR writes it: what it means now, and what was chosen; null takes the form's own word back. */
interface Line {
  readonly text: string;
  readonly element: HTMLElement;
  /** `undefined` while nothing was changed. */
  readonly changed: () => string | null | undefined;
  readonly means: () => string | null;
}

interface Word {
  readonly text: string;
  readonly note: string;
  readonly means: string | null;
  readonly given: boolean;
  readonly choices: readonly string[];
  readonly say: (code: string) => string;
  readonly nothing: string;
  /** Whether somebody should say what it means: a column that is not read is often rightly so. */
  readonly wanted: boolean;
}

function line(word: Word, number: string): Line {
  const now = word.given ? (word.means ?? "") : "";
  const known = word.given ? t("as known to the watch") : word.means === null ? word.nothing : t("{name} (known)", { name: word.say(word.means) });
  const options = [h("option", { value: "" }, known), ...word.choices.map((code) => h("option", { value: code }, word.say(code)))];
  const select = h("select", { id: `word-${number}`, "data-test": "word", "data-text": word.text }, options);
  select.value = now;
  const element = h("div", { class: word.wanted ? "mapping open" : "mapping" },
    h("label", { for: `word-${number}` }, word.text, word.note !== "" && h("span", { class: "small soft" }, ` ${word.note}`)), select);
  const changed = (): string | null | undefined => select.value === now ? undefined : select.value || null;
  return { text: word.text, element, changed, means: () => select.value !== "" ? select.value : word.given ? null : word.means };
}

function headingLine(found: Mapped, one: Heading, at: number): Line {
  return line({ text: one.text, note: "", means: one.column, given: one.given, choices: found.columns[one.file], say: columnName, nothing: t("not read"), wanted: false }, `column-${at}`);
}

function kindLine(found: Mapped, one: KindName, at: number): Line {
  const choices = [...found.known].sort((a, b) => kindName(a).localeCompare(kindName(b)));
  return line({ text: one.text, note: counted(msg("{count} row"), msg("{count} rows"), one.rows), means: one.kind, given: one.given, choices, say: kindName, nothing: t("not counted"), wanted: one.kind === null }, `kind-${at}`);
}

/** The page of one system; `told` is what its last change did. */
export function showForm(source: string, told: string | null = null): Draw {
  return async (room, go) => {
    const found = await room.calls.get(mappedOf(source), `/api/feeds/${source}`);
    const said = told === null ? null : h("p", { class: "notice", role: "status", "data-changed": true, "data-test": "form-kept" }, told);
    return h("div", { class: "stack" }, h("h1", { "data-test": "form-title" }, t("How {source} is read", { source })),
      h("p", { class: "soft" }, room.entity(found.feed.entity), " · ", t("form version {version}", { version: found.feed.version })), said, theForm(room, go, found));
  };
}

function theForm(room: OfficerSession, go: Go, found: Mapped): HTMLElement {
  const columns = new Map(FILES.map((file) => [file, found.headings.filter((one) => one.file === file).map((one, at) => headingLine(found, one, at + (file === "roster" ? 0 : 1000)))]));
  const kinds = found.kinds.map((one, at) => ({ one, line: kindLine(found, one, at) }));
  const dates = h("select", { id: "dates", "data-test": "dates" }, h("option", { value: "" }, t("as written (03/04/2026 is rejected)")),
    h("option", { value: "dmy" }, t("the day first: 03/04/2026 is 3 April")), h("option", { value: "mdy" }, t("the month first: 03/04/2026 is 4 March")));
  dates.value = found.dates ?? "";
  const fault = h("p", { class: "fault", role: "alert", "data-test": "form-fault" });
  const every = [...columns.values()].flat();
  const keep = async (): Promise<void> => {
    const twice = FILES.flatMap((file) => doubled(columns.get(file) ?? []));
    const changes = { columns: pairs(every), kinds: pairs(kinds.map(({ line: one }) => one)), dates: dates.value || null };
    const nothing = changes.columns.length + changes.kinds.length === 0 && changes.dates === found.dates;
    fill(fault, twice.length > 0 ? t("Two headings of one file are read as the same column: {columns}. Choose one of them.", { columns: twice.map(columnName).join(t(", ")) }) : nothing ? t("You have not changed anything.") : "");
    if (twice.length > 0 || nothing) return;
    const { version, changed } = await room.calls.post(keptShape, `/api/feeds/${found.feed.source}/form`, { version: found.feed.version, ...changes });
    go(showForm(found.feed.source, t("Version {version} is in effect. Old rows read again: {count}. Files received from now on are read with it.", { version, count: changed })), "stay");
  };
  const onsubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    keep().catch((error: unknown) => fill(fault, wordsFor(error)));
  };
  return h("form", { class: "stack", novalidate: true, onsubmit }, FILES.map((file) => columnPart(file, columns.get(file) ?? [])), kindPart(found, kinds),
    h("section", { class: "card stack-small" }, h("h2", {}, t("Days")), h("label", { for: "dates" }, t("If a date ends with the year, what comes first?")), dates),
    fault, h("div", { class: "actions" }, h("button", { class: "primary", "data-test": "form-keep" }, t("Save as version {version}", { version: found.feed.version + 1 })),
      h("button", { type: "button", onclick: () => history.back() }, t("Back"))));
}

function pairs(lines: readonly Line[]): [string, string | null][] {
  return lines.flatMap((one) => { const to = one.changed(); return to === undefined ? [] : [[one.text, to]]; });
}

/** The columns that two headings of one file would both be, where one of them was chosen here. */
function doubled(lines: readonly Line[]): string[] {
  const chosen = lines.flatMap((one) => one.changed() ?? []);
  return [...new Set(chosen)].filter((column) => lines.filter((one) => one.means() === column).length > 1);
}

function columnPart(file: File, lines: readonly Line[]): HTMLElement {
  const there = new Set(lines.map((one) => one.means()));
  const missing = NEEDED[file].filter((column) => !there.has(column));
  const title = file === "roster" ? t("Columns of the roster") : t("Columns of the entries");
  return h("section", { class: "card stack-small", "data-test": `columns-${file}` }, h("h2", {}, title),
    lines.length === 0 ? h("p", { class: "soft" }, t("No file of this kind has been received yet, or all its headings are unknown. In that case import a form from a file (“yanlu watch form”)."))
      : [missing.length > 0 && h("p", { class: "notice notice-care", "data-test": "missing" }, t("Such files are rejected until one heading is set to: {columns}.", { columns: missing.map(columnName).join(t(", ")) })),
        h("p", { class: "hint" }, t("Headings of the newest file. Columns that are not read are discarded on arrival with all their values. Changes apply to later files.")),
        lines.map((one) => one.element)]);
}

function kindPart(found: Mapped, kinds: readonly { readonly one: KindName; readonly line: Line }[]): HTMLElement {
  const open = kinds.filter(({ one }) => one.kind === null), known = kinds.filter(({ one }) => one.kind !== null);
  const rare = found.rare.names > 0 && h("p", { class: "hint", "data-test": "rare" }, t("Names not shown: {names} (rows: {rows}). A name used in only one or two rows may describe a person. Ask HR for its list of kinds, and map them with a file.", found.rare));
  return h("section", { class: "card stack-small", "data-test": "kinds" }, h("h2", {}, t("Kinds")),
    found.kinds.length === 0 && found.rare.names === 0 ? h("p", { class: "soft" }, t("No entries have been received yet."))
      : [h("p", { class: "hint" }, t("After a change, earlier rows are read again, and the next look counts them.")),
        open.length > 0 ? open.map(({ line: one }) => one.element) : h("p", {}, t("All kinds shown are known.")), rare,
        known.length > 0 && h("details", { class: "stack-small" }, h("summary", { "data-test": "kinds-known" }, t("Known kinds: {count}", { count: known.length })), known.map(({ line: one }) => one.element))]);
}
