/** The codes of an act as fields: what stands in clear beside it, so that clocks and lists can run on it. */

import { type Act, type Attribute, type Codes, choicesOf, extensionDays, isExtendable, mayAct, traitOf } from "../../../casework/index.js";
import { inLanguage } from "../../shared/officetext.js";
import { type Sentence, inARow, msg, t } from "../../shared/strings.js";
import type { OpenedCase, Ruled } from "../opened/model.js";
import type { OfficeWords } from "../context.js";
import { AUTHORITIES } from "./authorities.js";
import { actTitle, nameOf } from "./words.js";
import { rulingOf } from "../opened/casestate.js";
import { gradeNotes } from "./clauses.js";
import { departmentPart } from "./departmentpart.js";
import { caseNumber } from "../opened/number.js";
import { deputyOf, handlersOf } from "../opened/handlers.js";
import { type Child, field, fill, h } from "../ui.js";
import { SILENT, mayDo } from "./precheck.js";

/** What a form needs to know besides the act. */
export interface Setting {
  readonly ruled: Ruled;
  readonly opened: OpenedCase;
  readonly words: OfficeWords;
  readonly me: string;
  /** The other cases of this member, by title. */
  readonly others: readonly { readonly id: string; readonly title: string }[];
  readonly now: () => Date;
  /** What the ids of this step's fields end with: nothing for the first of a form. */
  readonly nth: string;
  /** Who stands in the field for the handler where the record names nobody. */
  readonly handler: string | null;
}

/** The setting of the first step of a form. */
export function settingOf(ruled: Ruled, opened: OpenedCase, { words, me, now }: Pick<Setting, "words" | "me" | "now">, others: Setting["others"] = [], handler: string | null = null): Setting {
  return { ruled, opened, words, me, now, others, nth: "", handler };
}

/** What a step is called in a case: who gives it to somebody for the first time does not reassign it. */
export function stepTitle(act: Act, { opened }: Pick<Setting, "opened">): string {
  if (act !== "reassigned") return actTitle(act);
  return handlersOf({ row: opened.row, opened }).length > 0 ? t("Reassign") : t("Assign");
}

/** Some fields of a form, and what stands in them. */
export interface Part<T> {
  readonly element: Child;
  readonly read: () => T;
}

const LABELS: Readonly<Record<Attribute, Sentence>> = {
  kind: msg("Kind"), classification: msg("Classification"), grade: msg("Grade"), departments: msg("Departments"), handler: msg("Handler"),
  deputy: msg("Deputy"), clock: msg("Time limit"), until: msg("New last day"), case: msg("Merge into"), authority: msg("Authority"),
  member: msg("Person recused"), policy: msg("Policy"), version: msg("Version"), destination: msg("Export recipient"), asking: msg("Answers the request in record entry"),
};
const HINTS: { readonly [code in Attribute]?: Sentence } = {
  deputy: msg("Acts in the handler's roles while the handler is away."),
  authority: msg("The name of the authority is recorded unencrypted. Everything else is encrypted."),
  case: msg("Choose the case that continues. The reporter of this case is still notified separately."),
  destination: msg("For a court or an authority abroad another role must first record that the competent authority has approved it (PIPL art. 41)."),
  version: msg("From now on that version sets the stages, deadlines and appeals of this case."),
  until: msg("The reporter is told this date and the reason."),
};
const HOLDING = ["registrar", "investigator", "approver", "oversight", "outside"];

type Row = readonly [id: string, label: string];

/** What a code is called. */
export function codeLabel(code: Attribute): string {
  return t(LABELS[code]);
}

/** The fields for the codes that an act must and may carry. */
export function codePart(act: Act, setting: Setting): Part<Codes> {
  if (act === "reassigned") return successorPart(setting);
  const { codes, may } = traitOf(act);
  // Which request is answered stands in the form, and nobody types it.
  const parts = [...codes, ...may].filter((code) => code !== "asking").map((code) => [code, onePart(code, may.includes(code), setting)] as const);
  if (act === "extended") keepInRange(parts.flatMap(([, { element }]) => (element instanceof HTMLElement ? [element] : [])), setting);
  return {
    element: parts.map(([, part]) => part.element),
    read: () => Object.fromEntries(parts.map(([code, part]) => [code, part.read()] as const).filter(([, value]) => value !== "")),
  };
}

