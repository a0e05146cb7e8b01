// A payload by the browser's own ChaCha20-Poly1305 and by typage: the same files, the same refusals.

import assert from "node:assert/strict";
import test from "node:test";
import { Decrypter } from "age-encryption";
import * as cctv from "cctv-age";
import { concat } from "../../../crypto/framing.js";
import { CryptoError, b64decode, systemRng } from "../../../crypto/index.js";
import { type ByBrowser, openStream, sealStream } from "../../../crypto/sealing/age.js";
import { nativePayload, openChunks, sealPayload } from "../../../crypto/sealing/payload.js";
import { Chunker } from "../../../crypto/sealing/chunker.js";
import { sha256Large } from "../../../crypto/primitives.js";
import { Identity } from "../../../crypto/sealing/xwing.js";
import envelopes from "../../../crypto/vectors/envelope.json";
import refusals from "../../../crypto/vectors/refusals.json";
import { loadVector } from "./cctvfile.js";
import { OPS, resolve } from "./vectorops.js";

const script: ByBrowser = async () => false;
const byBoth = (async () => ((await nativePayload()) ? [script, async () => true] : [script]))();
const CHUNK = 65_536;
// More than are computed at once, where anything is; else as few as show it.
const MANY = byBoth.then((ways) => (ways.length > 1 ? 19 : 2));
const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** The bytes as a stream of pieces of that size, so that no border of the format falls on a border of the stream. */
function trickle(bytes: Uint8Array, size = 10_007): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + size));
      at += size;
    },
  });
}

const whole = async (stream: ReadableStream<Uint8Array>) => new Uint8Array(await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer());

/** What comes out before it ends or fails, and how it fails. */
async function outcome(opening: Promise<ReadableStream<Uint8Array>>): Promise<{ out: string; stage: string | null }> {
  const got: Uint8Array[] = [];
  const said = async (stage: string | null) => ({ out: hex(await sha256Large(concat(...got))), stage });
  try {
    const reader = (await opening).getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) got.push(next.value);
    return said(null);
  } catch (error) {
    // What typage's stream throws is a plain Error, which anyone who reads an attachment takes for `payload`.
    return said(error instanceof CryptoError ? error.stage : "payload");
  }
}

test("Chromium computes payloads itself; Firefox and Node leave it to typage", async () => {
  const ways = await byBoth;
  const agent = globalThis.navigator?.userAgent ?? "";
  assert.equal(ways.length, agent.includes("Chrome/") ? 2 : 1);
});

test("either way opens what the other sealed, at every size around the borders of chunks", async () => {
  const ways = await byBoth;
  const identity = Identity.draw(systemRng);
  for (const size of [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, (await MANY) * CHUNK + 5]) {
    const content = systemRng(size);
    for (const seal of ways) for (const open of ways) {
      const file = await whole(await sealStream([identity.recipient], trickle(content), systemRng, seal));
      const opened = await whole(await openStream(identity, trickle(file), [1], open));
      assert.equal(hex(await sha256Large(opened)), hex(await sha256Large(content)), `${size} bytes`);
    }
  }
});

test("every chunk that is turned, cut, swapped, repeated or added is refused at payload, after the same plaintext", async () => {
  const ways = await byBoth;
  const identity = Identity.draw(systemRng);
  const many = await MANY;
  const file = await whole(await sealStream([identity.recipient], trickle(systemRng(many * CHUNK + 5)), systemRng, script));
  const start = file.length - many * (CHUNK + 16) - 21;
  const chunk = (k: number) => file.subarray(start + k * (CHUNK + 16), Math.min(file.length, start + (k + 1) * (CHUNK + 16)));
  const turned = (at: number) => { const copy = file.slice(); copy[at] = (copy[at] as number) ^ 1; return copy; };
  const wrong = [
    turned(start), turned(start + (many - 1) * (CHUNK + 16)), turned(file.length - 1), file.slice(0, -1), file.slice(0, start), file.slice(0, start + (many - 1) * (CHUNK + 16)), concat(file, chunk(many)),
    concat(file.subarray(0, start), chunk(1), chunk(0), file.subarray(start + 2 * (CHUNK + 16))), concat(file.subarray(0, start), chunk(0), file.subarray(start)),
  ];
  for (const altered of wrong) {
    const said = await Promise.all(ways.map((open) => outcome(openStream(identity, trickle(altered), [1], open))));
    for (const one of said) assert.deepEqual(one, { ...(said[0] as object), stage: "payload" });
  }
  const noNonce = file.slice(0, start - 1);
  for (const open of ways) assert.equal((await outcome(openStream(identity, trickle(noNonce), [1], open))).stage, "header");
});

