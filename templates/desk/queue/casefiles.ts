/** The files of many cases: fetched some together, and the next of them while those are opened that came. */

import { CryptoError } from "../../../crypto/errors.js";
import { FILES_AT_ONCE, fileOf } from "../responses.js";
import { type CaseFile, DeskRefusal, cases } from "../api.js";
import { mapWithConcurrency } from "./concurrency.js";

/** So many are asked for first: somebody waits for the beginning of the list. */
const FIRST = 8;
/** Cases that are asked for alone at once, where a call for them together failed. */
const ALONE_AT_ONCE = 4;
const SERVER_FAULT = 500;

/** What came for a case: throws as a call for it alone would, where it is refused or is no file of it. */
export interface FetchedFile {
  readonly id: string;
  readonly file: () => CaseFile;
}

/** The files of these cases in their order, each once. Never throws: what fails for some together is asked for alone, and then fails for its own case. */
export async function* fetchFiles(ids: readonly string[]): AsyncGenerator<FetchedFile> {
  const rest = [...ids];
  let coming = fetchSome(rest, FIRST);
  for (let some = await coming; some.length > 0; some = await coming) {
    coming = fetchSome(rest, FILES_AT_ONCE);
    yield* some;
  }
}

/** Takes the next few from the rest, and gives back those that the answer had no room for. */
async function fetchSome(rest: string[], most: number): Promise<FetchedFile[]> {
  const wanted = rest.splice(0, most);
  if (wanted.length < 2) return eachAlone(wanted);
  try {
    const places = await cases.several(wanted);
    const came = wanted.splice(0, places.length);
    rest.unshift(...wanted);
    // Nothing stands for a case that is not there, and for one that failed: only the call for it alone tells which.
    const alone = new Map((await eachAlone(came.filter((_, n) => places[n] === null))).map((one) => [one.id, one]));
    return came.map((id, n) => alone.get(id) ?? { id, file: () => fileOf(id)(places[n]) });
  } catch (error) {
    return isOfOne(error) ? eachAlone(wanted) : wanted.map((id) => failed(id, error));
  }
}

/** Whether one case may be to blame that all fail: the server broke down over it, or what it sent is too long or can't be read. */
function isOfOne(error: unknown): boolean {
  return error instanceof CryptoError || (error instanceof DeskRefusal && error.status >= SERVER_FAULT);
}

async function eachAlone(ids: readonly string[]): Promise<FetchedFile[]> {
  const found = new Map<string, FetchedFile>();
  await mapWithConcurrency(ids, ALONE_AT_ONCE, async (id) => {
    found.set(id, await cases.one(id).then((file) => ({ id, file: () => file }), (error: unknown) => failed(id, error)));
  });
  return ids.map((id) => found.get(id) as FetchedFile);
}

function failed(id: string, error: unknown): FetchedFile {
  const file = (): never => {
    throw error;
  };
  return { id, file };
}
