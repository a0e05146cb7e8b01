/** Every act that a case can know, named by the event it leaves, and what each must bring (twin of `casework/rules/acts.py`). */

export const ACTS = [
  "received", "taken", "replied", "noted", "regranted", "registered", "acknowledged", "slip-issued", "procedure-told",
  "progress-told", "information-asked", "information-supplied", "completeness-checked", "content-confirmed", "accepted", "refused",
  "filed", "kind-set", "classified", "graded", "routed", "department-received", "assigned", "reassigned", "order-issued", "order-returned",
  "contacted", "contacted-on-site", "contacted-again", "followed-up", "visited-again", "method-chosen", "checked", "task-planned",
  "task-done", "evidence-gathered", "talked", "cause-found", "grounds-asked", "grounds-given", "grounds-missing", "report-formed",
  "report-submitted", "findings-shown", "findings-confirmed", "findings-contested", "unanswered", "mediated", "mediation-ended",
  "plan-drafted", "plan-told", "plan-agreed", "plan-refused", "coordinated", "approved", "sent-back", "decided", "executed", "tracked",
  "notified", "notice-received", "notice-deemed", "posts-notified", "view-heard", "rated", "judged", "reopened", "appealed",
  "appeal-accepted", "reinvestigated", "appeal-decided", "published", "reported-up", "authority-told", "emergency-started", "escalated",
  "overseen", "summarised", "signed", "closed", "archived", "merged", "separated", "extended", "handed-over", "handed-back", "recused",
  "pledged", "withdrawn", "held", "released", "release-asked", "export-asked", "export-approved", "exported", "deletion-asked",
  "deletion-approved", "isolated", "migrated", "sealed", "measure-set", "compensated", "rewarded", "malice-proposed", "malice-approved",
  "cleared",
] as const;
export type Act = (typeof ACTS)[number];

/** Who can do an act at all. */
export type Party = "worker" | "member" | "reporter";
/** The sealed item that an act brings along. */
export type Item = "none" | "optional" | "to-reporter" | "office-only" | "to-office";
export const CODES = ["kind", "classification", "grade", "departments", "handler", "deputy", "clock", "until", "case", "authority", "member", "policy", "version", "destination"] as const;
/** A code that stands in clear beside an act. */
export type Attribute = (typeof CODES)[number];
export type Codes = { readonly [code in Attribute]?: string };

/** What an act is: who does it, what it brings, which codes it must and may carry. */
export interface Trait {
  readonly party: Party;
  readonly item: Item;
  readonly codes: readonly Attribute[];
  readonly may: readonly Attribute[];
  readonly masked: boolean;
}

const PLAIN: Trait = { party: "member", item: "optional", codes: [], may: [], masked: false };
const TO_REPORTER: Trait = { ...PLAIN, item: "to-reporter" };
const OFFICE_ONLY: Trait = { ...PLAIN, item: "office-only" };
const REPORTER: Trait = { ...PLAIN, party: "reporter", item: "to-office" };
const MASKED: Trait = { ...OFFICE_ONLY, masked: true };

const GROUPS: readonly (readonly [Trait, readonly Act[]])[] = [
  [TO_REPORTER, [
    "replied", "regranted", "acknowledged", "slip-issued", "procedure-told", "progress-told", "information-asked", "accepted", "refused",
    "findings-shown", "plan-told", "notified",
  ]],
  [OFFICE_ONLY, [
    "noted", "evidence-gathered", "talked", "cause-found", "grounds-asked", "grounds-given", "report-formed", "plan-drafted",
    "sent-back", "decided", "reinvestigated", "appeal-decided", "pledged", "held", "released", "release-asked", "deletion-asked",
    "deletion-approved", "isolated", "handed-back", "reopened", "separated", "sealed",
  ]],
  [REPORTER, [
    "information-supplied", "findings-confirmed", "findings-contested", "plan-agreed", "plan-refused", "notice-received", "rated",
    "appealed", "withdrawn",
  ]],
  [MASKED, [
    "measure-set", "compensated", "rewarded", "malice-proposed", "malice-approved", "cleared",
  ]],
];

const SPECIAL: { readonly [act in Act]?: Trait } = {
  received: { ...PLAIN, party: "worker", item: "to-office" },
  taken: { ...PLAIN, item: "none" },
  "kind-set": { ...PLAIN, codes: ["kind"] },
  classified: { ...PLAIN, codes: ["classification"] },
  graded: { ...PLAIN, codes: ["grade"] },
  routed: { ...PLAIN, codes: ["departments"] },
  assigned: { ...PLAIN, codes: ["handler"], may: ["deputy"] },
  // Without a handler the case is nobody's again.
  reassigned: { ...PLAIN, may: ["handler"] },
  extended: { ...PLAIN, item: "to-reporter", codes: ["clock", "until"] },
  "handed-over": { ...PLAIN, item: "office-only", codes: ["authority"] },
  merged: { ...PLAIN, codes: ["case"] },
  "export-asked": { ...OFFICE_ONLY, codes: ["destination"] },
  "export-approved": { ...OFFICE_ONLY, may: ["authority"] },
  exported: { ...PLAIN, item: "none" },
  recused: { ...PLAIN, item: "office-only", codes: ["member"] },
  migrated: { ...PLAIN, item: "office-only", codes: ["version"] },
};

const TRAITS = new Map<Act, Trait>([
  ...ACTS.map((act) => [act, PLAIN] as const),
  ...GROUPS.flatMap(([trait, acts]) => acts.map((act) => [act, trait] as const)),
  ...(Object.entries(SPECIAL) as [Act, Trait][]),
]);

/** What an act is. `decided` names no verdict: the verdict lies in its item. */
export function traitOf(act: Act): Trait {
  return TRAITS.get(act) ?? PLAIN;
}

/** Whether a word is the name of an act. */
export function isAct(word: unknown): word is Act {
  return TRAITS.has(word as Act);
}
