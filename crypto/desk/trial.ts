/** The dummy case that a new member opens before any real one (enrolment). */

import { b64decode } from "../framing.js";
import type { PayloadOf } from "../case/documents.js";
import { refuse } from "../errors.js";
import { caseIdentity, keysOf, readPacket } from "../case/grantbody.js";
import { openGrantBody } from "../case/grant.js";
import { checkItemMac, openItem } from "../case/items.js";
import type { StaffKeys } from "../keys/staff.js";
import { readItem } from "../case/thread.js";

const TRIAL = "trial";

/** The word that the server put into this member's dummy case; refused like any case, and at `schema` for one that is none. */
export async function openTrial(staff: StaffKeys, packet: Uint8Array, items: readonly unknown[]): Promise<string> {
  const body = await openGrantBody(readPacket(packet), staff.identity);
  const trial = body.entity === TRIAL && body.policy === TRIAL && body.directory.sequence === 0;
  if (!trial || items.length !== 1) refuse("schema", "not a trial");
  if (body.office !== staff.office || body.holders.join(" ") !== staff.member) refuse("schema", "not this member's trial");
  const item = readItem(items[0]);
  checkItemMac(item, b64decode(body.macs.to_office));
  const { content } = await openItem(item, caseIdentity(keysOf(body)));
  if (content.type !== "message" || item.case !== body.case || b64decode(item.prev).some((byte) => byte !== 0)) refuse("schema", "not a trial");
  return (content.payload as PayloadOf<"message">).text;
}
