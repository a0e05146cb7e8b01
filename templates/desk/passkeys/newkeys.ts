/** Under “My keys”: other keys for a member who stays, begun here and finished here once the keepers have signed. */

import { type NextKeys, type Unlocking } from "../../../crypto/staff.js";
import { keyCode } from "../../shared/keycode.js";
import { t } from "../../shared/strings.js";
import { type OfficeWords, wordsFor } from "../context.js";
import { Steps } from "../steps.js";
import { type Child, fill, h } from "../ui.js";
import type { Vault } from "../opened/vault.js";
import { type Renewed, begin, renewAll, sealedUntil, stageOf, waitingKeys } from "./rotation.js";
import { secretForm } from "./secretform.js";

/** Draws itself by where the change stands. */
export function newKeysSection(vault: Vault, words: OfficeWords): HTMLElement {
  const steps = new Steps(vault, () => new Date());
  const place = h("section", { class: "stack", "data-test": "new-keys" });
  const show = (...parts: Child[]): void => fill(place, h("h3", {}, t("Replace my keys")), ...parts);
  void waitingKeys().then((waiting) => {
    switch (stageOf(vault.staff, waiting)) {
      case "none":
        return show(h("p", { class: "soft" }, t("Get new keys while you stay in your role: they are created here, the keepers sign them, and then all your cases are encrypted to them. What you have signed stays valid.")),
          secretsForm("begin-keys", t("Make new keys"), null, async (right, _, progress) => show(...waits(await begin(vault, right, progress)))));
      case "waiting":
        return show(...waits(waiting as NextKeys));
      case "unknown":
        return show(h("p", { class: "wrong", role: "alert", "data-test": "unknown-keys" }, t("There are new keys waiting that this sign-in does not know. Sign in again. If this message is still here then, you did not make them: tell the keepers not to sign.")));
      default:
        return show(h("p", {}, t("Your new keys are signed. Some of your cases may still be encrypted to the old ones.")),
          secretsForm("renew-keys", t("Encrypt my cases to the new keys"), t("Delete the old keys now, even if something encrypted to them may still arrive"), async (right, forget, progress) =>
            show(...became(await renewAll(vault, steps, right, forget, progress), vault, words))));
    }
  }, (error: unknown) => show(h("p", { class: "wrong", role: "alert" }, wordsFor(error))));
  return place;
}

function waits(keys: NextKeys): Child[] {
  return [h("p", {}, t("Your new keys are waiting for the keepers. Tell them this check code through another channel:")), h("p", { class: "mono big-code", "data-test": "next-code" }, keyCode(keys)),
    h("p", { class: "small" }, t("Until they have signed, your present keys stay in use. Then sign in again and come back here."))];
}

function became({ done, left, forgotten }: Renewed, vault: Vault, words: OfficeWords): Child[] {
  const until = sealedUntil(vault.directory, vault.staff.member);
  const kept = left > 0 || until === null ? t("Your old keys are kept: something is still encrypted to them.")
    : t("Your old keys are kept: something encrypted to them may still arrive until {day}.", { day: words.day(until, "") });
  return [h("p", { role: "status", "data-test": "renewed-keys", "data-left": String(left), "data-forgotten": String(forgotten) },
    t("Cases encrypted to your new keys: {count}. Cases that still need your old keys: {left}.", { count: done, left })),
    h("p", {}, forgotten ? t("Your old keys are deleted. Add your passkeys again.") : kept)];
}

type Submit = (right: Unlocking, forget: boolean, progress: (done: number) => void) => Promise<void>;

function secretsForm(id: string, label: string, option: string | null, submit: Submit): HTMLElement {
  const tick = h("input", { type: "checkbox", id: `${id}-option` });
  return secretForm({
    id, label, button: id, below: option === null ? [] : [h("label", {}, tick, " ", option)], fault: (error) => [wordsFor(error)],
    submit: async (right, progress) => submit(right, tick.checked, progress),
  });
}
