/** A member's own passkeys and this device: what is there, what is added, what is removed. */

import { CryptoError, type StaffMember, type Unlocking, passkeySigninSecret, signinSecret, systemRng, unwrapStaffSeed, wrapForPasskey } from "../../../crypto/staff.js";
import { ask } from "../../shared/confirmdialog.js";
import { t } from "../../shared/strings.js";
import { type PasskeyRow, passkeys, session } from "../api.js";
import { browserDisk } from "../cache/disk.js";
import { device } from "../device.js";
import { type OfficeWords, isAlarm, wordsFor } from "../context.js";
import { field, fill, h } from "../ui.js";
import type { Vault } from "../opened/vault.js";
import { hasPasskeys, make } from "../signin/authenticator.js";
import { keyFileSection } from "./keyfile.js";
import { newKeysSection } from "./newkeys.js";
import { secretForm } from "./secretform.js";

const NAME_LIMIT = 20;
const DERIVATIONS = 4;

/** Makes a passkey and, where it can, wraps the seed under it; the wrapped key under the device secret stays. */
async function add(vault: Vault, words: OfficeWords, name: string, right: Unlocking, progress: (done: number) => void): Promise<void> {
  const whose: StaffMember = { office: vault.directory.office, member: vault.staff.member };
  const step = (before: number) => (done: number) => progress((before + done) / DERIVATIONS);
  // 1. What was typed opens the key: nothing is made for somebody who only found an open desk.
  const seed = await unwrapStaffSeed((await session.me()).wrapped_key, right, whose, step(0));
  const secret = await signinSecret(right, whose, step(1));
  // 2. The authenticator makes the passkey.
  const made = await make(whose, await passkeys.challenge(), words.officeName());
  // 3. With PRF the passkey stands in for the device secret from now on.
  const unlocking = made.output === null ? null : { passphrase: right.passphrase, credential: made.credential, output: made.output };
  const standIn = unlocking === null ? null : {
    wrapped_key: await wrapForPasskey(seed, unlocking, whose, systemRng, step(2)),
    signin_secret: await passkeySigninSecret(unlocking, whose, step(3)),
  };
  seed.reveal().fill(0);
  await passkeys.add({ secret, name: name.trim() || t("Passkey"), ...made.sent, stand_in: standIn });
}

/** Shows the dialog; Escape or the button close it. */
export function showMyKeys(vault: Vault, words: OfficeWords): void {
  const place = h("div", { class: "stack" });
  const dialog = h("dialog", { class: "help card stack", "aria-labelledby": "my-keys-title", "data-test": "my-keys-dialog" },
    h("h2", { id: "my-keys-title" }, t("My keys")), place,
    h("button", { type: "button", class: "primary", "data-test": "my-keys-close", onclick: () => dialog.close() }, t("Close")));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  void draw(place, vault, words);
}

async function draw(place: HTMLElement, vault: Vault, words: OfficeWords): Promise<void> {
  const again = (): void => void draw(place, vault, words);
  try {
    const rows = await passkeys.list();
    fill(place, h("p", { "data-test": "keys-are-for" }, t("Your keys open the cases that you read and sign what you do. They are unlocked at each sign-in; the server has them only encrypted and can't open them.")), h("h3", {}, t("Passkeys")),
      h("p", { class: "soft" }, t("A passkey replaces the one-time code and, if the device supports it, the device secret. Your recovery sheet still opens everything: keep it.")),
      rows.length === 0 ? h("p", { "data-test": "no-passkeys" }, t("You have no passkey yet.")) : h("ul", { class: "rows stack" }, rows.map((row) => shown(row, words, place, again))),
      hasPasskeys() ? addForm(vault, words, again) : h("p", {}, t("This browser has no passkeys at this address.")), thisDevice(again), newKeysSection(vault, words), keyFileSection(vault));
  } catch (error) {
    fill(place, h("p", { class: "wrong", role: "alert" }, wordsFor(error)));
  }
}

function shown(row: PasskeyRow, words: OfficeWords, place: HTMLElement, again: () => void): HTMLElement {
  const remove = async (): Promise<void> => {
    if (!(await ask(t("Remove the passkey “{name}”? You can no longer sign in with it.", { name: row.name }), { yes: t("Remove") }))) return;
    passkeys.remove(row.credential).then(again, (error: unknown) => place.prepend(h("p", { class: "wrong", role: "alert" }, wordsFor(error))));
  };
  return h("li", { class: "stack-small", "data-test": "passkey", "data-stands-in": String(row.wrapped_key !== null) },
    h("p", {}, h("strong", {}, row.name), " ", h("span", { class: "soft" }, t("added {day}", { day: words.day(row.day, "") }))),
    h("p", { class: "small" }, row.wrapped_key === null ? t("Replaces the one-time code. The device secret is still needed.") : t("Replaces the one-time code and the device secret.")),
    h("button", { type: "button", "data-test": "passkey-remove", onclick: () => void remove() }, t("Remove")));
}

function addForm(vault: Vault, words: OfficeWords, again: () => void): HTMLElement {
  const name = h("input", { type: "text", id: "passkey-name", maxlength: NAME_LIMIT, autocomplete: "off" });
  return secretForm({
    id: "passkey", label: t("Add a passkey"), button: "passkey-add",
    above: [h("h3", {}, t("Add a passkey")), field(t("Name of this passkey"), name, t("For example the device it is stored on."))],
    fault: (error) => [isAlarm(error) && error instanceof CryptoError ? h("strong", {}, `${t("Stopped.")} `) : null, wordsFor(error)],
    submit: async (right, progress) => add(vault, words, name.value, right, progress).then(again),
  });
}

/** What this browser remembers for the next sign-in, and what to do when it is gone. */
function thisDevice(again: () => void): HTMLElement {
  const kept = device.kept();
  const forget = (): void => {
    device.forget();
    void browserDisk.remove().then(again);
  };
  return h("section", { class: "stack-small" }, h("h3", {}, t("This device")),
    h("p", { "data-test": "device-kept" }, kept === null ? t("This device does not remember your device secret.") : t("This device remembers your device secret and, encrypted, your cases. Anyone who has it needs only your passphrase and a one-time code.")),
    kept !== null && [h("button", { type: "button", "data-test": "device-forget", onclick: forget }, t("Forget what this device remembers")),
      h("p", { class: "small" }, t("Forgetting also removes the encrypted copy of your cases from this browser."))],
    h("h3", {}, t("If a device or your recovery sheet is lost or stolen")),
    h("ul", { class: "small", "data-test": "device-lost" },
      h("li", {}, t("If your desk was open on it, your cases can be read there until half an hour after the last activity. After that, or once you have signed out, it takes your passphrase and a one-time code or passkey.")),
      h("li", {}, t("Tell your administrator at once. “yanlu desk new-secrets”, run with your recovery sheet, gives your keys a new passphrase and device secret, ends every other session and removes all passkeys.")),
      h("li", {}, t("If somebody may also know your passphrase, replace your keys below: what was encrypted to the old ones stays readable with them."))));
}
