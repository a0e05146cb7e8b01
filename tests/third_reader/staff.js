// SPEC §8: the keys of staff.
import { demand, demandSigned, frame, fromB64, hkdf, sha256, toB64, utf8 } from "./ground.js";
import { newKeysFrame, verifyDirectory } from "./directory.js";
import { signingKey } from "./directory_shape.js";
import { demandBox, recipientOf } from "./keys.js";
import { signingKeyOf, stretch } from "./receipt.js";
import { b16, bytes, id, object, oneOf, recipient, signature } from "./shape.js";

const BLANKS = /[\u0009-\u000d\u0020\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;

function normalised(passphrase) {
  return utf8(passphrase.normalize("NFKC").toLowerCase().replace(BLANKS, " ").replace(/^ | $/g, ""));
}

const stretched = (passphrase, salt) => stretch(normalised(passphrase), salt, 65536, 3);

/** Cuts seeds that lie behind each other. */
export function seedsOf(all) {
  return Array.from({ length: all.length / 32 }, (_, n) => all.subarray(32 * n, 32 * n + 32));
}

export const sealSeed = (seed) => hkdf(seed, "yanlu/v1/staff-seal");
export const keyringKey = (seed) => hkdf(seed, "yanlu/v1/staff-keyring");

function publicKeys(seed) {
  return { recipient: recipientOf(sealSeed(seed)), signing: signingKeyOf(hkdf(seed, "yanlu/v1/staff-sign")) };
}

const WRAPPED = object({ v: oneOf(1), salt: b16, nonce: bytes(12), box: bytes() });
const SIZES = [1, 2, 3, 4].map((count) => 32 * count + 16);

function readWrapped(wrapped) {
  const read = WRAPPED(wrapped);
  demand(SIZES.includes(read.box.length), "schema", "no number of seeds");
  return read;
}

function unwrap({ wrapped, passphrase, device_secret: device, office, member }) {
  const { salt, nonce, box } = readWrapped(wrapped);
  const key = hkdf(Buffer.concat([stretched(passphrase, salt), b16(device)]), "yanlu/v1/kek");
  const aad = frame("yanlu/v1/wrapped-key", b16(office), id(member), salt);
  return { seed: toB64(demandBox(key, nonce, box, aad, "wrapped-key")) };
}

/** The output of a passkey and its credential id. */
function readPasskey({ credential, output }) {
  const read = fromB64(credential);
  demand(read.length >= 16 && read.length <= 1023, "schema", "no credential id");
  return { credential: read, output: fromB64(output, 32) };
}

function unwrapWithPasskey(input) {
  const { salt, nonce, box } = readWrapped(input.wrapped);
  const { credential, output } = readPasskey(input);
  const key = hkdf(Buffer.concat([stretched(input.passphrase, salt), output]), "yanlu/v1/kek-passkey");
  const aad = frame("yanlu/v1/passkey-wrapped-key", b16(input.office), id(input.member), credential, salt);
  return { seed: toB64(demandBox(key, nonce, box, aad, "wrapped-key")) };
}

const named = (label, { office, member }) => sha256(frame(label, b16(office), id(member)));

function signIn(input, secret, label) {
  const salt = named("yanlu/v1/signin-salt", input).subarray(0, 16);
  return { secret: toB64(hkdf(Buffer.concat([stretched(input.passphrase, salt), secret]), label)) };
}

const NEXT = object({ recipient, signing: signingKey, by_former: signature, by_new: signature });

function checkNextKeys({ office, member, former, keys }) {
  const read = NEXT(keys);
  const message = newKeysFrame(b16(office), id(member), fromB64(former), sha256(utf8(read.recipient)), read.signing);
  demandSigned(fromB64(former), message, read.by_former);
  demandSigned(read.signing, message, read.by_new);
  return {};
}

function seedsInForce({ office, seeds, member }) {
  const all = seedsOf(fromB64(seeds));
  const one = verifyDirectory(office).member(member);
  const first = all.find((seed) => {
    const keys = publicKeys(seed);
    return one !== null && keys.recipient === one.recipient && keys.signing.equals(one.signing);
  });
  demand(first !== undefined, "directory", "no seed is in force");
  return { seeds: toB64(Buffer.concat([first, ...all.filter((seed) => seed !== first)])) };
}

export const STAFF = {
  unwrap_staff_seed: unwrap,
  unwrap_with_passkey: unwrapWithPasskey,
  signin_secret: (input) => signIn(input, b16(input.device_secret), "yanlu/v1/signin"),
  passkey_signin_secret: (input) => signIn(input, readPasskey(input).output, "yanlu/v1/passkey-signin"),
  passkey_names: (input) => ({
    input: toB64(named("yanlu/v1/passkey-prf", input)),
    user: toB64(named("yanlu/v1/passkey-user", input)),
  }),
  staff_keys: ({ seed }) => {
    const keys = publicKeys(seedsOf(fromB64(seed))[0]);
    return { recipient: keys.recipient, signing: toB64(keys.signing) };
  },
  check_proof_of_keys: ({ office, member, recipient: own, signing, code, proof }) => {
    const message = frame("yanlu/v1/enrol", b16(office), id(member), own, sha256(utf8(code)));
    demandSigned(fromB64(signing), message, fromB64(proof));
    return {};
  },
  check_next_keys: checkNextKeys,
  seeds_in_force: seedsInForce,
};
