/** The proof that the report was filed: it comes with every opening of a mailbox, and to keep it is a click that nobody sees. */

import { type Bytes, b64decode } from "../../../crypto/framing.js";
import { CryptoError } from "../../../crypto/errors.js";
import { type Filing, openFiling, verifyFiling, writeProof } from "../../../crypto/transparency_log/filing.js";
import { fill, h, saveFile } from "../../shared/dom.js";
import { pageLanguage, sayHour, t } from "../../shared/strings.js";
import { askFiling, getText } from "../api.js";
import type { Answered, View } from "../sending/opened.js";

// It says what it is to anyone who opens it; its name need not.
const FILE_NAME = "record.tlog-proof";

/** Asks for what proves the filing; null when it does not come, which never keeps a mailbox shut. */
export async function askProof(token: string): Promise<Answered | null> {
  const [sealed, log] = await Promise.all([askFiling(token).catch(() => null), getText("/log/log.note").catch(() => null)]);
  return sealed === null || log === null ? null : { sealed, log };
}

/** What lies in the answer: null where no entry of the log stands for this report yet. */
function filingOf({ kept, answered }: View): Filing | null {
  try {
    return answered && openFiling(b64decode(kept.keys.token(), 32), answered.sealed);
  } catch (error) {
    if (error instanceof CryptoError) return null;
    throw error;
  }
}

function keep(view: View, log: string, filing: Filing, say: HTMLElement): void {
  try {
    const content: Bytes = writeProof(view.office.roots, log, filing);
    // What would convince nobody else is not kept.
    const { checkpoint } = verifyFiling(view.office.code, content);
    saveFile(FILE_NAME, new Blob([content]));
    fill(say, h("p", { class: "notice notice-good", "data-test": "proof-kept" },
      t("Saved to your downloads. It proves that the office had your encrypted report by {hour}.", { hour: sayHour(checkpoint.hour) })));
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    fill(say, h("p", { class: "notice notice-alarm", "data-test": "proof-broken" }, t("What the server gave as a proof does not hold. It was not kept. Somebody may be trying to deceive you.")));
  }
}

/** The offer in the mailbox, folded away. */
export function proofCard(view: View): HTMLElement {
  const filing = filingOf(view);
  const say = h("div", { role: "status" });
  const log = view.answered?.log ?? "";
  const offer = filing === null
    ? h("p", { "data-test": "proof-none" }, t("There is no proof to keep just now. It comes with the record's next entry, within about six hours of your report: open your mailbox again then."))
    : h("button", { type: "button", onclick: () => keep(view, log, filing, say), "data-test": "proof-keep" }, t("Keep the proof"));
  return h("details", { class: "card" }, h("summary", { "data-test": "proof-open" }, t("Keep proof that you reported")),
    h("div", { class: "stack" },
      h("p", {}, t("The office keeps a record that nobody can rewrite unnoticed. With a small file from it you can prove that the office had your encrypted report by a certain hour, even if it denies this later. It does not show what you wrote.")),
      h("p", { class: "notice notice-care" }, t("Anybody who finds this file learns that its owner reported here. Keep it only where nobody looks, and not on a work device. You don't need it to come back: your receipt and the office code are enough.")),
      filing !== null && h("p", { class: "small soft" }, t("Nobody learns whether you keep it: it is downloaded together with every mailbox.")),
      offer, say,
      h("p", { class: "small" }, t("Anybody who has the file and the office code can check it, without any connection:"), " ",
        h("a", { href: `/${pageLanguage()}/proof/` }, t("Check a proof")))));
}
