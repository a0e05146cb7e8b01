/** The intake API as the pages call it: no cookie, no cache, no redirect, sealed bytes only. */

import type { Post, SealedMemo, Submission } from "../../crypto/browser/index.js";
import { b64decode } from "../../crypto/browser/index.js";
import { NoAnswer, ServerRefusal } from "../shared/refusals.js";
import { pageLanguage } from "../shared/strings.js";

const QUIET: RequestInit = { cache: "no-store", credentials: "omit", redirect: "error", referrerPolicy: "no-referrer" };

function headers(): Record<string, string> {
  return { "Accept-Language": pageLanguage() };
}

async function call(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { ...QUIET, ...init, headers: { ...headers(), ...init.headers } });
  } catch {
    throw new NoAnswer();
  }
  if (!response.ok) throw refusal(response.status, await response.text().catch(() => ""));
  return response;
}

function refusal(status: number, body: string): Error {
  if (status === 0 || status === 502 || status === 504) return new NoAnswer();
  try {
    const problem = JSON.parse(body) as { type?: string; title?: string; detail?: string };
    const code = String(problem.type ?? "").split(":").pop() || "fault";
    return new ServerRefusal(status, code, String(problem.title ?? ""), String(problem.detail ?? ""));
  } catch {
    return new ServerRefusal(status, "fault", "", "");
  }
}

function asJson(body: unknown): RequestInit {
  return { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
}

/** The bytes of an office document; the caller verifies them. */
export async function getBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await (await call(path)).arrayBuffer());
}

export async function getText(path: string): Promise<string> {
  return (await call(path)).text();
}

export async function postSubmission(submission: Submission): Promise<void> {
  await call("/api/submissions", { method: "POST", ...asJson(submission) });
}

export async function postPost(post: Post): Promise<void> {
  await call("/api/posts", { method: "POST", ...asJson(post) });
}

export async function putDraft(token: string, draft: SealedMemo): Promise<void> {
  await call("/api/drafts", { method: "PUT", ...asJson({ v: 1, token, draft }) });
}

/** One poll: always 131,072 bytes, whatever there is. */
export async function poll(body: { v: 1; token: string; from: number }): Promise<Uint8Array> {
  return new Uint8Array(await (await call("/api/poll", { method: "POST", ...asJson(body) })).arrayBuffer());
}

export async function fetchPart(token: string, blob: string, part: number): Promise<Uint8Array<ArrayBuffer>> {
  const response = await call("/api/blob", { method: "POST", ...asJson({ v: 1, token, blob, part }) });
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
}

// fetch can't tell how much of a body has left; XMLHttpRequest can, in both browsers.
function upload({ method, path, body, headers: more, signal }: Upload, sent: Sent): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, path);
    for (const [name, value] of Object.entries({ ...headers(), ...more })) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => sent(event.loaded);
    request.onerror = () => reject(new NoAnswer());
    request.onabort = () => reject(new NoAnswer());
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve();
      else reject(refusal(request.status, request.responseText));
    };
    signal?.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}

/** Sends one part of an attachment; the same part again is welcome. */
export function putPart(blob: string, k: number, content: Blob, hash: string, sent: Sent, signal: AbortSignal | null = null): Promise<void> {
  b64decode(blob, 16);
  const path = `/api/blobs/${blob}/parts/${k}`;
  const headers = { "X-Part-Hash": hash, "Content-Type": "application/octet-stream" };
  return upload({ method: "PUT", path, body: content, headers, signal }, sent);
}

/** Sends a sealed bundle as it is. */
export function postBundle(file: Blob, sent: Sent): Promise<void> {
  const headers = { "Content-Type": "application/octet-stream" };
  return upload({ method: "POST", path: "/api/bundles", body: file, headers, signal: null }, sent);
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
  const passing = ["part-damaged", "store-unavailable", "fault"];
  return error instanceof ServerRefusal && (error.status >= 500 || passing.includes(error.code)) && error.code !== "store-full";
}
