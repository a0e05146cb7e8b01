/** What stands beside the member's cases: changes of readers to sign, and cases that somebody reads no longer. */

import { around, blank } from "../../shared/officetext.js";
import { t } from "../../shared/strings.js";
import type { CaseFile } from "../api.js";
import { proposalCard } from "../casepage/proposal.js";
import type { Proposed } from "../opened/model.js";
import type { Gone, Vault } from "../opened/vault.js";
import type { OfficeWords } from "../context.js";
import { type Child, byId, fill, h } from "../ui.js";

/** Changes that this member, an outside holder, is asked to sign: nothing else of these cases is shown. Then the removals; `read` are the cases that this member reads. */
export async function drawSignaturesAndRemovals(vault: Vault, words: OfficeWords, read: ReadonlySet<string>, answer: (file: CaseFile, proposal: Proposed, sign: boolean) => void): Promise<void> {
  const me = vault.staff.member;
  const [asked, { gone, more }] = [await vault.asked(), await vault.gone(read)];
  fill(byId("asked"), asked.map(({ file, proposal }) => h("li", { class: "stack-small", "data-test": "asked", "data-case": file.case },
    h("p", {}, h("strong", {}, around(t("A case of {entity}, received {day}", { entity: blank("entity"), day: words.day(file.day, file.entity) }), { entity: words.namedEntity(file.entity) }))),
    proposalCard(proposal, file.entity, words, { me, countersign: (shown) => answer(file, shown, true), decline: (shown) => answer(file, shown, false) }))));
  fill(byId("removed"), [...gone.map((one) => removedRow(one, words, me)), more && h("li", { "data-test": "removed-more" }, t("There are more such changes in older cases. Only the newest are shown."))]);
}

/** Two who change the readers can't do so in silence: the person who was removed sees it, and so does oversight. */
function removedRow({ entity, day, removal }: Gone, words: OfficeWords, me: string): Child {
  const told = { entity: blank("entity"), day: words.day(day, entity), person: blank("person") };
  const title = removal.member === me ? t("You can no longer read a case of {entity}, received {day}", told)
    : t("{person} has not opened a case of {entity}, received {day}, since its readers changed: removed, or not back to it yet", told);
  return h("li", { class: "stack-small", "data-test": "removed", "data-case": removal.case, "data-member": removal.member },
    h("p", {}, h("strong", {}, around(title, { entity: words.namedEntity(entity), person: words.named(removal.member) }))),
    changesOf(removal, entity, words),
    h("p", { class: "hint" }, t("The signatures prove who changed the keys, and when. They do not prove who was removed: a server could also have withheld the new key from someone. If you did not expect this, ask by telephone.")));
}

function changesOf({ changes }: Gone["removal"], entity: string, words: OfficeWords): Child {
  const [first, ...later] = changes;
  if (first !== undefined && later.length === 0) {
    return [
      h("p", {}, around(t("Readers changed on {day}, by {people}", { day: words.day(first.day, entity), people: blank("people") }), { people: words.namedAll(first.by) })),
      fewSigned(first.missing),
    ];
  }
  return [
    h("p", {}, t("The readers have changed since:")),
    changes.map(({ day, by, missing }) => [h("p", {}, words.day(day, entity), ": ", words.namedAll(by)), fewSigned(missing)]),
  ];
}

/** No desk opens such a key today; it may be from a time at which fewer signatures were asked for. */
function fewSigned(missing: number): Child {
  return missing > 0 && h("p", { "data-test": "removed-short" }, h("strong", {}, t("Fewer people signed this change than the office asks for today.")));
}
