// Cases under the policies that ship, for tests of what a desk makes of them.

import assert from "node:assert/strict";
import { type StreamEntry as Told, history, readOffices, readRules } from "../../../casework/index.js";
import offered from "../../../casework/vectors/offices.json";
import rulesOf from "../../../casework/vectors/rules.json";
import { utf8 } from "../../../crypto/framing.js";
import type { Entry, Happening, OpenedCase, Ruled } from "../../../templates/desk/opened/model.js";

const texts: Readonly<Record<string, string>> = rulesOf;
const offices = readOffices(offered);
export const ITEM = "A".repeat(43);
export const NOW = new Date("2026-11-25T04:00:00Z");

export type Step = readonly [kind: string, actor: string, data: Record<string, string | number>, day?: string];

/** A case under a policy whose every role `li` and `wang` hold. */
export function ruledCase(policy: string, steps: readonly Step[], dues: Ruled["server"]["dues"] = []): Ruled {
  const document = JSON.parse(texts[policy] ?? "") as { roles: { id: string }[] };
  const holders = Object.fromEntries(document.roles.map((role) => [role.id, ["li", "wang"]]));
  const rules = readRules(utf8(JSON.stringify({ ...document, holders })));
  const office = offices.get("shanghai");
  assert.ok(office);
  const all: readonly Step[] = [["received", "worker", {}], ...steps];
  const entries: Told[] = all.map(([kind, actor, data, day = "2026-11-25"], n) => ({ event: { v: 1, case: "AAAAAAAAAAAAAAAAAAAAAA", n, kind, day, actor, data }, signed: actor !== "worker" }));
  const found = history(policy, rules.version, entries);
  return { rules, office, entries, found, others: [], server: { stage: found.stage, dues } };
}

export function opened(ruled: Ruled, entries: readonly Entry[] = []): OpenedCase {
  const events: Happening[] = ruled.entries.map(({ event }) => {
    const item = event.data["item"];
    return { n: event.n, kind: event.kind, day: event.day, actor: event.actor === "worker" ? null : event.actor, item: typeof item === "string" ? item : null, data: event.data, hash: `e${event.n}`, wrong: null };
  });
  return { ruled, events, entries, excluded: [], holders: ["li"], chainHolds: true } as unknown as OpenedCase;
}

export const entry = (type: string, hash: string, payload: Record<string, unknown>, signer = "li"): Entry =>
  ({ dir: "office-only", seq: 1, hash, mark: "ok", type, payload, signer, seen: 0 });
export const decision = (act: string, outcomes: string[]): Record<string, unknown> => ({ act, outcomes, measures: [], own_words: false, reward: null });
