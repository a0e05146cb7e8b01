/** The desk's calls to its own server. The server is not trusted: what comes back is sealed, signed or only a hint. */

import { type Bytes, utf8 } from "../../crypto/framing.js";
import type { Submission } from "../../crypto/case/documents.js";
import type { RegrantProof } from "../../crypto/case/regrants.js";
import { sha256Large } from "../../crypto/primitives.js";
import { writeSubmission } from "../../crypto/reporter/lengths.js";
import type { Shape } from "../../crypto/shape.js";
import { boundedText, problemOf, readText, rootsShape } from "../shared/responses.js";
import { WORK_HEADER, WORK_TRIES, hear, proofOf } from "../shared/proofofwork.js";
import * as shapes from "./responses.js";
import type { Figures } from "./observing/tables.js";

export interface CaseRow {
  readonly case: string;
  readonly entity: string;
  readonly policy: string;
  readonly version: string;
  readonly day: string;
  readonly stage: string;
  readonly epoch: number;
  readonly urgent: boolean;
  readonly taken_by: readonly string[];
  readonly head: { readonly n: number; readonly hash: string };
  readonly last: { readonly to_office: number; readonly to_reporter: number };
  readonly standing: CaseSummary;
}

/** What the server says of a case's stream, for lists; a hint until this browser has folded the stream itself. `next_due` in seconds since 1970. */
export interface CaseSummary {
  readonly ended: boolean;
  readonly waiting: boolean;
  readonly owner: string | null;
  readonly deputy: string | null;
  readonly next_due: number | null;
}

/** A clock as the server reckons it; `day` is null while it stands still. */
export interface DueRow {
  readonly clock: string;
  readonly day: string | null;
}

export interface SignedEvent {
  readonly payload: string;
  readonly sig: string | null;
}

/** A half-signed re-grant that waits, and who signed it. */
export interface ProposalRow {
  readonly by: string;
  readonly invited: string | null;
  readonly day: string;
  readonly epoch: number;
  readonly packet: string;
  readonly history: string;
  /** SHA-256 of the access token of the packet, as the server was given it. */
  readonly access: string;
  readonly proof: RegrantProof;
}

/** A re-grant as it is sent: the packet, the history document that its grant names, SHA-256 of the new access token, and who signed it. */
export interface NewGrant extends RegrantProof {
  readonly packet: string;
  readonly history: string;
  readonly access: string;
  readonly epoch: number;
}

/** What is sent to propose one. */
export interface NewProposal extends NewGrant {
  readonly event: SignedEvent;
  readonly invited: string | null;
}

export interface CaseFile extends CaseRow {
  readonly packet: string;
  /** The keys of earlier epochs, sealed; null in epoch 0. */
  readonly history: string | null;
  readonly items: readonly unknown[];
  readonly events: readonly SignedEvent[];
  readonly keyring: unknown;
  readonly proposal: ProposalRow | null;
  readonly dues: readonly DueRow[];
  /** The numbers of the events whose item, as the server says, could not be delivered. */
  readonly undeliverable: readonly number[];
}

export interface Me {
  readonly member: string;
  readonly role: string;
  readonly entity: string | null;
  readonly wrapped_key: unknown;
  /** Public keys of this member that wait for the keepers. */
  readonly next_keys: unknown;
}

export interface BlobRow {
  readonly blob: string;
  readonly size: number;
  readonly parts: readonly string[];
}

/** One step of a case: a signed event with the item or grant that it accompanies. */
export interface Step {
  readonly event: SignedEvent;
  readonly item: unknown;
  readonly blobs: readonly BlobRow[];
  readonly grant: NewGrant | null;
}

export interface Invitation {
  readonly office: string;
  readonly member: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly role: string;
  readonly entity: string | null;
  readonly totp_secret: string;
  readonly totp_uri: string;
}

/** The server refused, or there was no answer at all (`status` 0, `code` "no-answer"); `allowed` are the acts that a policy would let pass, in words. */
export class DeskRefusal extends Error {
  constructor(readonly status: number, readonly code: string, readonly detail: string, readonly allowed: readonly string[] = []) {
    super(`${status} ${code}`);
    this.name = "DeskRefusal";
  }
}

