/** The form of a publication: parts, names to be blanked, the text as it will go up, and the signed record of it. */

import { PUBLIC_LANGUAGES, PUBLIC_PARTS, type PublicLanguage, type PublicPart, partWords, pointing, publicParts, publicText } from "../../../casework/index.js";
import type { IdentityText } from "../../../crypto/staff.js";
import { ask } from "../../shared/confirmdialog.js";
import { inLanguage, listed } from "../../shared/officetext.js";
import { pageLanguage, t } from "../../shared/strings.js";
import { PolicyRefused } from "../acting/precheck.js";
import { refusalText } from "../acting/words.js";
import { closeComposer, showForm } from "../composer.js";
import { type OfficeWords, wordsFor } from "../context.js";
import { pageLanguages } from "../languages.js";
import type { OpenedCase } from "../opened/model.js";
import { type Child, field, fill, h } from "../ui.js";
import { publicArticle, showPublication } from "./paper.js";
import { namesOn, partsOf, saidIn } from "./prefill.js";
import { offerTitle } from "./section.js";
import type { Offer } from "./offers.js";

/** Something stands against the publication by now, in words. */
export class NotPublishable extends Error {}

/** The case, what may be published of it, and how that is put on the record. */
export interface Publishing {
  readonly opened: OpenedCase;
  readonly words: OfficeWords;
  readonly offers: readonly Offer[];
  readonly read: (handle: string) => IdentityText | null;
  readonly send: (offer: Offer, text: string) => Promise<void>;
}

/** After so long without typing the preview and the warnings follow. */
const PAUSE_MS = 250;

