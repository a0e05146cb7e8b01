/** On what grounds something of a case may be told, and who must sign secrecy before working on one (twin of `casework/protection/secrecy.py`). */

import type { Case } from "../engine/case.js";
import type { Rules } from "../policy/document.js";

/** What would be told. */
export type About = "reporter" | "content" | "respondent";
/** On what ground it may be told to somebody else. */
export type DisclosureGround = "need" | "law" | "consent";
const GROUNDS: readonly DisclosureGround[] = ["need", "law", "consent"];

/** What secrecy covers under a policy, each with the grounds on which it may be told; empty where the text says nothing of it. */
export function disclosureGrounds({ secrecy }: Rules): ReadonlyMap<About, readonly DisclosureGround[]> {
  if (secrecy.length === 0) return new Map();
  const about: readonly About[] = secrecy.some((one) => one.respondent_too) ? ["reporter", "content", "respondent"] : ["reporter", "content"];
  return new Map(about.map((one) => {
    const rules = secrecy.filter((rule) => one !== "respondent" || rule.respondent_too);
    const never = rules.some((rule) => rule.disclosed_on.includes("never"));
    // Anyone who must know the matter need not know the person.
    return [one, never ? [] : GROUNDS.filter((ground) => !(one === "reporter" && ground === "need") && rules.some((rule) => rule.disclosed_on.includes(ground)))];
  }));
}

/** Whether this member must sign a pledge of secrecy before working on the case. */
export function isPledgeDue({ secrecy }: Rules, { events, uncounted }: Case, member: string): boolean {
  return secrecy.some(({ pledge }) => pledge) && !events.some(({ act, by, n }) => act === "pledged" && by === member && !uncounted.has(n));
}
