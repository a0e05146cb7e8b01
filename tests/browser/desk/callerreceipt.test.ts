/** What a caller takes home: the receipt, and apart from it the address and the office code without which it opens nothing. */

import assert from "node:assert/strict";
import test from "node:test";

import { drawReceipt, systemRng } from "../../../crypto/staff.js";
import { mailboxAddress, showReceipt } from "../../../templates/desk/onbehalf/receipt.js";
import { h } from "../../../templates/shared/dom.js";
import { type Voice, nameOf, speakAs, t, takeSentences } from "../../../templates/shared/strings.js";
import { voiceOf } from "../../../templates/shared/voices.js";

/** A paper has to be drawn for it: Node has no document. */
const onPage: typeof test = typeof document === "undefined" ? ((() => undefined) as unknown as typeof test) : test;

const CODE = "ABCD-EFGH-JKMN-PQRS-TVWX";

function shown(voice: Voice | null = null): (name: string) => HTMLElement {
  document.body.replaceChildren(h("div", { id: "case" }, h("div", { id: "composer" })));
  const slip = { code: CODE, office: "Plant", policy: "Whistle", day: "1 Dec 2026" };
  showReceipt({ receipt: drawReceipt(systemRng), slip, made: { papers: null, ticket: "AAAAA-BBBBB-C", readers: ["an"] }, readers: "An", oral: true, voice }, () => undefined);
  return (name) => {
    const found = document.querySelector<HTMLElement>(`[data-test="${name}"]`);
    assert.ok(found, name);
    return found;
  };
}

/** The rows under which the slip names its address and code, and whether the receipt stands among them. */
function printed(find: (name: string) => HTMLElement): { readonly rows: readonly string[]; readonly blank: number; readonly hasReceipt: boolean } {
  find("slip-print").click();
  const way = find("slip-way-back");
  const digits = [...document.querySelectorAll('[data-test="onbehalf-groups"] strong')].map(({ textContent }) => textContent ?? "");
  const found = { rows: [...way.querySelectorAll("td")].map(({ textContent }) => textContent ?? ""), blank: way.querySelectorAll("tr.blank").length, hasReceipt: digits.some((group) => way.textContent?.includes(group)) };
  find("slip-dialog").remove();
  return found;
}

test("an address is that of the mailboxes, however it was typed", () => {
  const typed = ["", " https://speak.example.org/en/?a=1#x ", "speak.example.org", "http://abc.onion/", "abc.onion", "HTTPS://Speak.example.org:8443/zh/", "ask at the gate", "ftp://x.org", "speak.example.org，见海报", "举报.example.cn"];
  assert.deepEqual(typed.map(mailboxAddress), [
    "", "https://speak.example.org/m", "https://speak.example.org/m", "http://abc.onion/m", "http://abc.onion/m", "https://speak.example.org:8443/m",
    "ask at the gate", "ftp://x.org", "speak.example.org，见海报", "举报.example.cn",
  ]);
});

onPage("the slip carries address and office code on a part of its own, and room for an address that nobody typed", () => {
  localStorage.removeItem("yanlu.desk.report-page");
  const find = shown();
  assert.deepEqual(printed(find), { rows: ["", CODE], blank: 1, hasReceipt: false });
  const address = find("slip-address") as HTMLInputElement;
  address.value = "speak.example.org";
  address.dispatchEvent(new Event("change"));
  assert.deepEqual(printed(find), { rows: ["https://speak.example.org/m", CODE], blank: 0, hasReceipt: false });
  // The next caller's slip has it without typing.
  assert.deepEqual(printed(shown()).rows, ["https://speak.example.org/m", CODE]);
  assert.ok(document.querySelector('[data-test="onbehalf-receipt"]')?.textContent?.includes(CODE));
});

onPage("who complained under a policy about complaints takes home a slip about a complaint, and the desk speaks of reports again after it", () => {
  const chinese = { "Receipt slip": "举报回执", "Receipt slip to print": "打印举报回执", "Words of a complaint": "举报人保护=举报人保护 举报=投诉" };
  takeSentences(JSON.stringify({ "": "zh", ...Object.fromEntries(Object.entries(chinese).map(([from, to]) => [nameOf(from), to])) }));
  const find = shown(voiceOf({ kinds: [{ id: "complaint", name: { zh: "投诉", en: "Complaint" } }] } as never, "complaint", "制度"));
  assert.equal(find("slip-print").textContent, "打印投诉回执");
  find("slip-print").click();
  assert.equal(find("slip").querySelector("h2")?.textContent, "投诉回执");
  find("slip-dialog").remove();
  assert.equal(shown(null)("slip-print").textContent, "打印举报回执");
  assert.equal(t("Receipt slip"), "举报回执");
  speakAs(null);
  takeSentences("{}");
});
