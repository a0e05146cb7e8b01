// Files of many cases: some with each call, each case in its own place; what is wrong with one is wrong with no other.

import assert from "node:assert/strict";
import test from "node:test";
import { CryptoError } from "../../../crypto/errors.js";
import { FILES_AT_ONCE } from "../../../templates/desk/responses.js";
import { DeskRefusal } from "../../../templates/desk/api.js";
import { fetchFiles } from "../../../templates/desk/queue/casefiles.js";
import { boundedText } from "../../../templates/shared/responses.js";

const HASH = Buffer.alloc(32, 7).toString("base64url");
const IDS = Array.from({ length: 100 }, (_, n) => Buffer.alloc(16, n + 1).toString("base64url"));

/** An honest file of a case. */
function fileOf(id: string): Record<string, unknown> {
  return {
    case: id, entity: "works", policy: "p", version: "1", day: "2026-11-28", stage: "new", epoch: 0, urgent: false, taken_by: [], head: { n: 0, hash: HASH },
    last: { to_office: 1, to_reporter: 0 }, standing: { ended: false, waiting: false, owner: null, deputy: null, next_due: null }, packet: "AAAA", history: null, items: [], events: [],
    keyring: null, proposal: null, dues: [], undeliverable: [],
  };
}

function refusal(status: number, code: string): Response {
  return new Response(JSON.stringify({ type: `urn:yanlu:error:${code}` }), { status });
}

/** An answer that begins with so many spaces. */
function padded(spaces: number, said: unknown): Response {
  const piece = new Uint8Array(2 ** 20).fill(0x20);
  let left = spaces;
  const content = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      controller.enqueue(left > 0 ? piece : new TextEncoder().encode(JSON.stringify(said)));
      if (left <= 0) controller.close();
      left -= piece.length;
    },
  });
  return new Response(content);
}

type Answer = (wanted: string[]) => unknown;
const honest: Answer = (wanted) => wanted.map(fileOf);

/** What comes for the first so many cases where a server answers so, as words: `ok`, or what is wrong; and what each call asked for. */
async function fetched(number: number, answer: Answer): Promise<{ found: [string, string][]; asked: string[][] }> {
  const asked: string[][] = [];
  globalThis.fetch = async (address) => {
    const { pathname, searchParams } = new URL(String(address), "http://desk");
    const several = pathname === "/api/cases/files";
    const wanted = several ? searchParams.getAll("case") : [pathname.slice("/api/cases/".length)];
    asked.push(wanted);
    const said = answer(wanted);
    if (said instanceof Response) return said;
    if (!several && (said as unknown[])[0] === null) return refusal(404, "no-such-case");
    return new Response(JSON.stringify(several ? { files: said } : (said as unknown[])[0]));
  };
  const found: [string, string][] = [];
  for await (const { id, file } of fetchFiles(IDS.slice(0, number))) found.push([id, word(id, file)]);
  return { found, asked };
}

function word(id: string, file: () => { readonly case: string }): string {
  try {
    return file().case === id ? "ok" : "another";
  } catch (error) {
    if (error instanceof CryptoError) return error.stage;
    if (error instanceof DeskRefusal) return error.code;
    throw error;
  }
}

const all = (number: number, how: string): [string, string][] => IDS.slice(0, number).map((id) => [id, how]);

test("each comes once, in the order of the list, few at first and never more than an answer may hold", async () => {
  const { found, asked } = await fetched(100, honest);
  assert.deepEqual(found, all(100, "ok"));
  assert.deepEqual(asked.flat(), IDS);
  assert.ok((asked[0] as string[]).length < FILES_AT_ONCE);
  assert.ok(asked.every((wanted) => wanted.length <= FILES_AT_ONCE));
});

test("one case is fetched as a case that somebody opens", async () => {
  assert.deepEqual(await fetched(1, honest), { found: all(1, "ok"), asked: [[IDS[0]]] });
  assert.deepEqual(await fetched(0, honest), { found: [], asked: [] });
});

test("what an answer has no room for is asked for again", async () => {
  const { found, asked } = await fetched(40, (wanted) => wanted.slice(0, 3).map(fileOf));
  assert.deepEqual(found, all(40, "ok"));
  assert.ok(asked.length >= 13);
});

test("the next are asked for while the first are opened", async () => {
  let calls = 0;
  globalThis.fetch = async (address) => {
    calls += 1;
    return new Response(JSON.stringify({ files: new URL(String(address), "http://desk").searchParams.getAll("case").map(fileOf) }));
  };
  const files = fetchFiles(IDS);
  await files.next();
  assert.equal(calls, 2);
});

