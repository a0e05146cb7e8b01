/** The files of many cases: fetched some together, and the next of them while those are opened that came. */

import { FILES_AT_ONCE, placeOf } from "../responses.js";
import { type CaseFile, DeskRefusal, cases } from "../api.js";

/** So many are asked for first: somebody waits for the beginning of the list. */
const FIRST = 8;

/** What came for a case: throws as a call for it alone would, where it is refused or is no file of it. */
export interface FetchedFile {
  readonly id: string;
  readonly file: () => CaseFile;
}

/** The files of these cases in their order, each once. Never throws: what fails, fails for the cases that were asked for with it. */
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
  if (wanted.length === 0) return [];
  try {
    const places = await placesOf(wanted);
    rest.unshift(...wanted.slice(places.length));
    return places.map((place, n) => ({ id: wanted[n] as string, file: () => place(wanted[n] as string) }));
  } catch (error) {
    const file = (): never => {
      throw error;
    };
    return wanted.map((id) => ({ id, file }));
  }
}

type Place = (id: string) => CaseFile;

async function placesOf(wanted: readonly string[]): Promise<Place[]> {
  const [only, ...others] = wanted as [string, ...string[]];
  if (others.length === 0) return [await cases.one(only)].map((file) => () => file);
  return (await cases.several(wanted)).map((place) => (id) => placed(place, id));
}

function placed(place: unknown, id: string): CaseFile {
  const file = placeOf(id)(place);
  if (file === null) throw new DeskRefusal(404, "no-such-case", "");
  return file;
}
