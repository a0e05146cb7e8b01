// A link that does not fit is told from another office, and from a link that brings no code.

import assert from "node:assert/strict";
import test from "node:test";

import { b64encode } from "../../../crypto/framing.js";
import { writeCheckedCode } from "../../../crypto/codes.js";
import { LinkAltered } from "../../../crypto/errors.js";
import { checkAnchor, readAnchor, writeAnchor } from "../../../crypto/office/anchor.js";
import { sha256 } from "../../../crypto/primitives.js";
import { hasWrongCode } from "../../../templates/shared/officecode.js";
import { sayError } from "../../../templates/shared/refusals.js";

test("a link whose hash does not fit its right code is altered, and another code is another office", () => {
  const text = new TextEncoder().encode("root");
  const code = writeCheckedCode(sha256(text));
  const right = { code, digest: b64encode(sha256(text)) };
  const refused = (anchor: typeof right): unknown => { try { checkAnchor(anchor, text); return null; } catch (error) { return error; } };
  assert.equal(refused(right), null);
  const altered = refused({ ...right, digest: b64encode(new Uint8Array(32)) });
  assert.ok(altered instanceof LinkAltered && altered.stage === "foreign");
  assert.match(sayError(altered), /QR code on the poster/);
  const other = refused({ ...right, code: writeCheckedCode(new Uint8Array(32)) });
  assert.ok(!(other instanceof LinkAltered) && other instanceof Error);
  assert.equal(writeAnchor(readAnchor(writeAnchor(right))), writeAnchor(right));
});

test("a link with a wrong code is told from one with none", () => {
  const code = writeCheckedCode(sha256(new Uint8Array(1)));
  const mistyped = code.slice(0, -1) + (code.endsWith("2") ? "3" : "2");
  for (const fragment of [`#c=${mistyped}`, `#c=${code.slice(0, 9)}`, `#${mistyped}`, `#c=${code}&h=x`]) assert.ok(hasWrongCode(fragment), fragment);
  for (const fragment of ["", "#", "#app", "#c=", `#c=${code}`, `#${code}`, `#${"1234 ".repeat(7)}`, "#c=1234567890123456789012345678", "#lang=zh&next=somewhere"]) assert.ok(!hasWrongCode(fragment), fragment);
});