test("a case that is not there, or is no file, takes no other with it", async () => {
  const lies: [string, unknown][] = [["no-such-case", null], ["schema", {}], ["schema", 7], ["schema", { ...fileOf(IDS[2] as string), packet: "" }], ["schema", { ...fileOf(IDS[2] as string), items: {} }]];
  for (const [how, lie] of lies) {
    const { found } = await fetched(20, (wanted) => wanted.map((id) => (id === IDS[2] ? lie : fileOf(id))));
    assert.deepEqual(found, all(20, "ok").map(([id, ok], n) => [id, n === 2 ? how : ok]));
  }
});

test("files in another order, one twice, one left out, one of another case: each place is refused that has not its own", async () => {
  const lies: [readonly number[], Answer][] = [
    [[1, 2], ([a, b, c, ...more]) => honest([a, c, b, ...more] as string[])],
    [[1], ([a, , ...more]) => honest([a, a, ...more] as string[])],
    [[1, 2, 3, 4, 5, 6], ([a, , ...more]) => [...(honest([a, ...more] as string[]) as unknown[]), fileOf(IDS[1] as string)].slice(0, 7)],
    [[3], ([a, b, c, , ...more]) => honest([a, b, c, IDS[99], ...more] as string[])],
  ];
  for (const [refused, lie] of lies) {
    let first = true;
    const { found } = await fetched(8, (wanted) => {
      const said = first ? lie(wanted) : honest(wanted);
      first = false;
      return said;
    });
    assert.deepEqual(found, all(8, "ok").map(([id, ok], n) => [id, refused.includes(n) ? "schema" : ok]));
  }
});

const REFUSED_WHOLE: readonly Answer[] = [
  (wanted) => [...wanted, wanted[0] as string].map(fileOf), () => [], () => new Response("{"), () => new Response('{"files":7}'), () => refusal(500, "internal"), () => refusal(503, "office-not-ready"),
];

test("where an answer has more than was asked for, nothing, or is none, each of its cases is asked for alone", async () => {
  for (const lie of REFUSED_WHOLE) {
    let first = true;
    const { found, asked } = await fetched(20, (wanted) => {
      const said = first ? lie(wanted) : honest(wanted);
      first = false;
      return said;
    });
    assert.deepEqual(found, all(20, "ok"));
    assert.deepEqual(asked.filter(({ length }) => length === 1), IDS.slice(0, 8).map((id) => [id]));
  }
});

test("one case over which the server breaks down takes no other with it", async () => {
  for (const lie of REFUSED_WHOLE) {
    const { found } = await fetched(20, (wanted) => (wanted.includes(IDS[2] as string) ? (wanted.length > 1 ? lie(wanted) : refusal(500, "internal")) : honest(wanted)));
    assert.deepEqual(found, all(20, "ok").map(([id, ok], n) => [id, n === 2 ? "internal" : ok]));
  }
});

test("a case that failed among others says why when it is asked for alone", async () => {
  const { found } = await fetched(8, (wanted) => (wanted.length > 1 ? wanted.map((id) => (id === IDS[2] ? null : fileOf(id))) : refusal(503, "office-not-ready")));
  assert.deepEqual(found, all(8, "ok").map(([id, ok], n) => [id, n === 2 ? "office-not-ready" : ok]));
});

test("what is refused to the member, or not answered at all, is not asked for again", async () => {
  for (const [status, code] of [[401, "signed-out"], [429, "too-many-steps"]] as const) {
    const { found, asked } = await fetched(8, () => refusal(status, code));
    assert.deepEqual([found, asked.length], [all(8, code), 1]);
  }
  globalThis.fetch = () => Promise.reject(new TypeError("no line"));
  const said: string[] = [];
  for await (const { id, file } of fetchFiles(IDS.slice(0, 8))) said.push(word(id, file));
  assert.deepEqual(said, all(8, "no-answer").map(([, how]) => how));
});

test("a case that is too long for an answer about many opens alone", async () => {
  const LONG = 129 * 2 ** 20;
  const { found } = await fetched(8, (wanted) => {
    if (!wanted.includes(IDS[2] as string)) return honest(wanted);
    return wanted.length > 1 ? padded(LONG, { files: wanted.map(fileOf) }) : padded(LONG, fileOf(IDS[2] as string));
  });
  assert.deepEqual(found, all(8, "ok"));
});

test("an answer without end is cut off, and one of the right length is read to its last character", async () => {
  let [given, stopped] = [0, false];
  const piece = new TextEncoder().encode("é".repeat(500));
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => { given += piece.length; controller.enqueue(piece); },
    cancel: () => { stopped = true; },
  });
  await assert.rejects(boundedText(new Response(endless), 10_000), CryptoError);
  assert.ok(stopped && given < 20_000);
  const cut = new ReadableStream<Uint8Array>({
    start: (controller) => { for (const byte of new TextEncoder().encode('"é国"')) controller.enqueue(Uint8Array.of(byte)); controller.close(); },
  });
  assert.equal(await boundedText(new Response(cut), 7), '"é国"');
  assert.equal(await boundedText(new Response(null), 7), "");
});
