/** Whom a report is about is asked before it is written: none of them gets a key, and who will be able to read it is said by name. */

import { type IntakeRules, membersConcerned } from "../../../casework/index.js";
import { type Holders, type Member, type VerifiedDirectory, chooseHolders, eligibleHolders } from "../../../crypto/staff.js";
import { CryptoError } from "../../../crypto/errors.js";
import type { Fault } from "../../shared/faults.js";
import { officeText } from "../../shared/officetext.js";
import { t } from "../../shared/strings.js";
import type { OfficeWords } from "../context.js";
import { fill, h } from "../ui.js";
import { roleName, roleNames } from "./ways.js";

/** As many ids as a report can leave out. */
const MOST_EXCLUDED = 64;

/** Under what a report is logged. */
export interface Under {
  readonly directory: VerifiedDirectory;
  readonly entity: string;
  readonly policy: string;
  readonly category: string;
  readonly rules: IntakeRules | null;
}

/** What was ticked: people by name, and roles of the policy. */
interface Ticked {
  readonly people: ReadonlySet<string>;
  readonly held: ReadonlySet<string>;
}

/** The roles that count under these rules, who gets no key, and the roles that all readers hold. */
function leftOutOf(under: Under | null, { people, held }: Ticked): { roles: string[]; excluded: string[]; shared: string[] } {
  if (under === null) return { roles: [], excluded: [], shared: [] };
  const { directory, rules } = under;
  const members = directory.content.members.map(({ id }) => id);
  const roles = (rules?.roles ?? []).filter(({ id }) => held.has(id)).map(({ id }) => id);
  const bound = rules === null ? { members: [], shared: [] } : membersConcerned(rules, roles, eligibleUnder(under).map(({ id }) => id), members);
  return { roles, excluded: [...new Set([...members.filter((id) => people.has(id)), ...bound.members])].sort(), shared: bound.shared };
}

const eligibleUnder = ({ directory, entity, policy, category }: Under): Member[] => eligibleHolders(directory, entity, policy, category);

export class Concerned {
  readonly element = h("fieldset", { class: "stack-small", id: "onbehalf-concerned", "data-test": "onbehalf-concerned" });
  /** Who will be able to read, and what follows from it. */
  readonly readers = h("p", { role: "status", "data-test": "onbehalf-readers" });
  /** What was ticked once stays so, even while nobody asks for it. */
  private readonly ticked = { people: new Set<string>(), held: new Set<string>() };
  private under: Under | null = null;
  private drawn = "";

  constructor(private readonly words: OfficeWords, private readonly me: string, private readonly changed: () => void) {}

  /** The roles of the policy that somebody complained of holds. */
  get roles(): string[] {
    return leftOutOf(this.under, this.ticked).roles;
  }

  /** Who gets no key: those ticked, and all in the directory who hold a role that was ticked. */
  get excluded(): string[] {
    return leftOutOf(this.under, this.ticked).excluded;
  }

  /** What is ticked now, as a list for the directory by which it is sealed. Refused at `excluded` where a role says nobody in particular there. */
  chosen(): (directory: VerifiedDirectory) => string[] {
    const [under, ticked] = [this.under, { people: new Set(this.ticked.people), held: new Set(this.ticked.held) }];
    return (directory) => {
      const { excluded, shared } = leftOutOf(under === null ? null : { ...under, directory }, ticked);
      if (shared.length > 0 || excluded.length > MOST_EXCLUDED) throw new CryptoError("excluded", "the roles that were ticked name nobody in particular");
      return excluded;
    };
  }

  /** Asks for another entity, policy or category; somebody ticked before who would not read it stands there too. */
  ask(under: Under): void {
    this.under = under;
    const roles = under.rules?.roles ?? [];
    const inside = new Set(eligibleUnder(under).map(({ id }) => id));
    const readers = under.directory.content.members.filter(({ id }) => inside.has(id) || this.ticked.people.has(id));
    const now = JSON.stringify([under.policy, roles.map(({ id }) => id), readers.map(({ id }) => id)]);
    if (now !== this.drawn) {
      this.drawn = now;
      fill(this.element, h("legend", {}, t("Is the report about one of these?")),
        h("p", { class: "hint" }, t("Ask this first. Nobody you tick will be able to read it.")),
        h("div", { class: "choices-row" },
          readers.map(({ id, name }) => this.box(this.ticked.people, id, `onbehalf-exclude-${id}`, h("strong", {}, officeText(name)), this.words.role(id))),
          roles.map(({ id }) => this.box(this.ticked.held, id, `onbehalf-concerned-${id}`, under.rules === null ? id : roleName(under.rules, id), t("role")))));
    }
    this.sayReaders();
  }

  /** A role that everybody holds says nobody: people have to be named. */
  faults(): Fault[] {
    const { rules } = this.under ?? { rules: null };
    if (rules === null) return [];
    const { excluded, shared } = leftOutOf(this.under, this.ticked);
    if (excluded.length > MOST_EXCLUDED) return [{ field: this.element, words: t("More than {most} people hold these roles: choose the people complained of by name.", { most: MOST_EXCLUDED }) }];
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

  private sayReaders(): void {
    const holders = this.holders();
    if (holders === null) return fill(this.readers, t("Nobody would be able to read it."));
    const names = this.words.people(holders.ids);
    const unclear = this.faults().map(({ words }) => h("span", { class: "fault block" }, words));
    const who = holders.escalated ? t("Will be able to read it: {names} as stand-ins, since too few others would be left.", { names }) : t("Will be able to read it: {names}.", { names });
    const notMe = !holders.ids.includes(this.me) && h("strong", { class: "block", "data-test": "onbehalf-not-me" }, t("You will not be able to read it yourself."));
    fill(this.readers, unclear.length > 0 ? unclear : [who, notMe]);
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
