/** A sentence that stands in the box of a message to the reporter beforehand: what the step says, from what was decided, to be read and changed. */

import { type Act, joinIn, letterSaid } from "../../../casework/index.js";
import { textFor } from "../../shared/officetext.js";
import { type Both, t } from "../../shared/strings.js";
import { textOf } from "../trusted/policy.js";
import { h } from "../ui.js";
import type { Setting } from "./codeparts.js";

/** In the two languages in which letters are written; a colon at the end waits for the member's own words. */
const READY: { readonly [act in Act]?: Both } = {
  acknowledged: { zh: "您反映的情况已收到，我们将依照《{policy}》办理。", en: "We have received what you sent us and will handle it under “{policy}”." },
  accepted: { zh: "经审查，您反映的情况已予受理，我们将依照《{policy}》办理。", en: "We have accepted what you sent us and will handle it under “{policy}”." },
  extended: { zh: "您反映的情况还需要更多时间办理，原因是：", en: "We need more time for what you sent us. The reason:" },
};
const RESULT: Both = { zh: "您反映的情况已有处理结果：{outcomes}。", en: "What you sent us has been decided. The outcome: {outcomes}." };
const NO_RESULT: Both = { zh: "您反映的情况已办理完毕。", en: "We have finished handling what you sent us." };

/** The sentence of a step, in the language of the report, else of the policy; `outcomes` are those that the reporter is told. Empty where there is none. */
export function readySentence(act: Act, { ruled, opened, words }: Pick<Setting, "ruled" | "opened" | "words">, outcomes: readonly string[]): string {
  const language = opened.report?.language ?? ruled.rules.language;
  const policy = textOf(words.policies, opened.row);
  const names = outcomes.map((id) => textFor(policy?.outcomes.find((one) => one.id === id)?.name, language, ""));
  // A name that is not known in words is no outcome that anybody should read.
  const told = act !== "notified" ? READY[act] : names.length === 0 || names.includes("") ? NO_RESULT : RESULT;
  const title = textFor(policy?.title, language, "");
  const said = told === undefined ? "" : letterSaid({ ...told }, language);
  if (title === "" && said.includes("{policy}")) return "";
  return said.replace(/\{(\w+)\}/gu, (_, name: string) => (name === "policy" ? title : joinIn(names, language)));
}

/** A box with its sentence: `renew` follows what the reporter is told, and whether they read it at all, until somebody writes there. */
interface Ready {
  readonly hint: HTMLElement;
  readonly renew: (isForReporter: boolean) => void;
}

/** Puts the sentence into the box; null where there is none. */
export function withReady(text: HTMLTextAreaElement, sentence: () => string): Ready | null {
  const first = sentence();
  if (first === "") return null;
  [text.value, text.dataset["ready"]] = [first, first];
  const renew = (isForReporter: boolean): void => {
    if (text.value !== text.dataset["ready"]) return;
    const now = isForReporter ? sentence() : "";
    [text.value, text.dataset["ready"]] = [now, now];
    hint.hidden = !isForReporter;
  };
  const hint = h("p", { class: "hint", "data-test": "ready-sentence" }, t("A ready sentence stands here. Read it, and change or delete it: what stands in the box is what the reporter reads."));
  return { hint, renew };
}

/** Whether nothing but the ready sentence stands there: where a reason is needed that is none. */
export function isUntouched(text: HTMLTextAreaElement): boolean {
  return text.dataset["ready"] !== undefined && text.value.trim() === text.dataset["ready"].trim();
}
