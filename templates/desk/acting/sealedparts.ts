/** Verdict, measures and reward as fields: they are sealed, and only the stage to which they lead stands in clear. */

import { type Act, type Codes, type Outcome, type Rules, type SealedCase, landingsOf, leadsOf } from "../../../casework/index.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import { outcomeText } from "../opened/outcomes.js";
import { type Child, fill, field, h } from "../ui.js";
import type { Ruled } from "../opened/model.js";
import type { Part } from "./codeparts.js";
import type { Choice } from "./choices.js";
import { NEEDED } from "./lacks.js";
import { saidText, stageSaid } from "./words.js";
import type { ActDraft } from "./precheck.js";
import { inLanguage, langOf, officeText } from "../../shared/officetext.js";

export type Verdict = Pick<ActDraft, "outcomes" | "measures" | "ownWords" | "reward">;
const NOTHING: Verdict = { outcomes: [], measures: [], ownWords: false, reward: null };

const REWARDED: Readonly<Record<string, Sentence>> = {
  "true-report": msg("for a substantiated report"), improvement: msg("for an improvement"), proposal: msg("for a proposal"), "good-handling": msg("for good handling"),
};
const TO_WHOM: Readonly<Record<string, Sentence>> = { reporter: msg("To the reporter"), proposer: msg("To the person who proposed it"), handler: msg("To the handler") };
const JUDGED: Readonly<Record<Outcome["of"], Sentence>> = { facts: msg("Findings"), acceptance: msg("Whether the solution is accepted") };

/** The fields of what a step decides; of most none. `leads` are the stages it may lead to; `mayNone`: it may be recorded that no measure is needed. */
export function verdictPart({ act, leads }: Pick<Choice, "act" | "leads">, rules: Rules, nth: string, mayNone = false): Part<Verdict> {
  switch (act) {
    case "decided":
    case "appeal-decided": return outcomePart(rules, nth, leads);
    case "measure-set": return measurePart(rules, nth, mayNone);
    case "rewarded": return rewardPart(rules, nth);
    default: return { element: null, read: () => NOTHING };
  }
}

/** An outcome that leads to no stage of this step is none of its choices: the engine would refuse it. */
function outcomePart(rules: Rules, nth: string, leads: readonly string[]): Part<Verdict> {
  const open = rules.outcomes.filter(({ to }) => leads.length === 0 || to.some((stage) => leads.includes(stage)));
  const groups = (["facts", "acceptance"] as const).map((of) => [of, open.filter((one) => one.of === of)] as const).filter(([, rows]) => rows.length > 0);
  const radios = groups.flatMap(([of, rows]) => rows.map((one) => ({ of, one, box: h("input", { type: "radio", name: `act-outcome-${of}${nth}`, id: `act-outcome-${one.id}${nth}`, "data-test": `act-outcome-${one.id}${nth}`, value: one.id }) })));
  // Where a policy asks for both, either may stand alone.
  const element = groups.map(([of]) => h("fieldset", { id: `act-outcome-${of}${nth}`, [NEEDED]: groups.length === 1 }, h("legend", {}, t(JUDGED[of])),
    radios.filter((row) => row.of === of).map(({ one, box }) => h("label", { class: "choice", for: box.id }, box, h("span", {}, outcomeText(one))))));
  return { element, read: () => ({ ...NOTHING, outcomes: radios.filter(({ box }) => box.checked).map(({ one }) => one.id) }) };
}

/** The measures, and where none is owed the word that none is needed: one or the other must be chosen, and never both. */
function measurePart(rules: Rules, nth: string, mayNone: boolean): Part<Verdict> {
  const boxes = rules.measures.map((one) => ({ one, box: h("input", { type: "checkbox", id: `act-measure-${one.id}${nth}`, "data-test": `act-measure-${one.id}${nth}` }) }));
  const own = h("input", { type: "checkbox", id: `act-own-words${nth}`, "data-test": `act-own-words${nth}` });
  const none = h("input", { type: "checkbox", id: `act-measure-none${nth}`, "data-test": `act-measure-none${nth}` });
  const some = [...boxes.map(({ box }) => box), own];
  none.addEventListener("change", () => { if (none.checked) for (const box of some) box.checked = false; });
  for (const box of some) box.addEventListener("change", () => { if (box.checked) none.checked = false; });
  const choice = (box: HTMLInputElement, said: Child): HTMLElement => h("label", { class: "choice", for: box.id }, box, h("span", {}, said));
  const element = [
    h("fieldset", { [NEEDED]: true }, h("legend", {}, t("Measures")), boxes.map(({ one, box }) => choice(box, officeText(one.name))), mayNone ? choice(none, t("No further measure is needed")) : null),
    rules.measures.some((one) => one.open) ? choice(own, t("The text below describes a further measure")) : null,
  ];
  return { element, read: () => ({ ...NOTHING, measures: boxes.filter(({ box }) => box.checked).map(({ one }) => one.id), ownWords: own.checked }) };
}

