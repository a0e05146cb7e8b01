/** Who handles a case, as its signed record names them, and who has taken it, as the server says. */

import type { Shelved } from "./model.js";

type Handled = Pick<Shelved, "row" | "opened">;

/** Whom the record names as handler and deputy; nobody where it names none. */
function namedIn({ row, opened }: Handled): string[] {
  const codes = opened?.ruled?.found.codes;
  // The server's word stands only where the record could not be followed.
  const named = codes === undefined ? [row.standing.owner, row.standing.deputy] : [codes.handler, codes.deputy];
  return named.filter((id) => typeof id === "string");
}

/** Who handles a case: the handler and the deputy that were named, and only where nobody was, those who have taken it. */
export function handlersOf(shelved: Handled): readonly string[] {
  const named = namedIn(shelved);
  return named.length > 0 ? named : shelved.row.taken_by;
}

/** Who works on a case: its handlers, and anyone who has taken it. */
export function peopleOf(shelved: Handled): string[] {
  return [...new Set([...namedIn(shelved), ...shelved.row.taken_by])];
}
