// Which names a case holds: given, sealed, replaced and taken back, as the verified thread tells them.

import assert from "node:assert/strict";
import test from "node:test";
import { givenNames, levelOf, sealedNames, lastNoticeOf } from "../../../templates/desk/custody/names.js";
import type { Entry, OpenedCase } from "../../../templates/desk/opened/model.js";

const seal = (handle: string) => ({ handle, packet: "p", m: 2, n: 3 });
const entry = (type: string, payload: Record<string, unknown>, mark = "ok"): Entry =>
  ({ dir: "to-office", seq: 1, hash: "h", mark, type, payload, signer: "reporter", seen: 0 }) as Entry;
const sealed = (handle: string, about = "reporter") => entry("identity", { about, level: "sealed", seal: seal(handle), name: "", contact: "", text: "" });
const named = (mark = "ok") => entry("identity", { about: "reporter", level: "named", seal: null, name: "王小明", contact: "", text: "" }, mark);
const back = (handle: string) => entry("identity-withdrawn", { handle });
const opened = (...entries: Entry[]): OpenedCase => ({ entries, report: { level: "anonymous" } }) as unknown as OpenedCase;
const withdrawn = (found: OpenedCase) => sealedNames(found).map((one) => one.withdrawn);

test("a later name of the reporter takes the place of the earlier, and a witness's does not", () => {
  assert.deepEqual(withdrawn(opened(sealed("a"), sealed("b"))), [true, false]);
  assert.deepEqual(withdrawn(opened(sealed("a"), sealed("b", "witness"))), [false, false]);
});

test("what was taken back is not sealed any more, and the level falls with it", () => {
  const found = opened(sealed("a"), back("a"));
  assert.deepEqual(withdrawn(found), [true]);
  assert.equal(levelOf(found), "anonymous");
  assert.equal(levelOf(opened(sealed("a"))), "sealed");
  assert.equal(levelOf(opened(sealed("a", "witness"))), "anonymous");
});

test("a given name counts only where it verified", () => {
  assert.equal(levelOf(opened(sealed("a"), named())), "named");
  assert.equal(givenNames(opened(named("forged"))).length, 0);
  assert.equal(levelOf(opened(named("unsigned"))), "anonymous");
});

test("the last notice of a request is what the reporter knows", () => {
  const told = (state: string) => entry("unsealing", { state, about: "reporter", role: "investigator", ground: "consent", text: "", delay: null });
  assert.equal(lastNoticeOf(opened(told("asked"), told("opened")), "reporter")?.state, "opened");
  assert.equal(lastNoticeOf(opened(told("asked")), "witness"), null);
  assert.equal(lastNoticeOf(opened(), "reporter"), null);
});
