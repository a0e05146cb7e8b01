/** By which channel a report came: those of the policy first, then other ways, which are registered all the same. */

import { CHANNEL_KINDS, type ChannelKind, type IntakeRules, letterWords } from "../../../casework/index.js";
import { inLanguage, listed, textOr } from "../../shared/officetext.js";
import { t } from "../../shared/strings.js";
import { fill, h } from "../ui.js";

/** What comes out of an earlier register was taken in then: its own rules hold no more. */
export const EARLIER = "register";
/** By these somebody speaks, who agrees to how it is written down and hears it read back. */
export const ORAL: readonly string[] = ["telephone", "counter", "oral"];
const WITHOUT_RULES: readonly string[] = ["telephone", "letter", "counter", "box", "email", EARLIER];

export const wayName = (way: string): string => inLanguage(letterWords(`channel-${way}`));
export const roleName = (rules: IntakeRules, role: string): string => textOr(rules.roles.find(({ id }) => id === role)?.name, role);
export const roleNames = (rules: IntakeRules, roles: readonly string[]): string => listed(roles.map((role) => roleName(rules, role)));

const option = (value: string, label: string): HTMLElement => h("option", { value }, label);

/** The channel whose name says most often how somebody reaches a member: the telephone, else what only staff write down. */
function usual(rules: IntakeRules): string {
  const { channels } = rules;
  return (channels.find(({ kind }) => kind === "telephone") ?? channels.find(({ kind }) => kind !== "online") ?? channels[0])?.id ?? "telephone";
}

/** Draws the ways of a policy, each with those to whom it leads where the text offers a choice; what was chosen stays where it is one of them. */
export function drawWays(select: HTMLSelectElement, rules: IntakeRules | null): void {
  const before = select.value;
  if (rules === null) fill(select, WITHOUT_RULES.map((way) => option(way, wayName(way))));
  else {
    const led = new Set(rules.channels.map(({ to }) => to.join()));
    const named = rules.channels.map(({ id, name, to }) => option(id, led.size > 1 ? t("{channel} → {roles}", { channel: inLanguage(name), roles: roleNames(rules, to) }) : inLanguage(name)));
    const known = rules.channels.flatMap(({ id, kind }) => [id, kind]);
    const others = [...CHANNEL_KINDS.filter((one) => !known.includes(one)), EARLIER];
    fill(select,
      h("optgroup", { label: t("Channels of the policy") }, named),
      h("optgroup", { label: t("Other ways") }, others.map((way) => option(way, wayName(way)))));
  }
  const wanted = rules === null || before !== "" ? before : usual(rules);
  select.value = wanted;
  if (select.value === "") select.value = rules === null ? "telephone" : usual(rules);
}

/** The kind of the way that was chosen. */
export function kindOfWay(rules: IntakeRules | null, way: string): string {
  return rules?.channels.find(({ id }) => id === way)?.kind ?? way;
}

/** Who empties a box, said as soon as it is chosen; null for another channel. */
export function boxLine(rules: IntakeRules | null, way: string): string | null {
  const box = rules?.channels.find(({ id, kind }) => id === way && kind === "box");
  if (rules === null || box === undefined) return null;
  const roles = roleNames(rules, box.to);
  return box.daily ? t("Emptied every day by: {roles}.", { roles }) : t("Emptied by: {roles}.", { roles });
}

/** What a channel is called that the text does not name. */
export const nameOfKind = (kind: ChannelKind): ReturnType<typeof letterWords> => letterWords(`channel-${kind}`);