function onePart(code: Attribute, free: boolean, setting: Setting): Part<string> {
  const { nth } = setting;
  if (code === "departments") return departmentPart(t(LABELS[code]), setting);
  if (code === "until") return inputPart(code, h("input", { id: `act-until${nth}`, "data-test": `act-until${nth}`, type: "date", required: true, min: setting.words.today(setting.opened.row.entity) }));
  const rows = rowsOf(code, setting);
  if (rows === null) return inputPart(code, h("input", { id: `act-${code}${nth}`, "data-test": `act-${code}${nth}`, type: "text", required: !free, autocapitalize: "none", spellcheck: "false", maxlength: 48 }));
  const first = h("option", { value: "" }, free ? (code === "authority" ? t("none needed") : t("None")) : t("Please choose"));
  const select = h("select", { id: `act-${code}${nth}`, "data-test": `act-${code}${nth}`, required: !free }, first, rows.map(([id, label]) => h("option", { value: id }, label)));
  // Who has taken the case is most often the one who is named.
  const shelved = { row: setting.opened.row, opened: setting.opened };
  if (code === "handler") select.value = handlersOf(shelved)[0] ?? setting.handler ?? "";
  // Who stands in already goes on unless somebody else is chosen.
  if (code === "deputy") select.value = deputyOf(shelved) ?? "";
  const made = field(t(LABELS[code]), select, hintOf(code));
  return { element: code === "grade" ? h("div", { class: "stack" }, made, gradeNotes(setting.ruled)) : made, read: () => select.value };
}

/** The new last day goes by the limit that is chosen: from the day after its present end to the last that the policy allows, which its hint names. */
function keepInRange(fields: readonly HTMLElement[], setting: Setting): void {
  const [select, input] = [fields.flatMap((one) => one.querySelector("select") ?? [])[0], fields.flatMap((one) => one.querySelector("input") ?? [])[0]];
  if (select === undefined || input === undefined) return;
  const said = h("span", { "data-test": "until-range" });
  fields.flatMap((one) => one.querySelector(".hint") ?? []).at(-1)?.append(" ", said);
  const show = (): void => {
    const days = extensionDays(rulingOf(setting.ruled, setting.now()), setting.ruled.found, select.value);
    const day = (one: string): string => setting.words.day(one, setting.opened.row.entity);
    input.min = days?.first ?? setting.words.today(setting.opened.row.entity);
    input.max = days?.last ?? "";
    input.dataset["range"] = days === null ? "" : days.last === null ? t("From {first} on.", { first: day(days.first) }) : t("From {first} to {last}.", { first: day(days.first), last: day(days.last) });
    fill(said, input.dataset["range"]);
  };
  // A limit that is the only one needs no choice.
  if (select.options.length === 2) select.selectedIndex = 1;
  select.addEventListener("change", show);
  show();
}

function hintOf(code: Attribute): string | null {
  const hint = HINTS[code];
  const said = hint === undefined ? null : t(hint);
  return code === "handler" || code === "deputy" ? inARow(said ?? "", onlyReaders()) : said;
}

function inputPart(code: Attribute, input: HTMLInputElement): Part<string> {
  return { element: field(t(LABELS[code]), input, hintOf(code)), read: () => input.value.trim() };
}

/** What a code may be, where it is one of a list; null where it is typed. */
function rowsOf(code: Attribute, setting: Setting): readonly Row[] | null {
  const { rules } = setting.ruled;
  switch (code) {
    case "handler":
    case "deputy": return people(setting).filter(([id]) => mayAct(setting.ruled, setting.ruled.found, id));
    case "member": return [setting.me, ...setting.opened.holders.filter((id) => id !== setting.me && maySendAway(id, setting))].map((id) => [id, personLabel(id, setting)]);
    case "clock": return choicesOf(rules, code)?.filter((one) => isExtendable(rulingOf(setting.ruled, setting.now()), setting.ruled.found, one.id)).map((one) => [one.id, inLanguage(one.name)]) ?? [];
    case "authority": return choicesOf(rules, code)?.map((one) => [one.id, inLanguage(nameOf(rules, one.id))]) ?? Object.entries(AUTHORITIES).map(([id, name]) => [id, inLanguage(name)]);
    case "version": return setting.ruled.others.map(({ version }) => [version, version]);
    case "case": return setting.others.map(({ id, title }) => [id, `${title} · ${caseNumber(id)}`]);
    default: return choicesOf(rules, code)?.map((one) => [one.id, inLanguage(one.name)]) ?? null;
  }
}

