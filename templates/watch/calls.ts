/** Calls to the watch's host, each signed with the officer's key; what comes back is shown, and never run or kept. */

import { type StaffKeys, systemRng } from "../../crypto/browser/staff.js";
import { utf8 } from "../../crypto/browser/bytes.js";
import { anything } from "../../crypto/browser/shapes.js";
import { CALL_HEADER, signCall } from "../../crypto/browser/watch/calls.js";
import { problemOf, readText } from "../shared/answers.js";
import { NoAnswer, ServerRefusal } from "../shared/refusals.js";
import { pageLanguage } from "../shared/strings.js";

/** The office's signed documents, which anybody may fetch. */
export async function fetchText(path: string): Promise<string> {
  return (await send(path, { method: "GET" })).text();
}

/** The officer at the watch's own host. */
export class WatchCalls {
  constructor(private readonly staff: StaffKeys, private readonly now: () => Date) {}

  /** An answer, as JSON. */
  async get(path: string): Promise<unknown> {
    return this.signed("GET", path, "");
  }

  /** Sends a document (`v` is added); gives the answer as JSON. */
  async post(path: string, document: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    return this.signed("POST", path, JSON.stringify({ v: 1, ...document }));
  }

  private async signed(method: string, path: string, content: string): Promise<unknown> {
    const body = utf8(content);
    const seconds = Math.floor(this.now().getTime() / 1000);
    const header = signCall(this.staff, { route: `${method} ${path}`, seconds, body }, systemRng);
    const headers = { [CALL_HEADER]: header, "Content-Type": "application/json" };
    return readText(anything, await (await send(path, method === "GET" ? { method, headers } : { method, headers, body })).text());
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
