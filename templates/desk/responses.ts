/** What the desk says, read strictly: lists, files of cases, the batch, the member's own keys, figures. */

import { b64decode, b64length } from "../../crypto/framing.js";
import { HISTORY_LIMIT, isHistorySize } from "../../crypto/case/history.js";
import { proofShape } from "../../crypto/case/regrants.js";
import { refuse } from "../../crypto/errors.js";
import { type Read, type Shape, anything, base64, day, flag, hash32, id16, integer, list, maybe, name, text } from "../../crypto/shape.js";
import { optionalRecord } from "../shared/responses.js";

const MOST_ROWS = 1000;
const MOST_CHANGES = 255;
const MOST_DAYS = 62;
const MOST_PACKETS = 100_000;
const MOST_ITEMS = 100_000;
const MOST_REQUESTS = 10_000;
const VERSION_LIMIT = 64;
const NAME_LIMIT = 256;
const WORD_LIMIT = 65_536;
const LATEST = 2 ** 40;

/** base64url of one byte at least. */
const bytes = (limit?: number): Shape<string> => (value) => base64(undefined, limit)(value) || refuse("schema", "no bytes");
/** A history document: whether it is the one that the grant names, the grant tells. */
const history: Shape<string> = (value) => {
  const found = base64(undefined, HISTORY_LIMIT)(value);
  return isHistorySize(b64length(found)) ? found : refuse("schema", "not the size of a history document");
};
const bilingual = optionalRecord({ zh: text(NAME_LIMIT), en: text(NAME_LIMIT) });
const signedEvent = optionalRecord({ payload: text(), sig: maybe(base64(64)) });
const standing = optionalRecord({ ended: flag, waiting: flag, owner: maybe(name), deputy: maybe(name), next_due: maybe(integer(0, LATEST)) });
const row = {
  case: id16, entity: name, policy: name, version: text(VERSION_LIMIT), day, stage: name, epoch: integer(), urgent: flag,
  taken_by: list(name, MOST_ROWS), head: optionalRecord({ n: integer(), hash: hash32 }), last: optionalRecord({ to_office: integer(), to_reporter: integer() }),
};
const proposal = optionalRecord({ by: name, invited: maybe(name), day, epoch: integer(), packet: bytes(), history, access: hash32, proof: proofShape });

const placed = optionalRecord({ n: integer(), prev: hash32, event: signedEvent });
const removal = optionalRecord({ case: id16, entity: name, day, member: name, claim: placed, changes: list(placed, MOST_CHANGES) });
export const removals = optionalRecord({ removals: list(removal, MOST_ROWS), more: flag });
export type RemovalShape = Read<typeof removal>;
export type RemovalsShape = Read<typeof removals>;

export const caseRow = optionalRecord({ ...row, standing });
export const page = optionalRecord({ cases: list(caseRow, MOST_ROWS), next: maybe(base64(24)) });
const caseFile = optionalRecord({
  ...row, standing, packet: bytes(), history: maybe(history), items: list(anything, MOST_ITEMS), events: list(signedEvent, MOST_ITEMS), keyring: anything,
  proposal: maybe(proposal), dues: list(optionalRecord({ clock: text(NAME_LIMIT), day: maybe(day) }), MOST_ROWS), undeliverable: list(integer(), MOST_ITEMS),
});
export type CaseFileShape = Read<typeof caseFile>;

/** The file of that very case; that of another is refused. */
export function fileOf(id: string): Shape<CaseFileShape> {
  b64decode(id, 16);
  return (value) => {
    const found = caseFile(value);
    return found.case === id ? found : refuse("schema", "the file of another case");
  };
}

/** As many files as are asked for at once. */
export const FILES_AT_ONCE = 32;

/** The places of an answer about so many cases, from the first on: one at least. Each is read by itself, so that one that is wrong takes no other with it. */
export function placesOf(asked: number): Shape<readonly unknown[]> {
  const places = optionalRecord({ files: list(anything, asked) });
  return (value) => {
    const { files } = places(value);
    return files.length > 0 ? files : refuse("schema", "an answer about no case");
  };
}

export const me = optionalRecord({ member: name, role: name, entity: maybe(name), wrapped_key: anything, next_keys: anything });
export const keyHalf = optionalRecord({ key_half: hash32 });
export const challenge = optionalRecord({ challenge: hash32 });
export const passkeyList = optionalRecord({
  passkeys: list(optionalRecord({ credential: bytes(1023), name: text(NAME_LIMIT), day, wrapped_key: anything }), MOST_ROWS),
});
export const invitation = optionalRecord({
  office: id16, member: name, name: bilingual, role: name, entity: maybe(name), totp_secret: text(NAME_LIMIT), totp_uri: text(2048),
});
export const trial = optionalRecord({ trial: bytes(), items: list(anything, 64) });
export const days = optionalRecord({ days: list(optionalRecord({ day, ids: list(id16, MOST_PACKETS) }), MOST_DAYS) });
export const entries = optionalRecord({ entries: list(optionalRecord({ id: id16, packet: bytes() }), MOST_PACKETS) });
export const accepted = optionalRecord({ accepted: list(flag, 8) });
export const asked = optionalRecord({ cases: list(id16, MOST_ROWS) });
export const bits = optionalRecord({ bits: integer(0, 16) });
export const requests = optionalRecord({
  requests: list(optionalRecord({ request: anything, votes: list(text(WORD_LIMIT), MOST_REQUESTS), reviews: list(text(WORD_LIMIT), MOST_REQUESTS) }), MOST_REQUESTS),
});
export const newsShape = optionalRecord({ batch: text(NAME_LIMIT), cases: text(NAME_LIMIT) });
export const sizes = optionalRecord({ sizes: list(integer(), 1_000_000) });

const head = optionalRecord({ id: text(NAME_LIMIT), name: bilingual });
const table = optionalRecord({
  id: text(NAME_LIMIT), title: bilingual, rows: list(head, MOST_ROWS), columns: list(head, MOST_ROWS), cells: list(list(maybe(integer()), MOST_ROWS), MOST_ROWS),
  row_totals: list(integer(), MOST_ROWS), column_totals: list(integer(), MOST_ROWS), total: maybe(integer()),
});
export const figuresShape = optionalRecord({ first: day, last: day, tables: list(table, 64) });
