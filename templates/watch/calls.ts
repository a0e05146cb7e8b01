/** Calls to the watch's host, each signed with the officer's key; what comes back is shown, and never run or kept. */

import { type StaffKeys, systemRng } from "../../crypto/staff.js";
import { utf8 } from "../../crypto/framing.js";
import type { Shape } from "../../crypto/shape.js";
import { CALL_HEADER, signCall } from "../../crypto/watch/calls.js";
import { problemOf, readText } from "../shared/responses.js";
import { NoAnswer, ServerRefusal } from "../shared/refusals.js";
import { pageLanguage } from "../shared/strings.js";

/** The office's signed documents, which anybody may fetch. */
export async function fetchText(path: string): Promise<string> {
  return (await send(path, { method: "GET" })).text();
}

type Document = Readonly<Record<string, unknown>>;

/** The officer at the watch's own host. */
export class WatchCalls {
  constructor(private readonly staff: StaffKeys, private readonly now: () => Date) {}

  /** What a strict reader makes of the answer; a CryptoError (`schema`) for anything else. */
  async get<T>(shape: Shape<T>, path: string): Promise<T> {
    return readText(shape, await (await this.signed("GET", path, "")).text());
  }

  /** Sends a document (`v` is added) and reads the answer in the same way. */
  async post<T>(shape: Shape<T>, path: string, document: Document = {}): Promise<T> {
    return readText(shape, await (await this.posted(path, document)).text());
  }

  /** Sends a document whose answer says nothing: only a refusal is heard. */
  async send(path: string, document: Document): Promise<void> {
    await this.posted(path, document);
  }

  private async posted(path: string, document: Document): Promise<Response> {
    return this.signed("POST", path, JSON.stringify({ v: 1, ...document }));
  }

  private async signed(method: string, path: string, content: string): Promise<Response> {
    const body = utf8(content);
    const seconds = Math.floor(this.now().getTime() / 1000);
    const header = signCall(this.staff, { route: `${method} ${path}`, seconds, body }, systemRng);
    const headers = { [CALL_HEADER]: header, "Content-Type": "application/json" };
    return send(path, method === "GET" ? { method, headers } : { method, headers, body });
  }
}

async function send(path: string, init: RequestInit): Promise<Response> {
  const headers = { "Accept-Language": pageLanguage(), ...init.headers };
  let answer: Response;
  try {
    answer = await fetch(path, { cache: "no-store", credentials: "omit", redirect: "error", ...init, headers });
  } catch {
    throw new NoAnswer();
  }
  if (!answer.ok) throw await refusalOf(answer);
  return answer;
}

async function refusalOf(answer: Response): Promise<ServerRefusal> {
  const problem = problemOf(await answer.text().catch(() => ""));
  return new ServerRefusal(answer.status, problem.code, problem.title, problem.detail);
}