/** Whether this member may say of another that they step back. */
function maySendAway(id: string, { ruled, opened, me, now }: Setting): boolean {
  return mayDo(ruled, opened, me, { ...SILENT, act: "recused", codes: { member: id }, audience: "office" }, now());
}

/** Anyone who could work on the case: nobody without a key can, and nobody who was excluded ever gets one. */
function people(setting: Setting): Row[] {
  const { words, opened, ruled } = setting;
  const able = words.directory.content.members.filter(({ id, role }) => HOLDING.includes(role) && words.directory.validMember(id) !== null
    && opened.holders.includes(id) && !opened.excluded.includes(id) && !ruled.found.recused.has(id));
  return able.map(({ id }) => [id, personLabel(id, setting)]);
}

const personLabel = (id: string, { words }: Setting): string => `${words.person(id)} · ${words.role(id)}`;

const onlyReaders = (): string => t("Only people who can read this case. To choose anyone else, first add them under “Who can read this case”.");

/** No id has this form. */
const NOBODY = "-";

/** Whether the record would take it that this member gives the case to a handler with a deputy. */
function mayGive({ ruled, opened, me, now }: Setting, handler: string, deputy: string): boolean {
  return handler !== deputy && mayDo(ruled, opened, me, { ...SILENT, act: "reassigned", codes: { handler, deputy }, audience: "office" }, now());
}

/** Who goes on with the case, somebody who can read it or nobody, and who stands in for them: the present deputy where the record would take that, unless another is named. */
function successorPart(setting: Setting): Part<Codes> {
  const { opened, words, nth } = setting;
  const shelved = { row: opened.row, opened };
  const [handlers, deputy] = [handlersOf(shelved), deputyOf(shelved)];
  const able = people(setting);
  const now = handlers.find((id) => id !== deputy) ?? null;
  const label = ([id, plain]: Row): string => (id === now ? t("{person} (handles it now)", { person: words.person(id) }) : id === setting.me ? t("{person} (you)", { person: words.person(id) }) : plain);
  const nobody = handlers.length > 0 && h("option", { value: NOBODY }, t("No one: return to unassigned"));
  const acting = able.filter(([id]) => mayAct(setting.ruled, setting.ruled.found, id));
  const select = h("select", { id: `act-handler${nth}`, "data-test": `act-handler${nth}`, required: true, "data-before": now },
    h("option", { value: "" }, t("Please choose")), acting.map((row) => h("option", { value: row[0] }, label(row))), nobody);
  // A case goes to its deputy more often than to anybody else, and a deputy gains no role by naming a handler: then the deputy is none.
  const keeps = (handler: string): boolean => deputy !== null && mayGive(setting, handler, deputy);
  const stays = acting.some(([id]) => keeps(id));
  const stands = h("select", { id: `act-deputy${nth}`, "data-test": `act-deputy${nth}`, "data-before": deputy ?? "" }, h("option", { value: "" }, t("None")), acting.map(([id, plain]) => h("option", { value: id, selected: stays && id === deputy }, plain)));
  const below = field(t(LABELS.deputy), stands, hintOf("deputy"));
  let isChosen = false;
  stands.addEventListener("change", () => { isChosen = true; });
  select.addEventListener("change", () => {
    below.hidden = select.value === NOBODY;
    if (!isChosen && select.value !== "" && select.value !== NOBODY) stands.value = keeps(select.value) && acting.some(([id]) => id === deputy) ? (deputy ?? "") : "";
    if (stands.value === select.value) stands.value = "";
  });
  const read = (): Codes => (select.value === NOBODY || select.value === "" ? {} : { handler: select.value, ...(stands.value === "" ? {} : { deputy: stands.value }) });
  const hint = acting.length < able.length ? inARow(t("Only people who have a role in this policy."), onlyReaders()) : onlyReaders();
  return { element: [field(handlers.length > 0 ? t("New handler") : t("Handler"), select, hint), below], read };
}
