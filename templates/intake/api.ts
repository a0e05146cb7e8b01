/** The intake API as the pages call it: no cookie, no cache, no redirect, sealed bytes only. */

import type { Post, SealedMemo, Submission } from "../../crypto/index.js";
import { b64decode, sha256Large, writeDraftPut, writePost, writeSubmission } from "../../crypto/index.js";
import { type Bytes, readU64, utf8 } from "../../crypto/framing.js";
import { partsShape, problemOf, readText } from "../shared/responses.js";
import { WORK_HEADER, WORK_TRIES, hear, proofOf } from "../shared/proofofwork.js";
import { NoAnswer, ServerRefusal } from "../shared/refusals.js";
import { pageLanguage } from "../shared/strings.js";

const QUIET: RequestInit = { cache: "no-store", credentials: "omit", redirect: "error", referrerPolicy: "no-referrer" };

function headers(): Record<string, string> {
  return { "Accept-Language": pageLanguage() };
}

/** What is sent; a busy office wants work for it, bound to its bytes. */
interface Content {
  readonly method: string;
  readonly body: Bytes;
}

async function call(path: string, content: Content | null = null): Promise<Response> {
  return withWork(async () => {
    const proof = content ? await proofOf(`${content.method} ${path}`, () => sha256Large(content.body)) : {};
    const typed: Record<string, string> = content ? { "Content-Type": "application/json" } : {};
    const response = await fetch(path, { ...QUIET, ...content, headers: { ...headers(), ...typed, ...proof } }).catch(() => null);
    if (response === null) throw new NoAnswer();
    hear(response.headers.get(WORK_HEADER));
    if (!response.ok) throw refusal(response.status, await response.text().catch(() => ""));
    return response;
  });
}

/** Tries again with the work that the refusal asked for; what is asked may grow meanwhile. */
async function withWork<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = WORK_TRIES; ; left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0 || !(error instanceof ServerRefusal && error.code === "work-needed")) throw error;
    }
  }
}

function refusal(status: number, body: string): Error {
  if (status === 0 || status === 502 || status === 504) return new NoAnswer();
  const problem = problemOf(body);
  return new ServerRefusal(status, problem.code || "fault", problem.title, problem.detail);
}

function asJson(method: string, body: unknown): Content {
  return { method, body: utf8(JSON.stringify(body)) };
}

const carried: { files: Readonly<Record<string, string>> | null } = { files: null };

/** From now on documents come out of what this page carries, as texts by their path; nothing is fetched. */
export function readFrom(files: Readonly<Record<string, string>>): void {
  carried.files = files;
}

/** Whether this page carries the office's documents and asks nobody. */
export function isCarried(): boolean {
  return carried.files !== null;
}

/** The bytes of an office document; the caller verifies them. */
export async function getBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return carried.files ? utf8(await getText(path)) : new Uint8Array(await (await call(path)).arrayBuffer());
}

export async function getText(path: string): Promise<string> {
  if (carried.files === null) return (await call(path)).text();
  const found = Object.hasOwn(carried.files, path) ? carried.files[path] : undefined;
  if (found === undefined) throw new NoAnswer();
  return found;
}

export async function postSubmission(submission: Submission): Promise<void> {
  await call("/api/submissions", { method: "POST", body: writeSubmission(submission) });
}

export async function postPost(post: Post): Promise<void> {
  await call("/api/posts", { method: "POST", body: writePost(post) });
}

export async function putDraft(token: string, draft: SealedMemo): Promise<void> {
  await call("/api/drafts", { method: "PUT", body: writeDraftPut(token, draft) });
}

/** One poll: always 131,072 bytes, whatever there is. */
export async function poll(body: { v: 1; token: string; from: number }): Promise<Uint8Array> {
  return new Uint8Array(await (await call("/api/poll", asJson("POST", body))).arrayBuffer());
}

/** What proves that the report was filed: always 8,192 bytes, whatever there is. */
export async function askFiling(token: string): Promise<Uint8Array> {
  return new Uint8Array(await (await call("/api/filings", asJson("POST", { v: 1, token }))).arrayBuffer());
}

export async function fetchPart(token: string, blob: string, part: number): Promise<Uint8Array<ArrayBuffer>> {
  const response = await call("/api/blob", asJson("POST", { v: 1, token, blob, part }));
  return new Uint8Array(await response.arrayBuffer());
}

