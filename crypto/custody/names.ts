/** Who is named, and where the name lies: with the office, or sealed for the custodians (SPEC §6, §11). */

import { refuse } from "../errors.js";
import { type Read, type Shape, dated, hash32, id16, integer, maybe, name, oneOf, record, text, version } from "../shape.js";

export const NAME_LIMIT = 256;
export const CONTACT_LIMIT = 256;
export const WORDS_LIMIT = 512;
export const DELAY_LIMIT = 2048;
export const REASON_LIMIT = 8192;

/** Whose name it is. */
export const ABOUT = ["reporter", "witness", "concerned"] as const;
/** Why an identity may be opened; nothing else is asked for (EU 2019/1937 art. 16, 22). */
export const GROUNDS = ["consent", "legal-duty", "danger-to-life", "hearing", "clearing"] as const;
/** Grounds for the name of the person concerned alone: to be heard (EU 2019/1937 art. 22), and to be cleared by name. */
export const FOR_CONCERNED: readonly Ground[] = ["hearing", "clearing"];
/** When the reporter is told. */
export const NOTIFY_WHEN = ["before", "after"] as const;
/** What the reporter is told of a request. */
export const UNSEALING = ["asked", "opened", "refused", "expired"] as const;
export type About = (typeof ABOUT)[number];
export type Ground = (typeof GROUNDS)[number];
export type NotifyWhen = (typeof NOTIFY_WHEN)[number];

const sealFields = record({ handle: id16, packet: hash32, m: integer(1, 5), n: integer(1, 5) });
/** Which packet holds a name: its handle, its SHA-256, and how many of the custodians open it. */
export type Seal = Read<typeof sealFields>;
const seal: Shape<Seal> = (value) => {
  const found = sealFields(value);
  return found.m <= found.n ? found : refuse("schema", "not a quorum");
};

const namedFields = record({
  about: oneOf(...ABOUT), level: oneOf("sealed", "named"), seal: maybe(seal), name: text(NAME_LIMIT), contact: text(CONTACT_LIMIT), text: text(WORDS_LIMIT),
});
/** A name given to the office, or the seal of one that the custodians keep; exactly one of both. */
export type Named = Read<typeof namedFields>;
export const namedShape: Shape<Named> = (value) => {
  const found = namedFields(value);
  const sealed = found.level === "sealed";
  const said = found.name !== "" || found.contact !== "";
  const fits = sealed === (found.seal !== null) && !(sealed && said) && (sealed || found.name !== "");
  return fits ? found : refuse("schema", "a name is sealed, or said, and never both");
};

export const withdrawnShape = record({ handle: id16 });

/** Tells the reporter who asked (by role), on which ground and why; never the handle. */
export const unsealingShape = dated({
  state: oneOf(...UNSEALING), about: oneOf(...ABOUT), role: name, ground: oneOf(...GROUNDS), text: text(REASON_LIMIT), delay: maybe(text(DELAY_LIMIT)),
});
export type UnsealingNotice = Read<typeof unsealingShape>;

const identityFields = record({ v: version, about: oneOf(...ABOUT), name: text(NAME_LIMIT), contact: text(CONTACT_LIMIT), text: text(WORDS_LIMIT) });
/** What stands inside an identity packet. */
export type IdentityText = Read<typeof identityFields>;
export const identityShape: Shape<IdentityText> = (value) => {
  const found = identityFields(value);
  return found.name === "" ? refuse("schema", "no name") : found;
};
