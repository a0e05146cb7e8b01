/** What the policy of a case says beside its steps: the clause of a step, what a grade brings with it, and everybody's duties. */

import { type About, type ActRule, type DisclosureGround, type Rules, type SealedCase, disclosureGrounds, isUnfounded, limitWords, dueByGrade, rolesOf } from "../../../casework/index.js";
import { around, blank, inLanguage, listed } from "../../shared/officetext.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import type { Ruled } from "../opened/model.js";
import { type Child, h } from "../ui.js";
import { actName, said } from "./words.js";

/** The words of the policy on which a step rests, where it quotes any. */
export function quotedClause({ rules }: Ruled, [rule]: readonly Pick<ActRule, "source">[]): Child {
  if (rule === undefined || !("quote" in rule.source)) return null;
  return h("p", { class: "hint", "data-test": "clause" }, around(t("From the policy (line {line}): {quote}", { line: String(rule.source.line), quote: blank("quote") }), { quote: h("q", { lang: rules.language }, rule.source.quote) }));
}

/** What the policy says of the verdict that did not uphold the report, above the message that brings it: such as that it is explained patiently. */
export function quotedVerdict(ruled: Ruled, { outcomes }: SealedCase): Child {
  if (!isUnfounded(ruled.rules, { outcomes })) return null;
  return ruled.rules.outcomes.filter((one) => outcomes.includes(one.id) && one.of === "facts").map((one) => quotedClause(ruled, [one]));
}

type Grade = Rules["grades"][number];

/** What a grade brings with it, sentence by sentence; empty where it changes nothing. */
function gradeLines({ rules, clauses }: Ruled, grade: Grade): readonly string[] {
  const owed = clauses == null ? null : dueByGrade(clauses, grade);
  const tiers = rules.clocks.flatMap((clock) => clock.tiers.filter(({ grades }) => grades.includes(grade.id)).map(({ limit }) => [clock, limit] as const));
  const own = rules.clocks.flatMap((clock) => (clock.grades.includes(grade.id) && clock.limit !== null ? [[clock, clock.limit] as const] : []));
  return [
    ...(grade.handled_by === null ? [] : [t("Handled by {role}.", { role: said(rules, grade.handled_by) })]),
    ...(grade.attended_by === null ? [] : [t("{role} attends to it in person.", { role: said(rules, grade.attended_by) })]),
    ...(owed === null ? [] : [t("Reported up to {role}.", { role: said(rules, owed.to) }), t("Owed for this grade: {acts}.", { acts: listed(owed.acts.map(actName)) })]),
    ...[...tiers, ...own].map(([{ name }, limit]) => t("Limit “{clock}”: {limit}.", { clock: inLanguage(name), limit: inLanguage(limitWords(limit)) })),
  ];
}

/** What each grade brings with it, below the choice of one. */
export function gradeNotes(ruled: Ruled): Child {
  const rows = ruled.rules.grades.flatMap((grade) => { const lines = gradeLines(ruled, grade); return lines.length === 0 ? [] : [[grade, lines] as const]; });
  return rows.length > 0 && h("dl", { class: "facts stack", "data-test": "grade-notes" }, rows.map(([grade, lines]) => h("div", { "data-test": `grade-${grade.id}` }, h("dt", {}, inLanguage(grade.name)), lines.map((line) => h("dd", {}, line)))));
}

/** What follows every duty of secrecy of a reporter, as in `casework/protection/conduct.py`: no policy can silence anyone who turns to the law. */
const FREE = {
  zh: "（不妨碍依法向有权机关反映，也不妨碍咨询律师、医生、工会，或者维护自己的合法权益）",
  en: " (this never keeps anybody from an authority or court, from a lawyer, doctor or union, or from their own rights)",
};
const ABOUT: Readonly<Record<About, Sentence>> = { reporter: msg("the reporter’s identity"), content: msg("what the case is about"), respondent: msg("the person concerned") };
const GROUND: Readonly<Record<DisclosureGround, Sentence>> = { need: msg("need to know"), law: msg("the law"), consent: msg("consent") };

/** What is confidential, each with the grounds on which a member may tell it to somebody outside the case. */
function disclosureLines(rules: Rules): string[] {
  return [...disclosureGrounds(rules)].map(([about, grounds]) => (grounds.length === 0 ? t("Confidential: {what}. The policy gives no ground for disclosure.", { what: t(ABOUT[about]) })
    : t("Confidential: {what}. Grounds for disclosure: {grounds}.", { what: t(ABOUT[about]), grounds: listed(grounds.map((one) => t(GROUND[one]))) })));
}

/** Folded: what the grade of the case owes, this member's duties, and what else the policy asks of those who handle it. */
export function clausesCard(ruled: Ruled | null, me: string): Child {
  if (ruled?.clauses == null) return null;
  const { rules, found, clauses } = ruled;
  const roles = rolesOf(rules, found.codes, me);
  const grade = rules.grades.find(({ id }) => id === found.codes.grade);
  const { basis, interpretation, effective, supersedes, priority } = clauses.metadata;
  const duties = clauses.duties.filter(({ of, by }) => of === "handler" && (by === null || roles.has(by)));
  const dutiesOf = (whose: string): readonly string[] => clauses.duties.filter(({ of }) => of === whose).map(({ text }) => inLanguage(text));
  const secret = rules.secrecy.filter(({ binds_reporter: binds }) => binds).map(({ text }) => `${inLanguage(text)}${inLanguage(FREE)}`);
  const groups: readonly (readonly [string, readonly string[]])[] = [
    [t("What this grade brings with it"), grade === undefined ? [] : gradeLines(ruled, grade)],
    [t("Your duties"), duties.map(({ text }) => inLanguage(text))],
    [t("Duties of the reporter"), [...dutiesOf("reporter"), ...secret]],
    [t("Duties of the person complained of"), dutiesOf("respondent")],
    [t("Principles"), clauses.principles.map(({ text }) => inLanguage(text))],
    [t("Confidentiality"), [...rules.secrecy.map(({ text }) => inLanguage(text)), ...disclosureLines(rules)]],
    [t("No retaliation"), clauses.retaliation.map(({ text }) => inLanguage(text))],
    [t("Who answers for what"), clauses.liability.map(({ text }) => inLanguage(text))],
    [t("Oversight of the handling"), clauses.oversight.map(({ text }) => inLanguage(text))],
    [t("What the policy rests on"), basis.map(({ text }) => inLanguage(text))],
    [t("About the policy itself"), [interpretation, effective, supersedes, priority].flatMap((one) => (one === null ? [] : [inLanguage(one.text)]))],
  ];
  const shown = groups.filter(([, lines]) => lines.length > 0);
  return shown.length > 0 && h("details", { class: "more", "data-test": "policy-clauses" }, h("summary", {}, t("What the policy asks")),
    shown.map(([head, lines]) => [h("h4", {}, head), h("ul", {}, lines.map((line) => h("li", {}, line)))]));
}