/** What somebody who is not signed in may call, and what hashes a secret slowly; a busy desk wants work for these. */
const AT_THE_DOOR =
  /^\/api\/(session(\/challenge|\/passkey)?|enrolment(\/keys|\/trial)?|me\/(secrets|keys|keys\/taken|passkeys))$/;
const CHANGES = { "X-Yanlu-Desk": "1" };
/** Bytes of an answer that is read as a document, and of one case alone, still a text that a browser can hold; a server that goes on beyond them is not heard out. */
const LARGEST_ANSWER = 128 * 1024 * 1024;
const LARGEST_CASE = 3 * LARGEST_ANSWER;

async function refusalOf(answer: Response): Promise<DeskRefusal> {
  try {
    const problem = problemOf(await answer.text());
    return new DeskRefusal(answer.status, problem.code || "refused", problem.detail, problem.allowed);
  } catch {
    return new DeskRefusal(answer.status, "refused", "");
  }
}

/** How many looks are under way that nobody asked for. */
let looking = 0;

/** Makes calls that keep no session alive: a page looks by itself, and nobody may be there. */
export async function quietly<T>(work: () => Promise<T>): Promise<T> {
  looking += 1;
  try {
    return await work();
  } finally {
    looking -= 1;
  }
}

const calls = new AbortController();

/** The member signs out: what was asked of the server is given up, and nobody hears of it any more. */
export function giveUpCalls(): void {
  calls.abort();
}

async function call(method: string, path: string, init: RequestInit = {}): Promise<Response> {
  let answer: Response;
  const headers = new Headers(init.headers);
  if (looking > 0) headers.set("X-Yanlu-Look", "1");
  try {
    answer = await fetch(path, { method, cache: "no-store", credentials: "same-origin", redirect: "error", signal: calls.signal, ...init, headers });
  } catch {
    if (calls.signal.aborted) await new Promise<never>(() => undefined);
    throw new DeskRefusal(0, "no-answer", "");
  }
  hear(answer.headers.get(WORK_HEADER));
  if (!answer.ok) throw await refusalOf(answer);
  return answer;
}

/** What a strict reader makes of an answer; a CryptoError (`schema`) for anything else. */
async function read<T>(shape: Shape<T>, answer: Response, most = LARGEST_ANSWER): Promise<T> {
  return readText(shape, await boundedText(answer, most));
}

export async function get<T>(path: string, shape: Shape<T>, most = LARGEST_ANSWER): Promise<T> {
  return read(shape, await call("GET", path), most);
}

function send(method: string, path: string, body: unknown): Promise<Response> {
  return sendContent(method, path, utf8(JSON.stringify(body)));
}

export async function sendContent(method: string, path: string, content: Bytes): Promise<Response> {
  const headers = { ...CHANGES, "Content-Type": "application/json" };
  for (let left = WORK_TRIES; ; left -= 1) {
    const proof = AT_THE_DOOR.test(path) ? await proofOf(`${method} ${path}`, () => sha256Large(content)) : {};
    try {
      return await call(method, path, { headers: { ...headers, ...proof }, body: content });
    } catch (error) {
      if (left === 0 || !(error instanceof DeskRefusal && error.code === "work-needed")) throw error;
    }
  }
}

export const office = {
  document: async (): Promise<string> => (await call("GET", "/office/office.json")).text(),
  policy: async (hash: string): Promise<Uint8Array<ArrayBuffer>> =>
    new Uint8Array(await (await call("GET", `/office/policies/${hash}.json`)).arrayBuffer()),
  rules: async (hash: string): Promise<Uint8Array<ArrayBuffer>> =>
    new Uint8Array(await (await call("GET", `/office/rules/${hash}.json`)).arrayBuffer()),
  calendars: async (hash: string): Promise<Uint8Array<ArrayBuffer>> =>
    new Uint8Array(await (await call("GET", `/office/calendars/${hash}.json`)).arrayBuffer()),
};

export const session = {
  start: async (member: string, secret: string, totp: string): Promise<void> => {
    await send("POST", "/api/session", { member, secret, totp });
  },
  end: async (): Promise<void> => void (await call("POST", "/api/session/end", { headers: { ...CHANGES, "Content-Type": "application/json" }, body: "{}", signal: null })),
  /** The half of the tab's key that is kept beside this session. */
  keyHalf: async (): Promise<string> => (await get("/api/session/key-half", shapes.keyHalf)).key_half,
  me: (): Promise<Me> => get("/api/me", shapes.me),
};

