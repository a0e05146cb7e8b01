/** Nothing is verified without the office code: from the link, or typed from the poster. */

import type { Use } from "../../crypto/browser/index.js";
import { NotConfirmed } from "../../crypto/browser/errors.js";
import { pause } from "../../crypto/browser/turns.js";
import { isClockBehind } from "../shared/confirmed.js";
import { type Office, codeFromLink, isDistrust, keepCode, openOffice } from "./office.js";
import { announce, fill, focusOn, h } from "../shared/dom.js";
import { cleanAnchor, faultOf, watchTyping } from "../shared/officecode.js";
import { sayError } from "../shared/refusals.js";
import { t } from "../shared/strings.js";
import { isExpired, otherRoads } from "./lapsed.js";

/** The page behind the gate: `use` is for one that serves who waits for an answer too. */
interface Behind {
  readonly opened: (office: Office) => void;
  readonly use: Use;
  /** The page's own title where it stood in this place: it stays above whatever is asked. */
  readonly title: HTMLElement | null;
}

/** Shows what is needed inside `place` until the office is verified, then calls `opened`. */
export function passGate(place: HTMLElement, opened: (office: Office) => void, use: Use = {}): void {
  const [code, behind] = [codeFromLink(), { opened, use, title: place.querySelector("h1") }];
  if (code === null) askForCode(place, behind);
  else void tryCode(place, code, behind);
}

async function tryCode(place: HTMLElement, code: string, behind: Behind): Promise<void> {
  fill(place, behind.title, h("p", { class: "soft", role: "status", "data-test": "gate-checking" }, t("Checking the list of readers of your office…")));
  // So that this is seen before the work begins.
  await pause();
  try {
    const office = await openOffice(code, null, behind.use);
    keepCode(code);
    behind.opened(office);
  } catch (error) {
    const roads = isExpired(error) ? await otherRoads(code) : null;
    fill(place, behind.title, refusal(place, error, behind, code), roads);
  }
}

/** A silent witness or a wrong clock is no sign of deceit. */
function headingOf(error: unknown): string {
  if (isClockBehind(error)) return t("Check the clock of this device");
  if (error instanceof NotConfirmed) return t("No new report can be sent here now.");
  return isDistrust(error) ? t("Stop: do not report here") : t("No connection");
}

function refusal(place: HTMLElement, error: unknown, behind: Behind, code: string): HTMLElement {
  const heading = h("h2", {}, headingOf(error));
  return h(
    "div",
    { class: isDistrust(error) ? "notice notice-alarm stack" : "notice notice-care stack", role: "alert", "data-test": "gate-refused" },
    heading,
    h("p", {}, sayError(error)),
    h("div", { class: "row" },
      h("button", { type: "button", onclick: () => void tryCode(place, code, behind) }, t("Try again")),
      h("button", { type: "button", class: "plain", onclick: () => askForCode(place, behind) }, t("Type another code"))),
  );
}

function askForCode(place: HTMLElement, behind: Behind): void {
  const input = h("input", {
    id: "office-code", type: "text", autocomplete: "off", autocapitalize: "characters", spellcheck: "false",
    inputmode: "text", class: "mono", "aria-describedby": "office-code-hint office-code-fault", "data-test": "office-code",
  });
  const fault = h("p", { id: "office-code-fault", class: "fault", "data-test": "office-code-fault" });
  watchTyping(input, fault);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const code = cleanAnchor(input.value);
    if (code !== null) return void tryCode(place, code, behind);
    fault.textContent = faultOf(input.value);
    input.setAttribute("aria-invalid", "true");
    announce(fault.textContent);
    input.focus();
  };
  const heading = h("h2", {}, t("First: the code on your poster"));
  fill(
    place,
    behind.title,
    h("form", { class: "card stack", onsubmit: submit, "data-test": "gate", novalidate: true },
      heading,
      h("p", {}, t("A dishonest page could look just like this one. Type the office code from the poster, the intranet notice or the letter, so that your browser can check whose page this is.")),
      h("label", { for: "office-code" }, t("Office code")),
      h("p", { id: "office-code-hint", class: "hint" }, t("Five groups of four, for example 7K3M-Q2XF-9T0A-HV5C-JB86")),
      input,
      fault,
      h("button", { class: "primary", "data-test": "office-code-check" }, t("Check"))),
  );
  if (document.activeElement && document.activeElement !== document.body) focusOn(heading);
}
