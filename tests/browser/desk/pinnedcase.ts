// The member, the office and the case of the vector "the pinned grant", for tests that open it as a desk does.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Secret } from "../../../crypto/primitives.js";
import { b64decode, openGrant, staffKeys } from "../../../crypto/staff.js";
import { office, resolve } from "../crypto/vectorops.js";

const { shared, cases } = JSON.parse(readFileSync("crypto/vectors/chain.json", "utf8"));
export const given = resolve(cases.find((one: { name: string }) => one.name === "the pinned grant").input, shared);
export const directory = office(given.office);
export const seed = new Secret(b64decode(given.staff.seed));
export const staff = staffKeys(seed, { office: directory.office, member: given.staff.member });
const opened = await openGrant(staff, b64decode(given.packet), directory);
assert.ok(opened !== null);
export const grant = opened;
