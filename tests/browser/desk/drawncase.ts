/** A case under a policy that ships, drawn as its page in a document, for tests of what a member meets there. */

import type { CaseActions } from "../../../templates/desk/actions.js";
import { actSection } from "../../../templates/desk/acting/actionbar.js";
import { casePage } from "../../../templates/desk/casepage/page.js";
import { OfficeWords } from "../../../templates/desk/context.js";
import type { DeskCase, Entry, OpenedCase, Ruled } from "../../../templates/desk/opened/model.js";
import { NOW, type Step, opened, ruledCase } from "./ruledcase.js";

/** The page has to be drawn for it: Node has no document. */
export const inPage = typeof document !== "undefined";

const PEOPLE = ["li", "wang", "sun"];
const KEY = "A".repeat(43);
const member = (id: string): object => ({ id, signing: KEY, recipient: KEY, role: "investigator", name: { zh: id, en: `Name of ${id}`, language: "en", texts: { zh: id, en: `Name of ${id}` } } });
const content = { members: PEOPLE.map(member), entities: [{ id: "works", name: { zh: "厂", en: "Works", language: "en", texts: { zh: "厂", en: "Works" } }, timezone: "Asia/Shanghai", outside: [], superior: null }], holders: [{ entity: "works", policy: "p", members: PEOPLE }], custodians: { m: 0, members: [] }, oversight: [], regrant_threshold: 1 };
export const words = new OfficeWords({ content, member, validMember: member, entity: () => ({ id: "works", outside: [], superior: null }) } as never, new Map(), () => NOW);

export const ROW = {
  case: "AAAAAAAAAAAAAAAAAAAAAA", entity: "works", policy: "p", version: "1", day: "2026-11-20", stage: "received", epoch: 1, urgent: false, taken_by: [],
  standing: { ended: false, waiting: false, owner: null, deputy: null, next_due: null },
};

/** The case of these steps, in which each role is held by the members named for it, and by nobody else. */
export function caseHeldBy(policy: string, steps: readonly Step[], holders: Readonly<Record<string, readonly string[]>>): Ruled {
  const ruled = ruledCase(policy, steps);
  return { ...ruled, rules: { ...ruled.rules, holders: new Map(ruled.rules.roles.map(({ id }) => [id, [...(holders[id] ?? [])]] as const)) } };
}

/** The same opened, with these items, by all three members. */
export function openedCase(ruled: Ruled, entries: readonly Entry[] = []): OpenedCase {
  const rest = {
    row: { ...ROW, policy: ruled.found.policy }, report: null, epoch: 1, former: null, withheld: false, shortened: false, historyLost: false, renewalDue: false, officeKey: true,
    told: null, proposal: null, unserved: 0, undeliverable: 0, claims: { opened: new Map(), differing: [], own: null },
  };
  return { ...opened(ruled, entries), ...rest, holders: PEOPLE } as unknown as OpenedCase;
}

export const onShelf = (one: OpenedCase): DeskCase => ({ row: one.row, opened: one, refused: null });

/** What the page of a member may do: nothing, but for what is given. */
export function actionsOf(me: string, more: Partial<CaseActions> = {}): CaseActions {
  const nothing = (): undefined => undefined;
  const known = { me, now: () => NOW, merging: { master: null, followers: [], hasCandidates: false }, custody: {}, ...more };
  return new Proxy(known, { get: (all, name) => (name in all ? all[name as keyof typeof all] : nothing) }) as unknown as CaseActions;
}

/** Puts the section of steps, or the whole page, into the document. */
export function draw(one: OpenedCase, act: CaseActions, whole = false, seen = words): HTMLElement {
  document.querySelector("#case")?.remove();
  const place = document.createElement("main");
  place.id = "case";
  const made = whole ? casePage(onShelf(one), seen, act) : actSection(one, seen, act);
  place.append(made as Node);
  document.body.append(place);
  return place;
}

export const at = (place: ParentNode, name: string): HTMLElement | null => place.querySelector<HTMLElement>(`[data-test="${name}"]`);
export const said = (place: ParentNode, name: string): string => at(place, name)?.textContent ?? "";
