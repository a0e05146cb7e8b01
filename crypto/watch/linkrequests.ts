/** Requests to open links of the watch: signed by the officer, and entered in the log before anybody answers (SPEC §13). */

import { type B64, type Bytes, b64decode, b64encode, frame, utf8 } from "../framing.js";
import type { VerifiedDirectory } from "../office/directory.js";
import { open } from "../sealing/age.js";
import { checkEnvelope } from "../sealing/header.js";
import { refuse } from "../errors.js";
import { checkSignature, sha256 } from "../primitives.js";
import { LINK_SIZE, sideShape } from "./protection.js";
import type { Rng } from "../randomness.js";
import { type Name, type Read, type Shape, base64, id16, list, name, record, text, version } from "../shape.js";
import type { StaffKeys } from "../keys/staff.js";
import { readJson } from "../text.js";
import type { LinkShare } from "./keys.js";

export const LINK_REASON_LIMIT = 2048;
const LINKS = 64;
const OFFICER = "retaliation-officer";

const fields = record({ v: version, office: id16, request: id16, requester: name, entity: name, reason: text(LINK_REASON_LIMIT), links: list(base64(LINK_SIZE), LINKS), sig: base64(64) });
/** Which links of one entity an officer asks to have opened, and why; it names nobody. */
export type LinkRequest = Read<typeof fields>;
export const linkRequestShape: Shape<LinkRequest> = (value) => {
  const found = fields(value);
  return found.reason.trim() === "" || found.links.length === 0 ? refuse("schema", "a request without a reason, or without a link") : found;
};
const sharesShape = record({ v: version, shares: list(sideShape, LINKS) });

function requestFrame(asked: Omit<LinkRequest, "v" | "sig">): Bytes {
  const { office, request, requester, entity, reason, links } = asked;
  return frame("yanlu/v1/link-request", b64decode(office), b64decode(request), utf8(requester), utf8(entity), utf8(reason), ...links.map((link) => b64decode(link)));
}

/** A request in the officer's own name. */
export function askForLinks(staff: StaffKeys, entity: Name, reason: string, links: readonly B64[], rng: Rng): LinkRequest {
  const asked = { office: staff.office, request: b64encode(rng(16)), requester: staff.member, entity, reason, links: [...links] };
  return linkRequestShape({ v: 1, ...asked, sig: b64encode(staff.sign(requestFrame(asked))) });
}

/** What the entry in the log stands for. */
export function requestContent(asked: LinkRequest): B64 {
  return b64encode(sha256(frame("yanlu/v1/log-link-request", requestFrame(asked), b64decode(asked.sig))));
}

/** Whether an officer of today signed it. */
export function checkLinkRequest(directory: VerifiedDirectory, asked: LinkRequest): void {
  if (asked.office !== directory.office) refuse("foreign", "a request of another office");
  const member = directory.validMember(asked.requester);
  if (member === null || member.role !== OFFICER) refuse("directory", "only a retaliation officer asks for links");
  else checkSignature(b64decode(member.signing), requestFrame(asked), b64decode(asked.sig));
}

/** The shares that one seat gave, sealed to the officer who asked. */
export async function openShareFile(staff: StaffKeys, file: Bytes): Promise<readonly LinkShare[]> {
  checkEnvelope(file, 1);
  const content = await open(staff.identity, file, 1);
  return sharesShape(readJson(content, Math.max(content.length, 1))).shares;
}
