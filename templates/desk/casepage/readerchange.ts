/** A change of readers in the story: who came by it, who went, and who reads the case from then on. */

import { around, blank } from "../../shared/officetext.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import { unopenedBy } from "../opened/claims.js";
import { type Entry, type OpenedCase, good } from "../opened/model.js";
import type { OfficeWords } from "../context.js";
import { type Child, h } from "../ui.js";

interface Moved {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

function readersOf(entry: Entry): readonly string[] {
  return entry.payload["holders"] as string[];
}

function noticesOf(opened: OpenedCase, grant: unknown): Entry[] {
  return opened.entries.filter((one) => one.type === "epoch" && good(one) && one.payload["grant"] === grant);
}

/** Who read the case before: by the notice of that change, for the change in force by its own grant; null where neither tells. */
function readersBefore(entry: Entry, opened: OpenedCase): readonly string[] | null {
  const previous = entry.payload["previous"];
  const [notice] = noticesOf(opened, previous);
  if (notice !== undefined) return readersOf(notice);
  return opened.former !== null && opened.former.grant === previous ? opened.former.holders : null;
}

function movedBy(entry: Entry, opened: OpenedCase): Moved | null {
  const [before, then] = [readersBefore(entry, opened), readersOf(entry)];
  if (before === null) return null;
  return { added: then.filter((id) => !before.includes(id)), removed: before.filter((id) => !then.includes(id)) };
}

/** Whether a notice before this one, which holds too, told the very same change. */
export function isRepeatedNotice(entry: Entry, opened: OpenedCase): boolean {
  return noticesOf(opened, entry.payload["grant"]).some((one) => one.seq < entry.seq);
}

/** The sentence of a change, signed by those who decided it. */
export function movedTitle(entry: Entry, opened: OpenedCase): Sentence {
  const moved = movedBy(entry, opened);
  if (moved === null) return msg("New case key, signed by {person}");
  return moved.added.length + moved.removed.length === 0 ? msg("New case key for the same readers, signed by {person}") : msg("{person} changed who can read the case");
}

/** Who came and who went, then all who read on; and, for the change in force, whom its key has not reached. */
export function movedLines(entry: Entry, opened: OpenedCase, words: OfficeWords): Child {
  const moved = isRepeatedNotice(entry, opened) ? null : movedBy(entry, opened);
  return [
    line("moved-added", msg("New readers: {people}"), moved?.added ?? [], words),
    line("moved-removed", msg("No longer readers: {people}"), moved?.removed ?? [], words),
    line("moved-then", msg("Readers from this point on: {people}"), readersOf(entry), words),
    // Its maker may have left somebody out, and only this tells.
    entry.payload["epoch"] === opened.epoch ? line("epoch-unopened", msg("Not yet decrypted with this key: {people}"), unopenedBy(opened, words), words) : null,
  ];
}

function line(hook: string, sentence: Sentence, ids: readonly string[], words: OfficeWords): Child {
  return ids.length === 0 ? null : h("p", { class: "hint", "data-test": hook }, around(t(sentence, { people: blank("people") }), { people: words.namedAll(ids) }));
}
