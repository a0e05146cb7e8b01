// What `make bench` measures inside a browser: sealing a large file, and opening grants. Not a test: tests/bench drives it.

import { b64decode, sealAttachment, systemRng, verifyDirectory } from "../../../crypto/index.js";
import { SealTo } from "../../../crypto/sealing/sealto.js";
import { nativePayload } from "../../../crypto/sealing/payload.js";
import { Secret } from "../../../crypto/primitives.js";
import { openGrant, staffKeys } from "../../../crypto/staff.js";
import { Identity } from "../../../crypto/sealing/xwing.js";
import grants from "../../../crypto/vectors/grant.json";
import { resolve } from "../crypto/vectorops.js";

const WINDOW = 3000;

/** Bytes per second of sealing, cutting and hashing a chosen file; each part is dropped as if it had been sent. */
async function seal(file: File): Promise<{ perSecond: number; parts: number; native: boolean }> {
  const native = await nativePayload();
  const sealing = sealAttachment(SealTo.own([Identity.draw(systemRng).recipient]), file, { name: file.name, type: "" }, systemRng);
  const began = performance.now();
  for await (const part of sealing.parts()) if (part.content.size === 0) throw new Error("an empty part");
  return { perSecond: (file.size / (performance.now() - began)) * 1000, parts: sealing.attachment.parts.length, native };
}

/** How many grants of eight places a member tries in a second: her own ones, and those of others. */
async function grantsPerSecond(claim: string, opens: boolean): Promise<number> {
  const found = grants.cases.find(({ name }) => name === claim);
  if (!found) throw new Error(`no vector ${claim}`);
  const { office, staff, packet } = resolve(found.input, grants.shared);
  const directory = verifyDirectory(office.code, office.roots, office.note, office.today);
  const keys = staffKeys(new Secret(b64decode(staff.seed)), { office: directory.office, member: staff.member });
  const bytes = b64decode(packet);
  let count = 0;
  const began = performance.now();
  do {
    const grant = await openGrant(keys, bytes, directory, null);
    if ((grant !== null) !== opens) throw new Error("not what the vector says");
    count += 1;
  } while (performance.now() - began < WINDOW);
  return (count / (performance.now() - began)) * 1000;
}

const input = document.createElement("input");
input.type = "file";
input.id = "file";
document.body.append(input);

Object.assign(globalThis, {
  measure: {
    seal: () => seal((input.files as FileList)[0] as File),
    own: () => grantsPerSecond("a holder", true),
    others: () => grantsPerSecond("no holder", false),
  },
});