/** A change of the member's own keys. */
export const rotation = {
  propose: async (body: Readonly<Record<string, unknown>>): Promise<void> => {
    await send("PUT", "/api/me/keys", body);
  },
  take: async (body: Readonly<Record<string, unknown>>): Promise<void> => {
    await send("POST", "/api/me/keys/taken", body);
  },
};

/** One of the member's passkeys; `wrapped_key` is null for one that is a second factor alone. */
export interface PasskeyRow {
  readonly credential: string;
  readonly name: string;
  readonly day: string;
  readonly wrapped_key: unknown;
}

const challengeAt = async (path: string): Promise<string> => (await read(shapes.challenge, await send("POST", path, {}))).challenge;

export const passkeys = {
  /** A challenge at the door; it names nobody. */
  doorChallenge: (): Promise<string> => challengeAt("/api/session/challenge"),
  /** Signs in; `stands_in`: the secret came from the passkey, not from the device secret. */
  start: async (body: Readonly<Record<string, unknown>>): Promise<void> => {
    await send("POST", "/api/session/passkey", body);
  },
  challenge: (): Promise<string> => challengeAt("/api/me/passkeys/challenge"),
  list: async (): Promise<PasskeyRow[]> => (await get("/api/me/passkeys", shapes.passkeyList)).passkeys,
  add: async (body: Readonly<Record<string, unknown>>): Promise<void> => {
    await send("POST", "/api/me/passkeys", body);
  },
  remove: async (credential: string): Promise<void> => {
    await send("POST", `/api/me/passkeys/${credential}/end`, {});
  },
};

export const enrolment = {
  begin: async (code: string): Promise<Invitation> => read(shapes.invitation, await send("POST", "/api/enrolment", { code })),
  keys: async (body: Record<string, unknown>): Promise<{ trial: string; items: unknown[] }> =>
    read(shapes.trial, await send("POST", "/api/enrolment/keys", body)),
  trial: async (code: string, word: string): Promise<void> => {
    await send("POST", "/api/enrolment/trial", { code, word });
  },
};

export const batch = {
  days: async (): Promise<{ day: string; ids: string[] }[]> => (await get("/api/batch", shapes.days)).days,
  /** The re-grants of cases that this member read in the epoch before: they wait for no slot. */
  regrants: async (): Promise<{ id: string; packet: string }[]> => (await get("/api/regrants", shapes.entries)).entries,
  /** The packets of a day that have these ids; 64 at most are asked for at once. */
  entries: async (day: string, ids: readonly string[]): Promise<{ id: string; packet: string }[]> =>
    (await get(`/api/batch/${day}?${ids.map((id) => `id=${id}`).join("&")}`, shapes.entries)).entries,
  claim: async (claims: readonly { case: string; access: string }[]): Promise<boolean[]> =>
    (await read(shapes.accepted, await send("POST", "/api/claims", { claims }))).accepted,
};

/** What is other once anything is new: of the batch, and of the member's own cases. */
export interface News {
  readonly batch: string;
  readonly cases: string;
}

export const news = {
  read: (): Promise<News> => get("/api/news", shapes.newsShape),
};

/** What the server tells of a removal; `claim` and `changes` prove it. */
export type RemovalRow = shapes.RemovalShape;