test("every vector of an envelope gives the same as a stream, no matter who computes it", async () => {
  const ways = await byBoth;
  const cases = envelopes.cases.filter(({ op }) => op === "open_sealed");
  assert.ok(cases.length > 20);
  for (const { name, input, output, fails } of cases as { name: string; input: unknown; output?: { plaintext: string }; fails?: string }[]) {
    const given = resolve(input, envelopes.shared);
    const file = b64decode(given.file);
    for (const open of ways) {
      const { out, stage } = await outcome(openStream(Identity.read(given.identity), trickle(file, 1000), given.counts, open));
      assert.equal(stage, fails ?? null, name);
      if (output) assert.equal(out, hex(await sha256Large(b64decode(output.plaintext))), name);
    }
  }
});

test("every vector of an attachment passes here too, by what this browser uses", async () => {
  for (const { name, op, input, output, fails } of refusals.cases as { name: string; op: string; input: unknown; output?: unknown; fails?: string }[]) {
    if (op !== "open_attachment") continue;
    const opened = Promise.resolve((OPS[op] as (given: unknown) => unknown)(resolve(input, refusals.shared)));
    if (fails === undefined) assert.deepEqual(await opened, output, name);
    else await assert.rejects(opened, (error) => (error as CryptoError).stage === fails, name);
  }
});

test("every public vector of the payload gives what it says, by the browser and by typage", async () => {
  const ways = await byBoth;
  const vectors = cctv as unknown as Record<string, Uint8Array>;
  const names = Object.keys(vectors).filter((name) => /^(stream|hybrid|x25519)/.test(name));
  let run = 0;
  for (const name of names) {
    const { head, file } = await loadVector(vectors[name] as Uint8Array);
    const [expect, fileKey] = [head.get("expect") as string, head.get("file key")];
    if (!["success", "payload failure"].includes(expect) || !fileKey || head.has("armored")) continue;
    run += 1;
    const decrypter = new Decrypter();
    decrypter.addIdentity(head.get("identity") as string);
    const openings: Promise<ReadableStream<Uint8Array>>[] = [decrypter.decrypt(trickle(file))];
    const body = file.subarray(endOfHeader(file));
    const key = Uint8Array.from(fileKey.match(/../g) ?? [], (pair) => parseInt(pair, 16));
    if (ways.length > 1 && body.length >= 16) openings.push(openChunks(key, body.subarray(0, 16), new Chunker(trickle(body.subarray(16)).getReader())));
    const said = await Promise.all(openings.map(outcome));
    // How much comes out before a failure is the reader's own affair; both readers here give out the same.
    const wanted = expect === "success" ? { out: head.get("payload"), stage: null } : { out: said[0]?.out, stage: "payload" };
    for (const one of said) assert.deepEqual(one, wanted, name);
  }
  assert.ok(run > 20, `${run} vectors`);
});

function endOfHeader(file: Uint8Array): number {
  for (let at = 0; ; at = file.indexOf(10, at) + 1) {
    if (file[at] === 45 && file[at + 1] === 45 && file[at + 2] === 45) return file.indexOf(10, at) + 1;
  }
}

test("anyone who seals does not read a file further ahead than the chunks in hand", async () => {
  const ways = await byBoth;
  if (ways.length === 1) return;
  let read = 0;
  const source = new ReadableStream<Uint8Array>({ pull(controller) { read += CHUNK; controller.enqueue(new Uint8Array(CHUNK)); } }, { highWaterMark: 0 });
  const sealed = (await sealPayload(systemRng(200), systemRng(16), systemRng(16), new Chunker(source.getReader()))).getReader();
  let got = 0;
  for (let k = 0; k < 100; k += 1) {
    got += (await sealed.read()).value?.length ?? 0;
    assert.ok(read - got <= 18 * CHUNK, `${read - got} bytes ahead`);
  }
  await sealed.cancel();
});
