/** A published text as it goes up, to be printed or saved: what is shown is what is signed. */

import { PUBLIC_PARTS, partWords } from "../../../casework/index.js";
import { utf8 } from "../../../crypto/framing.js";
import { sha256 } from "../../../crypto/primitives.js";
import { t } from "../../shared/strings.js";
import { showPrint } from "../onbehalf/papers.js";
import { h } from "../ui.js";

const FILE = "publication.txt";

/** The hash of a text as `sha256sum` prints it for the saved file. */
export function hashOf(text: string): string {
  return [...sha256(utf8(text))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const HEADS: ReadonlySet<string> = new Set(PUBLIC_PARTS.flatMap((part) => Object.values(partWords(part))));

/** The text as an article: its title, and every line of it, with the headings of its parts in bold. */
export function publicArticle(text: string, lang: string | null): HTMLElement {
  const [title = "", ...lines] = text.split("\n");
  const isHead = (line: string, at: number): boolean => HEADS.has(line) && lines[at - 1] === "";
  const paragraphs = lines.map((line, at) => line !== "" && h("p", { class: isHead(line, at) ? "publication-head" : null }, line));
  return h("article", { class: "paper publication", lang, dir: "auto", "data-test": "publication-paper" }, h("p", { class: "publication-name" }, title), paragraphs);
}

/** In front of the page, with the ways out of it. */
export function showPublication(text: string, lang: string | null): void {
  const address = URL.createObjectURL(new Blob([text], { type: "application/octet-stream" }));
  const save = h("a", { class: "button", "data-test": "publication-save", href: address, download: FILE }, t("Save as text"));
  showPrint(text.split("\n", 1)[0] ?? "", publicArticle(text, lang), save, () => URL.revokeObjectURL(address));
}
