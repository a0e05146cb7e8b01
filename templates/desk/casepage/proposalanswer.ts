/** How the story names an answer to a proposed change of readers, or a no to what a colleague asked for: who gave it, and to what. */

import { ANSWERS as ASKED_FOR, BY_TWO } from "../../../casework/index.js";
import { around, blank } from "../../shared/officetext.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import { actName } from "../acting/words.js";
import type { Happening, OpenedCase } from "../opened/model.js";
import type { OfficeWords } from "../context.js";
import type { Child } from "../ui.js";

const PROPOSED = "regrant-proposed";
const ANSWERS: Readonly<Record<string, Sentence>> = {
  "regrant-declined": msg("{person} declined the change of readers that {proposer} proposed on {day} (record entry {number})"),
  "regrant-countersigned": msg("{person} signed the change of readers that {proposer} proposed on {day} (record entry {number}); it is in effect"),
};
/** A proposer ends the own proposal by the same event with which others decline it. */
const WITHDRAWN = msg("{person} withdrew their own change of readers, proposed on {day} (record entry {number})");

/** The sentence of an answer; null for any other step, and where the signed record holds no proposal that it answers. */
export function answeredTitle({ n, kind, actor, data }: Happening, opened: OpenedCase, words: OfficeWords): Child {
  const answer = ANSWERS[kind];
  const held = opened.events.filter((one) => one.kind === PROPOSED && one.wrong === null && one.n < n && one.data["proposal"] === data["proposal"]);
  const proposed = held.at(-1);
  if (answer === undefined || proposed === undefined) return null;
  const withdrawn = kind === "regrant-declined" && proposed.actor === actor;
  const parts = { person: blank("person"), proposer: blank("proposer"), day: words.day(proposed.day, opened.row.entity), number: proposed.n };
  return around(t(withdrawn ? WITHDRAWN : answer, parts), { person: words.named(actor), proposer: words.named(proposed.actor) });
}

/** The sentence of a no to what another asked for, or of a request that its maker takes back; null where it names no such asking before it. */
export function declinedTitle({ n, actor, data }: Happening, opened: OpenedCase, words: OfficeWords): Child {
  const asking = opened.events.find((one) => one.n === data["n"] && one.n < n && one.wrong === null);
  const answer = [...BY_TWO].find((one) => ASKED_FOR[one] === asking?.kind);
  if (asking === undefined || answer === undefined) return null;
  const parts = { person: blank("person"), asker: blank("asker"), day: words.day(asking.day, opened.row.entity), number: asking.n, act: actName(answer) };
  if (asking.actor === actor) return around(t("{person} withdrew their own request of {day}: {act} (record entry {number})", parts), { person: words.named(actor) });
  return around(t("{person} declined “{act}”, for which {asker} asked on {day} (record entry {number})", parts), { person: words.named(actor), asker: words.named(asking.actor) });
}
