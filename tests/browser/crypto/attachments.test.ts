// Attachments as streams: sealed, cut in parts, opened, and every damage seen.

import assert from "node:assert/strict";
import test from "node:test";
import { type Attachment, PART_SIZE, type SealedPart, openAttachment, blobSize, openAttachmentAsBlob, sealAttachment, systemRng } from "../../../crypto/index.js";
import { Opener } from "../../../crypto/sealing/attachments.js";
import { SealTo } from "../../../crypto/sealing/sealto.js";
import { Identity } from "../../../crypto/sealing/xwing.js";

const identity = Identity.draw(systemRng);
const target = SealTo.own([identity.recipient]);
const opener = new Opener(identity, 1);
const stage = (name: string) => (error: unknown) => (error as { stage?: string }).stage === name;

async function sealed(content: Uint8Array<ArrayBuffer>): Promise<{ attachment: Attachment; parts: SealedPart[] }> {
  const sealing = sealAttachment(target, new Blob([content]), { name: "a/b.jpg", type: "image/jpeg" }, systemRng);
  const parts: SealedPart[] = [];
  for await (const part of sealing.parts()) parts.push(part);
  return { attachment: sealing.attachment, parts };
}

const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());
const from = (parts: readonly SealedPart[]) => async (k: number) => bytesOf((parts[k] as SealedPart).content);

test("what is sealed opens again, at every size around the borders of chunks and padding", async () => {
  for (const size of [0, 1, 63_877, 63_878, 65_536, 65_537, 129_397, 200_001]) {
    const content = systemRng(size);
    const { attachment, parts } = await sealed(content);
    assert.deepEqual([attachment.size, attachment.name, parts.length], [size, "a_b.jpg", 1]);
    assert.ok([65_536, 131_072, 262_144].includes(attachment.sealed_size), `${attachment.sealed_size}`);
    assert.deepEqual(await bytesOf(await openAttachmentAsBlob(opener, attachment, from(parts))), content);
  }
});

test("a file of several parts is cut at 8 MiB and opens from its parts", async () => {
  const content = systemRng(PART_SIZE + 70_000);
  const { attachment, parts } = await sealed(content);
  assert.deepEqual(parts.map((part) => part.content.size), [PART_SIZE, PART_SIZE]);
  const opened = await bytesOf(await openAttachmentAsBlob(opener, attachment, from(parts)));
  assert.deepEqual([opened.length, opened.every((byte, i) => byte === content[i])], [content.length, true]);
  const swapped = from([parts[1] as SealedPart, parts[0] as SealedPart]);
  await assert.rejects(openAttachmentAsBlob(opener, attachment, swapped), stage("payload"));
});

test("a flipped part, a cut part, a wrong size and a foreign key are refused", async () => {
  const { attachment, parts } = await sealed(systemRng(100_000));
  const whole = await bytesOf((parts[0] as SealedPart).content);
  const flipped = whole.slice();
  flipped[50_000] = (flipped[50_000] as number) ^ 1;
  await assert.rejects(openAttachmentAsBlob(opener, attachment, async () => flipped), stage("payload"));
  await assert.rejects(openAttachmentAsBlob(opener, attachment, async () => whole.slice(0, -1)), stage("payload"));
  await assert.rejects(openAttachmentAsBlob(opener, { ...attachment, size: 50_000 }, from(parts)), stage("padding"));
  await assert.rejects(openAttachmentAsBlob(new Opener(Identity.draw(systemRng), 1), attachment, from(parts)), stage("no-match"));
  await assert.rejects(openAttachmentAsBlob(new Opener(identity, 2), attachment, from(parts)), stage("stanzas"));
});

test("a network error reaches the page as it is", async () => {
  const { attachment } = await sealed(systemRng(1000));
  const down = (): Promise<never> => Promise.reject(new TypeError("network"));
  await assert.rejects(openAttachment(opener, attachment, down, () => undefined), TypeError);
});

test("a file that shrinks or grows while it is read is refused", async () => {
  for (const wrong of [9, 11]) {
    const source = { size: 10, stream: () => new Blob([new Uint8Array(wrong)]).stream() };
    const sealing = sealAttachment(target, source, { name: "x", type: "" }, systemRng);
    await assert.rejects(sealing.parts().next(), stage("padding"));
  }
});

test("a large stream is sealed with no more than a few parts in memory", async () => {
  const size = 48 * 1024 * 1024;
  let read = 0;
  const stream = () => new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(new Uint8Array(65_536));
      read += 65_536;
      if (read === size) controller.close();
    },
  });
  let handed = 0;
  for await (const part of sealAttachment(target, { size, stream }, { name: "big", type: "" }, systemRng).parts()) {
    handed += part.content.size;
    assert.ok(read - handed < 2 * PART_SIZE, `${read - handed} bytes read ahead`);
  }
  assert.equal(handed, blobSize(size, 1));
});
