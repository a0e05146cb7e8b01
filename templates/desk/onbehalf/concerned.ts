/** Whom a report is about is asked before it is written: none of them gets a key, and who will be able to read it is said by name. */

import { type IntakeRules, membersConcerned } from "../../../casework/index.js";
import { type Holders, type VerifiedDirectory, chooseHolders, eligibleHolders } from "../../../crypto/staff.js";
import { CryptoError } from "../../../crypto/errors.js";
import type { Fault } from "../../shared/faults.js";
import { officeText } from "../../shared/officetext.js";
import { t } from "../../shared/strings.js";
import type { OfficeWords } from "../context.js";
import { fill, h } from "../ui.js";
import { roleName, roleNames } from "./ways.js";

/** Under what a report is logged. */
export interface Under {
  readonly directory: VerifiedDirectory;
  readonly entity: string;
  readonly policy: string;
  readonly category: string;
  readonly rules: IntakeRules | null;
}

export class Concerned {
  readonly element = h("fieldset", { class: "stack-small", id: "taken-concerned", "data-test": "taken-concerned" });
  /** Who will be able to read, and what follows from it. */
  readonly readers = h("p", { role: "status", "data-test": "taken-readers" });
  private readonly people = new Set<string>();
  private readonly held = new Set<string>();
  private under: Under | null = null;
  private drawn = "";

  constructor(private readonly words: OfficeWords, private readonly changed: () => void) {}

  /** The roles of the policy that somebody complained of holds. */
  get roles(): string[] {
    return [...this.held];
  }

  /** Who gets no key: those ticked, and those who hold a role that was ticked. */
  get excluded(): string[] {
    const { rules } = this.under ?? { rules: null };
    const held = rules === null ? [] : membersConcerned(rules, this.roles, this.eligible().map(({ id }) => id)).members;
    return [...new Set([...this.people, ...held])].sort();
  }

  /** Asks for another entity, policy or category; what was ticked stays where it is asked again. */
  ask(under: Under): void {
    this.under = under;
    const roles = under.rules?.roles ?? [];
    const readers = this.eligible();
    for (const one of this.held) if (!roles.some(({ id }) => id === one)) this.held.delete(one);
    for (const one of this.people) if (!readers.some(({ id }) => id === one)) this.people.delete(one);
    const now = JSON.stringify([under.policy, roles.map(({ id }) => id), readers.map(({ id }) => id)]);
    if (now !== this.drawn) {
      this.drawn = now;
      fill(this.element, h("legend", {}, t("Is the report about one of these?")),
        h("p", { class: "hint" }, t("Ask this first. None of them will be able to read it.")),
        h("div", { class: "choices-row" },
          readers.map(({ id, name }) => this.box(this.people, id, `taken-exclude-${id}`, h("strong", {}, officeText(name)), this.words.role(id))),
          roles.map(({ id }) => this.box(this.held, id, `taken-concerned-${id}`, under.rules === null ? id : roleName(under.rules, id), t("role")))));
    }
    this.sayReaders();
  }

  /** A role that everybody holds says nobody: people have to be named. */
  faults(): Fault[] {
    const { rules } = this.under ?? { rules: null };
    if (rules === null) return [];
    const { shared } = membersConcerned(rules, this.roles, this.eligible().map(({ id }) => id));
    return shared.length === 0 ? [] : [{ field: this.element, words: t("All who read reports hold the role {role}: choose the people complained of by name.", { role: roleNames(rules, shared) }) }];
  }

  /** Who would hold a key as it stands; null where nobody could. */
  holders(): Holders | null {
    if (this.under === null) return null;
    const { directory, entity, policy, category } = this.under;
    try {
      return chooseHolders(directory, entity, policy, category, this.excluded);
    } catch (error) {
      if (error instanceof CryptoError) return null;
      throw error;
    }
  }

  private eligible(): ReturnType<typeof eligibleHolders> {
    const { directory, entity, policy, category } = this.under ?? {};
    return directory === undefined ? [] : eligibleHolders(directory, entity ?? "", policy ?? "", category ?? "");
  }

  private sayReaders(): void {
    const holders = this.holders();
    if (holders === null) return fill(this.readers, t("Nobody would be able to read it."));
    const names = this.words.people(holders.ids);
    const unclear = this.faults().map(({ words }) => h("span", { class: "fault block" }, words));
    fill(this.readers, unclear.length > 0 ? unclear : holders.escalated ? t("Will be able to read it: {names}, outside the company, since too few others would be left.", { names }) : t("Will be able to read it: {names}.", { names }));
  }

  private box(kept: Set<string>, id: string, test: string, name: Node | string, below: string): HTMLElement {
    const box = h("input", { type: "checkbox", "data-test": test, checked: kept.has(id) });
    box.addEventListener("change", () => {
      if (box.checked) kept.add(id);
      else kept.delete(id);
      this.sayReaders();
      this.changed();
    });
    return h("label", { class: "choice" }, box, h("span", {}, name, h("span", { class: "hint block" }, below)));
  }
}