export const cases = {
  /** One page of a view; `next` names the one behind it, null on the last. */
  page: (view: "all" | "due" | "overdue", after: string | null): Promise<{ cases: CaseRow[]; next: string | null }> =>
    get(`/api/cases?view=${view}${after === null ? "" : `&after=${encodeURIComponent(after)}`}`, shapes.page),
  one: (id: string): Promise<CaseFile> => get(`/api/cases/${id}`, shapes.fileOf(id), LARGEST_CASE),
  /** What stands for these cases, from the first on; `fileOf` reads each. */
  several: (ids: readonly string[]): Promise<readonly unknown[]> =>
    get(`/api/cases/files?${ids.map((id) => `case=${id}`).join("&")}`, shapes.placesOf(ids.length)),
  /** The row of a case; null where it is this member's no longer. */
  find: async (id: string): Promise<CaseRow | null> => {
    try {
      return await cases.one(id);
    } catch (error) {
      if (error instanceof DeskRefusal && error.status === 404) return null;
      throw error;
    }
  },
  keepKey: async (id: string, entry: unknown): Promise<void> => {
    await send("PUT", `/api/cases/${id}/key`, entry);
  },
  step: async (id: string, step: Step): Promise<void> => {
    await send("POST", `/api/cases/${id}/steps`, step);
  },
  propose: async (id: string, proposal: NewProposal): Promise<void> => {
    await send("POST", `/api/cases/${id}/proposals`, proposal);
  },
  /**
   * Cases that somebody opened and has not opened since their readers changed: the own ones, of anyone who oversees everybody's.
   * `more` says that there are others, of older cases.
   */
  removals: (): Promise<shapes.RemovalsShape> => get("/api/removals", shapes.removals),
  /** The cases whose re-grant this member, an outside holder, is asked to countersign. */
  asked: async (): Promise<string[]> => (await get("/api/proposals", shapes.asked)).cases,
  part: async (id: string, blob: string, k: number): Promise<Uint8Array> =>
    new Uint8Array(await (await call("GET", `/api/cases/${id}/blobs/${blob}/parts/${k}`)).arrayBuffer()),
};

export const reports = {
  /** A report that this member took down for somebody, sealed like any other. */
  file: async (submission: Submission): Promise<void> => {
    await sendContent("POST", "/api/submissions", writeSubmission(submission));
  },
};

/** A request with what this member may see of its votes and reviews. */
export interface StoredRequest {
  readonly request: unknown;
  readonly votes: string[];
  readonly reviews: string[];
}

/** Sealed identities: no call says which case it is about. */
export const custody = {
  bits: async (): Promise<number> => (await get("/api/drawers", shapes.bits)).bits,
  /** With the packet of the hash `waiting` (b64), if that one is not in the drawer yet. */
  drawer: async (bits: number, drawer: number, waiting: string | null): Promise<Uint8Array<ArrayBuffer>> =>
    new Uint8Array(await (await call("GET", `/api/drawers/${bits}/${drawer}${waiting === null ? "" : `?waiting=${waiting}`}`)).arrayBuffer()),
  /** An identity packet with a protection packet, as every post has both. */
  seal: async (packets: unknown): Promise<void> => {
    await send("POST", "/api/packets", { v: 1, packets });
  },
  /** With the mark `waiting` (b64), if a packet that is in no drawer yet has it. */
  marks: async (waiting: string): Promise<Uint8Array> => new Uint8Array(await (await call("GET", `/api/marks?waiting=${waiting}`)).arrayBuffer()),
  list: async (): Promise<StoredRequest[]> => (await get("/api/unsealing", shapes.requests)).requests,
  ask: async (request: unknown): Promise<void> => {
    await send("POST", "/api/unsealing", request);
  },
  vote: async (vote: { readonly request: string }): Promise<void> => {
    await send("POST", `/api/unsealing/${vote.request}/votes`, vote);
  },
  review: async (review: { readonly request: string }): Promise<void> => {
    await send("POST", `/api/unsealing/${review.request}/reviews`, review);
  },
};

/** For those who open nothing. */
export const figures = {
  read: (): Promise<Figures> => get("/api/figures", shapes.figuresShape),
};

/** A published file; null where there is none. */
async function published(path: string): Promise<string | null> {
  try {
    return await (await call("GET", path)).text();
  } catch (error) {
    if (error instanceof DeskRefusal && error.status === 404) return null;
    throw error;
  }
}

/** The log's files; anyone who reads them verifies them. */
export const log = {
  roots: async (): Promise<string[]> => (await get("/log/roots.json", rootsShape)).roots,
  name: (): Promise<string | null> => published("/log/log.note"),
  newest: (): Promise<string | null> => published("/log/checkpoint"),
  tile: async (path: string): Promise<Uint8Array> => new Uint8Array(await (await call("GET", `/log/${path}`)).arrayBuffer()),
  sizes: async (): Promise<number[]> => (await get("/log/checkpoints.json", shapes.sizes)).sizes,
};

export const blobs = {
  put: async (blob: string, k: number, bytes: Blob, hash: string): Promise<void> => {
    await call("PUT", `/api/blobs/${blob}/parts/${k}`, { headers: { ...CHANGES, "X-Part-Hash": hash }, body: bytes });
  },
};
