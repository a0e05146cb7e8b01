// Where the office's duties stand at the desk, whatever the server says of them.

import assert from "node:assert/strict";
import test from "node:test";
import type { DutyRules } from "../../../casework/index.js";
import type { VerifiedDirectory } from "../../../crypto/staff.js";
import { runsSince } from "../../../templates/desk/recurring/dutystates.js";

test("duties run from the day that the rules name, and else from the office's first member on", () => {
  const content = { issued: "2026-11-24", members: [{ from: "2026-03-01" }, { from: "2025-12-01" }, { from: "2026-11-24" }] } as VerifiedDirectory["content"];
  assert.equal(runsSince({ effective: "2026-05-05" } as DutyRules, content), "2026-05-05");
  for (const issued of [content.issued, "2027-11-24"]) assert.equal(runsSince({ effective: null } as DutyRules, { ...content, issued }), "2025-12-01");
});