/** How many bytes of a request have left so far. */
export type Sent = (bytes: number) => void;

interface Upload {
  readonly method: string;
  readonly path: string;
  readonly body: Blob;
  readonly headers: Record<string, string>;
  readonly signal: AbortSignal | null;
  /** What a proof of work is bound to. */
  readonly subject: () => Promise<Bytes>;
}

async function upload(given: Upload, sent: Sent): Promise<void> {
  return withWork(async () => {
    const proof = await proofOf(`${given.method} ${given.path}`, given.subject);
    try {
      await transfer({ ...given, headers: { ...given.headers, ...proof } }, sent);
    } catch (error) {
      // A large body may be cut off by a refusal that the browser does not show: ask what is asked before it is sent again.
      if (error instanceof NoAnswer) await call("/healthz").catch(() => undefined);
      throw error;
    }
  });
}

// fetch can't tell how much of a body has left; XMLHttpRequest can, in both browsers.
function transfer({ method, path, body, headers: more, signal }: Upload, sent: Sent): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, path);
    for (const [name, value] of Object.entries({ ...headers(), ...more })) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => sent(event.loaded);
    request.onerror = () => reject(new NoAnswer());
    request.onabort = () => reject(new NoAnswer());
    request.onload = () => {
      hear(request.getResponseHeader(WORK_HEADER));
      if (request.status >= 200 && request.status < 300) resolve();
      else reject(refusal(request.status, request.responseText));
    };
    signal?.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}

/** The numbers of the parts that lie there of an upload which no report has taken. */
export async function partsThere(blob: string): Promise<number[]> {
  b64decode(blob, 16);
  return readText(partsShape, await getText(`/api/blobs/${blob}`)).parts.map(({ k }) => k);
}

/** Sends one part of an attachment; the same part again is welcome. */
export function putPart(blob: string, k: number, content: Blob, hash: string, sent: Sent, signal: AbortSignal | null = null): Promise<void> {
  b64decode(blob, 16);
  const path = `/api/blobs/${blob}/parts/${k}`;
  const headers = { "X-Part-Hash": hash, "Content-Type": "application/octet-stream" };
  return upload({ method: "PUT", path, body: content, headers, signal, subject: async () => b64decode(hash, 32) }, sent);
}

/** Sends a sealed bundle as it is. */
export function postBundle(file: Blob, sent: Sent): Promise<void> {
  const headers = { "Content-Type": "application/octet-stream" };
  return upload({ method: "POST", path: "/api/bundles", body: file, headers, signal: null, subject: () => headOf(file) }, sent);
}

const BUNDLE_HEAD = 24;

/** The hash of a bundle up to the end of its submission, which names all that follows. */
async function headOf(file: Blob): Promise<Bytes> {
  const head = new Uint8Array(await file.slice(0, BUNDLE_HEAD).arrayBuffer());
  const end = BUNDLE_HEAD + readU64(head, BUNDLE_HEAD - 8);
  return sha256Large(new Uint8Array(await file.slice(0, end).arrayBuffer()));
}

const LONGEST_WAIT = 20_000;

/** Told when the line is down, with the seconds until the next attempt, and null when it is up again. */
export type Waiting = (seconds: number | null) => void;

/** Tries until there is an answer; a refusal that does not pass by itself ends it. Only for calls that may be repeated. */
export async function untilAnswered<T>(attempt: () => Promise<T>, waiting: Waiting, passes: (error: unknown) => boolean = mayPass): Promise<T> {
  for (let pause = 1000; ; pause = Math.min(pause * 2, LONGEST_WAIT)) {
    try {
      const result = await attempt();
      waiting(null);
      return result;
    } catch (error) {
      if (!passes(error)) throw error;
    }
    waiting(Math.round(pause / 1000));
    await new Promise((resolve) => window.setTimeout(resolve, pause));
  }
}

function mayPass(error: unknown): boolean {
  if (error instanceof NoAnswer) return true;
  const passing = ["part-damaged", "store-unavailable", "fault", "work-needed"];
  // A full store does not empty itself while the reporter waits: the office's own words say what to do.
  const full = ["store-full", "uploads-full"];
  return error instanceof ServerRefusal && (error.status >= 500 || passing.includes(error.code)) && !full.includes(error.code);
}
