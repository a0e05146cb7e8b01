// What a custodian or oversight typed and did not send is there again after a reload of the tab, as at the desk.

import assert from "node:assert/strict";
import test from "node:test";
import { b64encode } from "../../../crypto/framing.js";
import { Secret } from "../../../crypto/staff.js";
import { unsentOnPane } from "../../../templates/desk/composer.js";
import { TabPlace, placeOf } from "../../../templates/desk/tabplace.js";
import { forgetTabSeed, keepTabSeed, openTabSeed } from "../../../templates/desk/tabseed.js";
import { inPage } from "./drawncase.js";

const onPage: typeof test = inPage ? test : ((() => undefined) as unknown as typeof test);
const BEGAN = Date.UTC(2026, 2, 2, 8);

/** The page of a member who leads no case, with a review that can be written. */
function pane(): HTMLTextAreaElement {
  document.body.innerHTML = '<div id="work"><div id="alarm"></div><div id="case"><details open><summary>Write the review</summary><textarea id="finding-text"></textarea></details></div></div>';
  new TabPlace(() => null, () => null, unsentOnPane).watch();
  const text = document.querySelector<HTMLTextAreaElement>("#finding-text");
  assert.ok(text !== null);
  return text;
}

const kept = (): readonly (string | undefined)[] => [...document.querySelectorAll<HTMLElement>('[data-test="unsent"]')].map((card) => card.querySelector("textarea")?.value);
const leave = (): void => { window.dispatchEvent(new Event("pagehide")); };

test("what belongs to no case is read again as it was kept", () => {
  const place = { open: null, unsent: [{ at: null, title: "Write the review", texts: ["Real."], sending: false }] };
  assert.deepEqual(placeOf(JSON.stringify(place)), place);
});

onPage("typed on the page of a custodian and not sent, it is shown after a reload until it is put away", async () => {
  const fetched = globalThis.fetch;
  globalThis.fetch = () => Promise.resolve(new Response(JSON.stringify({ key_half: b64encode(new Uint8Array(32).fill(7)) })));
  await keepTabSeed(new Secret(new Uint8Array(64)), { office: "AAAA-BBBB", member: "keeper" }, true, BEGAN);
  await openTabSeed("AAAA-BBBB", BEGAN);
  const text = pane();
  assert.deepEqual(kept(), []);
  text.value = "The danger was real.";
  leave();
  pane();
  assert.deepEqual(kept(), ["The danger was real."]);
  assert.match(document.querySelector('[data-test="unsent"]')?.textContent ?? "", /^Not sent: Write the review/u);
  leave();
  pane();
  assert.deepEqual(kept(), ["The danger was real."]);
  document.querySelector<HTMLElement>('[data-test="unsent-away"]')?.click();
  pane();
  assert.deepEqual(kept(), []);
  globalThis.fetch = fetched;
  forgetTabSeed();
});

onPage("what was on its way is said to be possibly sent; what only stands to be read is not among it", () => {
  const text = pane();
  assert.deepEqual(unsentOnPane(), []);
  text.value = "Seen.";
  assert.deepEqual(unsentOnPane(), [{ title: "Write the review", texts: ["Seen."], sending: false }]);
  text.closest("details")?.setAttribute("aria-busy", "true");
  assert.equal(unsentOnPane()[0]?.sending, true);
  text.readOnly = true;
  assert.deepEqual(unsentOnPane(), []);
});

onPage("two reviews that are being written keep each its own text, and say which request it is about", () => {
  const form = (about: string): string => `<details data-about="${about}" open><summary>Write the review</summary><textarea></textarea></details>`;
  document.body.innerHTML = `<div id="work"><div id="alarm"></div><div id="case">${form("A fire")}${form("A jump")}</div></div>`;
  const [first, second] = [...document.querySelectorAll("textarea")];
  assert.ok(first !== undefined && second !== undefined);
  second.value = "It could have waited.";
  second.closest("details")?.setAttribute("aria-busy", "true");
  const jump = { title: "Write the review · A jump", texts: ["It could have waited."], sending: true };
  assert.deepEqual(unsentOnPane(), [jump]);
  first.value = "It was burning.";
  assert.deepEqual(unsentOnPane(), [{ title: "Write the review · A fire", texts: ["It was burning."], sending: false }, jump]);
});
