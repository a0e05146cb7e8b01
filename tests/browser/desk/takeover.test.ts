/** A case that a colleague handles is never taken without a question, by the button or by the key. */

import assert from "node:assert/strict";
import test from "node:test";

import { pressTake, takeOver } from "../../../templates/desk/casepage/pagestate.js";
import { answered } from "../../../templates/shared/confirmdialog.js";
import { h } from "../../../templates/shared/dom.js";

/** A question has to be drawn for it: Node has no document. */
const onPage: typeof test = typeof document === "undefined" ? ((() => undefined) as unknown as typeof test) : test;

/** A page that offers to take the case, over from these people where there are any; gives how often it was taken. */
function page(people: string): { readonly taken: () => number; readonly button: HTMLElement } {
  document.getElementById("take-case")?.remove();
  let taken = 0;
  const take = (): void => { taken += 1; };
  const button = h("button", { type: "button", id: "take-case", onclick: () => (people === "" ? take() : void takeOver(people, take)) });
  if (people !== "") button.dataset["over"] = people;
  document.body.append(button);
  return { taken: () => taken, button };
}

const dialog = (): HTMLDialogElement | null => document.querySelector<HTMLDialogElement>("dialog[open]");

async function answer(yes: boolean): Promise<string> {
  const asked = dialog()?.textContent ?? "";
  if (yes) document.querySelector<HTMLElement>("[data-test='question-yes']")?.click();
  // What Escape does to a dialog.
  else dialog()?.close();
  await answered();
  return asked;
}

test("a file of tests is not empty under Node", () => {
  assert.equal(typeof takeOver, "function");
});

onPage("the button asks with the colleague's name, and takes the case only after a yes", async () => {
  const { taken, button } = page("Li Wei");
  button.click();
  assert.match(await answer(false), /handled by Li Wei\. Take it over\?/);
  assert.deepEqual([taken(), dialog()], [0, null]);
  button.click();
  await answer(true);
  assert.equal(taken(), 1);
});

onPage("the key asks once, about the colleague where there is one", async () => {
  const theirs = page("Li Wei");
  void pressTake();
  assert.match(await answer(true), /handled by Li Wei/);
  assert.deepEqual([theirs.taken(), dialog()], [1, null]);
  const free = page("");
  void pressTake();
  assert.equal(free.taken(), 0);
  assert.match(await answer(true), /^Take this case\?/);
  assert.deepEqual([free.taken(), dialog()], [1, null]);
});

onPage("a yes counts only for the case and the colleague of the question", async () => {
  for (const [name, other] of [["over", "Sun Fang"], ["case", "b"]] as const) {
    const { taken, button } = page("Li Wei");
    button.dataset["case"] = "a";
    button.click();
    button.dataset[name] = other;
    await answer(true);
    assert.equal(taken(), 0);
  }
});