function rewardPart(rules: Rules, nth: string): Part<Verdict> {
  const rows = rules.rewards.map((one) => {
    const label = `${t(TO_WHOM[one.to] ?? msg("To the reporter"))} ${t(REWARDED[one.on] ?? msg("for a substantiated report"))}`;
    const box = h("input", { type: "radio", name: `act-reward${nth}`, id: `act-reward-${one.on}-${one.to}${nth}`, "data-test": `act-reward-${one.on}${nth}`, value: one.on });
    // The only one is no choice.
    box.checked = rules.rewards.length === 1;
    return { on: one.on, box, element: h("label", { class: "choice", for: box.id }, box, h("span", {}, label, h("span", { class: "hint" }, " ", officeText(one.text)))) };
  });
  const element = h("fieldset", {}, h("legend", {}, t("Reward")), rows.map((row) => row.element));
  return { element, read: () => ({ ...NOTHING, reward: rows.find(({ box }) => box.checked)?.on ?? null }) };
}

/** Where the act leads, a choice where the policy leaves one; of a verdict only where all its outcomes may lead. */
export function stagePart(choice: Choice, rules: Rules, verdict: () => Verdict, nth: string): Part<string | null> & { readonly renew: () => void } {
  const place = h("div", { "data-test": `act-leads${nth}` });
  const select = h("select", { id: `act-to${nth}`, "data-test": `act-to${nth}`, required: true });
  const leads = (): readonly string[] => {
    const { outcomes } = verdict();
    return outcomes.length === 0 ? choice.leads : choice.leads.filter((stage) => leadsOf(rules, outcomes).includes(stage));
  };
  let shown = "";
  const renew = (): void => {
    const stages = leads();
    const [only] = stages;
    // A message at the field stays while nothing of it changes.
    if (stages.join() === shown) return;
    shown = stages.join();
    const kept = select.value;
    fill(select, stages.length > 1 ? h("option", { value: "" }, t("Please choose")) : null, stages.map((stage) => h("option", { value: stage }, stageSaid(rules, stage))));
    if (stages.includes(kept)) select.value = kept;
    if (only === undefined) fill(place);
    else if (stages.length > 1) fill(place, field(t("Next stage"), select));
    else fill(place, h("p", { class: "leads" }, t("Moved to: {stage}", { stage: stageSaid(rules, only) })));
  };
  renew();
  return { element: place, renew, read: () => (leads().length === 1 ? (leads()[0] ?? null) : select.value || null) };
}

/** Where a case goes on under another version of its policy: in the stage of the same name, or in another of that version. */
export function landingPart({ others, found }: Ruled, codes: () => Codes): Part<string | null> & { readonly renew: () => void } {
  const place = h("div", { "data-test": "act-leads" });
  const select = h("select", { id: "act-to", "data-test": "act-to", required: true });
  let shown = "";
  const renew = (): void => {
    const target = others.find((one) => one.version === codes().version);
    if (target?.version === shown) return;
    shown = target?.version ?? "";
    const landings = target === undefined ? [] : landingsOf(target, found);
    const stages = target?.stages.filter(({ id }) => landings.includes(id)) ?? [];
    fill(select, h("option", { value: "" }, t("Please choose")), stages.map(({ id, name }) => h("option", { value: id, selected: id === found.stage, ...langOf(name) }, inLanguage(name))));
    fill(place, target === undefined ? null : field(t("Continues at stage"), select));
  };
  renew();
  return { element: place, renew, read: () => select.value || null };
}

/** What of a verdict the reporter is told; ticked where the act is the telling. */
export function disclosurePart(act: Act, rules: Rules, sealed: SealedCase, nth: string): Part<Pick<ActDraft, "outcomes" | "measures">> {
  const rows = (ids: readonly string[], kind: string): { id: string; box: HTMLInputElement }[] =>
    ids.map((id) => ({ id, box: h("input", { type: "checkbox", id: `act-tell-${kind}-${id}${nth}`, "data-test": `act-tell-${kind}-${id}${nth}`, checked: act === "notified" && kind === "outcome" }) }));
  const outcomes = rows(sealed.outcomes, "outcome");
  const measures = rows([...new Set(sealed.measures)], "measure");
  if (outcomes.length + measures.length === 0) return { element: null, read: () => ({ outcomes: [], measures: [] }) };
  const element = h("fieldset", {}, h("legend", {}, t("What the reporter is told about the decision")),
    [...outcomes, ...measures].map(({ id, box }) => h("label", { class: "choice", for: box.id }, box, h("span", {}, saidText(rules, id)))));
  const ticked = (list: typeof outcomes): string[] => list.filter(({ box }) => box.checked).map(({ id }) => id);
  return { element, read: () => ({ outcomes: ticked(outcomes), measures: ticked(measures) }) };
}
