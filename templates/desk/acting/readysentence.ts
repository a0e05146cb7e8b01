/** A sentence that stands in the box of a message to the reporter beforehand: what the step says, from what was decided, to be read and changed. */

import { type Act, isUnfounded, joinIn, letterSaid } from "../../../casework/index.js";
import { listed, textFor } from "../../shared/officetext.js";
import { type Both, t } from "../../shared/strings.js";
import { sealedSide } from "../opened/casestate.js";
import { caseNumber } from "../opened/number.js";
import { textOf } from "../trusted/policy.js";
import { h } from "../ui.js";
import type { Setting } from "./codeparts.js";

/** In the two languages in which letters are written; a colon at the end waits for the member's own words. */
const READY: { readonly [act in Act]?: Both } = {
  acknowledged: { zh: "您反映的情况已收到，我们将依照《{policy}》办理。", en: "We have received what you sent us and will handle it under “{policy}”." },
  accepted: { zh: "经审查，您反映的情况已予受理，我们将依照《{policy}》办理。", en: "We have accepted what you sent us and will handle it under “{policy}”." },
  "slip-issued": { zh: "您的投诉单号是 {number}。请与查询码一起保存，询问处理情况时请报此单号。", en: "Your complaint number is {number}. Keep it with your receipt, and quote it when you ask how things stand." },
  extended: { zh: "您反映的情况还需要更多时间办理，原因是：", en: "We need more time for what you sent us. The reason:" },
};
const RESULT: Both = { zh: "您反映的情况已有处理结果：{outcomes}。", en: "What you sent us has been decided. The outcome: {outcomes}." };
/** Nobody is told that they were not upheld without being told why. */
const NOT_UPHELD: Both = { zh: "您反映的情况已有处理结果：{outcomes}。理由和情况说明：", en: "What you sent us has been decided. The outcome: {outcomes}. The reasons:" };

/** What is put before the reporter is written in its place; below it stands what follows where they don't answer. */
const SHOWN: { readonly [act in Act]?: { readonly said: Both; readonly answer: Act } } = {
  "plan-told": { said: { zh: "拟采取的处理方案：\n\n如果没有收到您的答复：{without}。", en: "This is what we propose:\n\nIf we don't hear from you: {without}." }, answer: "plan-agreed" },
  "findings-shown": { said: { zh: "核实的情况：\n\n如果没有收到您的答复：{without}。", en: "This is what we found:\n\nIf we don't hear from you: {without}." }, answer: "findings-confirmed" },
};

type Known = Pick<Setting, "ruled" | "opened" | "words">;

/** Whether a step has a sentence, once it is known what the reporter is told. */
export function hasReady(act: Act): boolean {
  return act === "notified" || READY[act] !== undefined || SHOWN[act] !== undefined;
}

/** What a message shows, with what the policy says of no answer; empty where it says nothing, and where nothing was found that a plan could mend. */
function shownSentence(act: Act, setting: Known, language: string): string {
  const { ruled, opened } = setting;
  const shown = SHOWN[act];
  const rule = ruled.rules.confirmations.find((one) => one.act === shown?.answer);
  if (shown === undefined || rule === undefined || (act === "plan-told" && isUnfounded(ruled.rules, sealedSide(ruled, opened).sealed))) return "";
  return letterSaid({ ...shown.said }, language).replace("{without}", textFor(rule.without_answer, language, ""));
}

/**
 * The sentence of a step, in the language of the report, else of the policy; `outcomes` are those that the reporter is told.
 * Empty where there is none, as in a notice that names no outcome: what it is about only its writer knows.
 */
export function readySentence(act: Act, setting: Known, outcomes: readonly string[]): string {
  const language = languageOf(setting);
  if (SHOWN[act] !== undefined) return shownSentence(act, setting, language);
  const names = namesOf(outcomes, setting);
  // A name that is not known in words is no outcome that anybody should read.
  const result = isUnfounded(setting.ruled.rules, { outcomes }) ? NOT_UPHELD : RESULT;
  const told = act !== "notified" ? READY[act] : names.length === 0 || names.includes("") ? undefined : result;
  const title = textFor(textOf(setting.words.policies, setting.opened.row)?.title, language, "");
  const said = told === undefined ? "" : letterSaid({ ...told }, language);
  if (title === "" && said.includes("{policy}")) return "";
  const places: Readonly<Record<string, string>> = { policy: title, number: caseNumber(setting.opened.row.case) };
  return said.replace(/\{(\w+)\}/gu, (_, name: string) => places[name] ?? joinIn(names, language));
}

const languageOf = ({ ruled, opened }: Known): string => opened.report?.language ?? ruled.rules.language;

function namesOf(outcomes: readonly string[], setting: Known): string[] {
  const policy = textOf(setting.words.policies, setting.opened.row);
  return outcomes.map((id) => textFor(policy?.outcomes.find((one) => one.id === id)?.name, languageOf(setting), ""));
}

/** The names of what was decided and is not told that a text mentions all the same. */
export function namedUntold(text: string, setting: Known, decided: readonly string[], told: readonly string[]): string[] {
  const every = textOf(setting.words.policies, setting.opened.row)?.outcomes.map(({ id }) => id) ?? [];
  const names = namesOf(every, setting).map((name, place) => ({ id: every[place] ?? "", name })).filter(({ name }) => name !== "");
  // The longest first, of all that the policy has: “borne out” in “not borne out” or “partly borne out” is no mention.
  const ordered = names.sort((one, other) => other.name.length - one.name.length);
  let left = text;
  return ordered.flatMap(({ id, name }) => {
    const isNamed = left.includes(name);
    left = left.replaceAll(name, "\n");
    return isNamed && decided.includes(id) && !told.includes(id) ? [name] : [];
  });
}

/** A box with its sentence: `renew` follows what the reporter is told, and whether they read it at all, until somebody writes there. */
interface Ready {
  readonly hint: HTMLElement;
  readonly renew: (isForReporter: boolean) => void;
}

/** Puts the sentence into the box, as soon as there is one; `untold` are the outcomes that a text names and the step does not tell. */
export function withReady(text: HTMLTextAreaElement, sentence: () => string, untold: (text: string) => readonly string[] = () => []): Ready {
  const ready = h("p", { class: "hint", "data-test": "ready-sentence" }, t("A ready sentence stands here. Read it, and change or delete it: what stands in the box is what the reporter reads."));
  const astray = h("p", { class: "wrong", role: "status", "data-test": "names-untold", hidden: true });
  text.dataset["ready"] = text.value;
  const warn = (isForReporter: boolean): void => {
    const names = isForReporter ? untold(text.value) : [];
    astray.hidden = names.length === 0;
    astray.textContent = names.length === 0 ? "" : t("Your message names an outcome that you have not ticked: {names}. Tick it, or take it out of the message.", { names: listed(names) });
  };
  let isForReporter = true;
  const renew = (toReporter: boolean): void => {
    isForReporter = toReporter;
    if (text.value === text.dataset["ready"]) {
      const now = toReporter ? sentence() : "";
      [text.value, text.dataset["ready"]] = [now, now];
    }
    ready.hidden = !toReporter || text.dataset["ready"] === "";
    warn(toReporter);
  };
  text.addEventListener("input", () => { warn(isForReporter); });
  renew(true);
  return { hint: h("div", {}, ready, astray), renew };
}

/** Whether nothing but the ready sentence stands there: where a reason is needed that is none. */
export function isUntouched(text: HTMLTextAreaElement): boolean {
  const { ready = "" } = text.dataset;
  return ready !== "" && text.value.trim() === ready.trim();
}
