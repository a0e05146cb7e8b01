// The operations of SPEC §1 to §3 as the vectors call them.
import { attachmentLength, demandSigned, frame, fromB64, paddedLength, sha256, toB64 } from "./ground.js";
import { readCheckedCode, readCode, writeCheckedCode, writeCode } from "./codes.js";
import { checkEnvelope, openSealed } from "./envelope.js";
import { readIdentity, readRecipient, recipientOf } from "./keys.js";
import { deriveReporter, readReceipt } from "./receipt.js";
import { readJson } from "./strict_json.js";

function derive({ digits, office }) {
  const keys = deriveReporter(digits, fromB64(office));
  return {
    mailbox_token: toB64(keys.token),
    mailbox_id: toB64(keys.mailbox),
    recipient: keys.recipient,
    act: toB64(keys.act),
    memo_key: toB64(keys.memoKey),
    to_office: toB64(keys.toOffice),
    to_reporter: toB64(keys.toReporter),
    watch: toB64(keys.watch),
  };
}

export const BASICS = {
  frame: ({ label, fields }) => ({ frame: toB64(frame(label, ...fields.map((field) => fromB64(field)))) }),
  read_receipt: ({ text }) => ({ digits: readReceipt(text) }),
  derive_reporter: derive,
  read_json: ({ content }) => ({ value: readJson(fromB64(content), 65536) }),
  pad_text: ({ length }) => ({ length: paddedLength(length) }),
  attachment_size: ({ length, stanzas }) => attachmentLength(length, stanzas),
  read_code: ({ text, size }) => ({ content: toB64(readCode(text, size)) }),
  write_code: ({ content }) => ({ text: writeCode(fromB64(content)) }),
  read_checked_code: ({ text }) => ({ text: readCheckedCode(text) }),
  write_checked_code: ({ content }) => ({ text: writeCheckedCode(fromB64(content)) }),
  read_recipient: ({ text }) => ({ hash: toB64(sha256(readRecipient(text))) }),
  read_identity: ({ text }) => ({ recipient: recipientOf(readIdentity(text)) }),
  open_sealed: ({ file, identity, counts }) => ({ plaintext: toB64(openSealed(fromB64(file), identity, counts)) }),
  check_envelope: ({ file, counts }) => ({ stanzas: checkEnvelope(fromB64(file), counts).stanzas.length }),
  check_signature: ({ key, message, sig }) => {
    demandSigned(fromB64(key), fromB64(message), fromB64(sig));
    return {};
  },
};
