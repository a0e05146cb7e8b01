/** Nothing is verified without the office code: from the link, or typed from the poster. The strip says how the check stands. */

import type { Use } from "../../crypto/index.js";
import { LinkAltered, NotConfirmed } from "../../crypto/errors.js";
import { pause } from "../../crypto/yielding.js";
import { isClockBehind } from "../shared/confirmed.js";
import { type Office, codeFromLink, isDistrust, keepCode, linkHasNoGoodCode, openOffice } from "./office.js";
import { type Child, announce, byId, fill, h } from "../shared/dom.js";
import { around, blank, officeText } from "../shared/officetext.js";
import { cleanAnchor, faultOf, resemblesReceipt, watchTyping } from "../shared/officecode.js";
import { NoAnswer, sayError } from "../shared/refusals.js";
import { t } from "../shared/strings.js";
import { redrawWith } from "./language.js";
import { confirmedNotice, isExpired, contactsAfterRefusal, publicContacts } from "./directoryexpiry.js";
import { showStrip } from "./officebanner.js";

/** How the check of the office code stands: `halted` waits for a connection, a clock or a signature, `stopped` met deceit. */
export type CheckState = "asking" | "checking" | "halted" | "stopped" | "opened";

/** The page behind the gate. */
interface Behind {
  readonly opened: (office: Office) => void;
  /** For a page that serves who waits for an answer too. */
  readonly use?: Use;
  /** What the strip says besides whose page this is. */
  readonly notice?: (office: Office) => HTMLElement | null;
  readonly stands?: (stand: CheckState) => void;
  /** What stands below the page's title while the code is asked for; `check` is as good as the button beside it. */
  readonly asking?: (check: () => void) => Child;
}

interface Gate extends Behind {
  /** Where the other roads stand after a refusal; the page's own title stays above them. */
  readonly place: string;
}

/** Asks for the code or takes it from the link, and calls `opened` once the office is verified. */
export function passGate(place: string, behind: Behind): void {
  const [code, gate] = [codeFromLink(), { ...behind, place }];
  if (code === null) askForCode(gate, linkHasNoGoodCode());
  else void tryCode(gate, code);
}

/** Below the page's title stand these roads or nothing, in whichever language. */
function say(gate: Gate, stand: CheckState, roads: () => Child): void {
  const draw = (): void => fill(byId(gate.place), byId(gate.place).querySelector("h1"), roads());
  draw();
  redrawWith(() => {
    draw();
    gate.stands?.(stand);
  });
  gate.stands?.(stand);
}

async function tryCode(gate: Gate, code: string): Promise<void> {
  showStrip("open", () => h("p", { role: "status", "data-test": "gate-checking" }, h("strong", {}, t("Checking whose page this is…"))));
  say(gate, "checking", () => null);
  // So that this is seen before the work begins.
  await pause();
  try {
    const office = await openOffice(code, null, gate.use);
    keepCode(code);
    const notice = gate.notice ?? confirmedNotice;
    showStrip(notice(office) === null ? "good" : "care", () => [belongs(office), notice(office)]);
    gate.stands?.("opened");
    gate.opened(office);
  } catch (error) {
    const roads = isExpired(error) ? await contactsAfterRefusal(code) : null;
    showStrip(isDeceit(error) ? "alarm" : "care", () => refusal(gate, error, code));
    say(gate, isDeceit(error) ? "stopped" : "halted", roads ?? publicContacts);
  }
}

function belongs(office: Office): HTMLElement {
  const { name } = office.directory.content;
  const said = t("Office code checked: the list of readers here is the one that {name} approved.", { name: blank("name") });
  return h("p", { role: "status", "data-test": "office-verified" },
    around(said, { name: h("strong", {}, officeText(name)) }));
}

/** A silent witness, a wrong clock, a list that has ended and a link that was altered are no sign that the office is another. */
function isDeceit(error: unknown): boolean {
  return isDistrust(error) && !isExpired(error) && !(error instanceof LinkAltered);
}

function headingOf(error: unknown): string {
  if (isClockBehind(error)) return t("Check the clock of this device");
  if (error instanceof NotConfirmed || isExpired(error)) return t("No new report can be sent here now.");
  if (error instanceof LinkAltered) return t("This link was altered or is out of date");
  if (isDeceit(error)) return t("Stop: do not report here");
  return error instanceof NoAnswer ? t("No connection") : t("This page could not be checked");
}

function refusal(gate: Gate, error: unknown, code: string): HTMLElement {
  return h("div", { class: "stack-small", role: "alert", "data-test": "gate-refused" },
    h("h2", {}, headingOf(error)),
    h("p", {}, sayError(error)),
    h("div", { class: "row" },
      h("button", { type: "button", class: "quiet", onclick: () => void tryCode(gate, code) }, t("Try again")),
      h("button", { type: "button", class: "plain quiet", onclick: () => askAgain(gate) }, t("Type another code"))));
}

function askAgain(gate: Gate): void {
  askForCode(gate);
  byId("office-code").focus();
}

function askForCode(gate: Gate, wrongLink = false): void {
  showStrip("open", () => codeForm(gate, wrongLink));
  say(gate, "asking", () => gate.asking?.(() => document.querySelector<HTMLInputElement>("#office-code")?.form?.requestSubmit()) ?? null);
}

/** People who come back have two codes, and this page asks for one of them. */
function receiptInstead(typed: string): string | null {
  return resemblesReceipt(typed) ? t("This looks like your receipt. It belongs under “Check progress or continue a draft”; the office code has five groups of four letters and digits. Nothing was sent.") : null;
}

function codeForm(gate: Gate, wrongLink: boolean): HTMLElement {
  const input = h("input", {
    id: "office-code", type: "text", autocomplete: "off", autocapitalize: "characters", spellcheck: "false",
    inputmode: "text", class: "mono", "aria-describedby": "office-code-hint office-code-fault", "data-test": "office-code",
  });
  const fault = h("p", { id: "office-code-fault", class: "fault", "data-test": "office-code-fault" });
  watchTyping(input, fault, receiptInstead);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const code = cleanAnchor(input.value);
    if (code !== null) return void tryCode(gate, code);
    fault.textContent = receiptInstead(input.value) ?? faultOf(input.value);
    input.setAttribute("aria-invalid", "true");
    announce(fault.textContent);
    input.focus();
  };
  return h("form", { class: "stack-small", onsubmit: submit, "data-test": "gate", novalidate: true },
    wrongLink && h("p", { class: "fault", role: "alert", "data-test": "link-wrong" }, t("The code in this link is wrong. Type the code on the poster. Nothing was sent.")),
    h("label", { class: "strip-title", for: "office-code" }, t("First enter the office code")),
    h("p", { id: "office-code-hint", class: "small" }, t("It is in the link or on the poster that brought you here, or among your notes. With it your browser checks that the readers are those whom the office signed for. It does not show that the page itself is genuine.")),
    h("div", { class: "strip-field" }, input, h("button", { class: gate.asking ? null : "primary", "data-test": "office-code-check" }, t("Check"))),
    fault);
}