class PublicationForm {
  private readonly which: HTMLSelectElement;
  private readonly speech: HTMLSelectElement;
  private readonly parts: ReadonlyMap<PublicPart, HTMLTextAreaElement>;
  private readonly names = h("textarea", { id: "publication-names", "data-test": "publication-names", rows: 4, autocomplete: "off" });
  private readonly care = h("div", { "aria-live": "polite", "data-test": "publication-care" });
  private readonly preview = h("div", { role: "region", "aria-label": t("Preview"), "data-test": "publication-preview" });
  private readonly fault = h("p", { class: "fault", role: "alert", "data-test": "publication-fault" });
  private readonly form: HTMLFormElement;
  private readonly typed = new Set<PublicPart>();
  private readonly said: ReturnType<typeof saidIn>;
  private pause: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly desk: Publishing) {
    this.which = h("select", { id: "publication-which", "data-test": "publication-which" }, desk.offers.map(({ rule }, at) => h("option", { value: String(at) }, offerTitle(rule))));
    const speeches = pageLanguages().filter(({ tag }) => (PUBLIC_LANGUAGES as readonly string[]).includes(tag));
    this.speech = h("select", { id: "publication-language", "data-test": "publication-language" }, speeches.map(({ tag, lang, name }) => h("option", { value: tag, lang, selected: tag === pageLanguage() }, name)));
    this.parts = new Map(PUBLIC_PARTS.map((part) => [part, h("textarea", { id: `publication-${part}`, "data-test": `publication-${part}`, rows: part === "result" ? 4 : 2 })]));
    this.said = saidIn(desk.opened);
    this.names.value = namesOn(desk.opened, desk.words, desk.read).join("\n");
    this.form = this.draw();
    this.prefill();
    this.renew();
  }

  open(): void {
    for (const [part, area] of this.parts) area.addEventListener("input", () => this.typed.add(part));
    this.form.addEventListener("input", () => {
      clearTimeout(this.pause);
      this.pause = setTimeout(() => this.renew(), PAUSE_MS);
    });
    this.speech.addEventListener("change", () => {
      this.prefill();
      this.renew();
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.submit();
    });
    showForm(this.form, this.parts.get("matter") ?? this.form);
  }

  private draw(): HTMLFormElement {
    const fields = [...this.parts].map(([part, area]) => field(inLanguage(partWords(part)), area));
    const what = this.desk.offers.length > 1 ? field(t("What is published"), this.which) : h("p", { class: "hint", "data-test": "publication-offer" }, offerTitle(this.offer.rule));
    return h("form", { class: "composer card stack", "aria-labelledby": "publication-form-title", "data-test": "publication-form", novalidate: true },
      h("h3", { id: "publication-form-title" }, t("Prepare the publication")),
      h("p", { class: "hint" }, t("The text stays in this browser. With your signature it is encrypted for the readers of this case. The server never reads it: put it up yourself, printed or as a file.")),
      what, field(t("Language"), this.speech), fields,
      field(t("Names to be blanked, one per line"), this.names, t("Each is replaced in any case, width and spacing. Add its other writings (traditional or simplified characters, another alphabet, a nickname), and departments and places that point to somebody.")),
      this.care, h("h4", {}, t("This is what will be published")), this.preview, this.fault,
      h("div", { class: "row" },
        h("button", { type: "submit", class: "primary", "data-test": "publication-sign" }, t("Sign and record")),
        h("button", { type: "button", "data-test": "publication-print", onclick: () => showPublication(this.text(), this.language) }, t("Print or save")),
        h("button", { type: "button", "data-test": "publication-cancel", onclick: () => closeComposer() }, t("Cancel"))));
  }

  private get offer(): Offer {
    return this.desk.offers[Number(this.which.value)] ?? (this.desk.offers[0] as Offer);
  }

  private get language(): PublicLanguage {
    return PUBLIC_LANGUAGES.find((one) => one === this.speech.value) ?? (PUBLIC_LANGUAGES.at(-1) as PublicLanguage);
  }

  /** Parts in which nobody has typed yet; in another language they stand in that one. */
  private prefill(): void {
    const known = partsOf(this.desk.opened, this.desk.words, this.language);
    for (const [part, area] of this.parts) if (!this.typed.has(part)) area.value = known[part];
  }

  private shown(): Partial<Record<PublicPart, string>> {
    return publicParts(Object.fromEntries([...this.parts].map(([part, area]) => [part, area.value])), this.names.value.split("\n"));
  }

  private text(): string {
    const { what, audience } = this.offer.rule;
    return publicText(what, audience, this.shown(), this.language);
  }

  /** What in the parts as they would go up may still point to somebody. */
  private pointing(): string[] {
    const names = this.names.value.split("\n");
    return [...new Set(Object.values(this.shown()).flatMap((text) => pointing(text, names)))];
  }

  private renew(): void {
    fill(this.preview, publicArticle(this.text(), this.language));
    const points = this.pointing();
    const own = [...this.parts.values()].flatMap(({ value }) => this.said.repeated(value) ?? []);
    fill(this.care, points.length + own.length === 0 ? null : h("div", { class: "notice notice-care small stack-small" },
      points.length > 0 && h("p", { "data-test": "publication-points" }, t("Still in the text, and perhaps pointing to somebody: {found}", { found: listed(points) })),
      points.length > 0 && h("button", { type: "button", "data-test": "publication-blank", onclick: () => this.blank(points) }, t("Blank these")),
      own.map((words) => h("p", { "data-test": "publication-repeats" }, t("The reporter wrote these words: “{words}”. Say it in the office's own.", { words })))));
  }

  private blank(points: readonly string[]): void {
    this.names.value = [...this.names.value.split("\n"), ...points].filter((one) => one.trim() !== "").join("\n");
    this.renew();
    this.names.focus();
  }

  private async submit(): Promise<void> {
    const { form, fault, offer } = this;
    if (form.getAttribute("aria-busy") === "true") return;
    fill(fault);
    if (Object.values(this.shown()).every((text) => text.trim() === "")) {
      fill(fault, t("Please write at least one part."));
      return this.parts.get("matter")?.focus();
    }
    // What is asked about is what is signed.
    const [text, points] = [this.text(), this.pointing()];
    form.setAttribute("aria-busy", "true");
    form.inert = true;
    try {
      const question = t("The text still contains: {found}. Sign it all the same?", { found: listed(points) });
      if (points.length === 0 || (await ask(question, { yes: t("Sign and record") }))) await this.desk.send(offer, text);
    } catch (error) {
      fill(fault, this.sayFault(error));
    } finally {
      form.removeAttribute("aria-busy");
      form.inert = false;
    }
  }

  private sayFault(error: unknown): Child {
    const { ruled } = this.desk.opened;
    if (error instanceof NotPublishable) return error.message;
    return error instanceof PolicyRefused && ruled !== null ? refusalText(ruled, error.refused, this.desk.words) : wordsFor(error);
  }
}

/** Opens the form in the case page; there must be an offer. */
export function openPublication(desk: Publishing): void {
  new PublicationForm(desk).open();
}
