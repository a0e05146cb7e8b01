/** Steps of the set-up in their order: invitation, passphrase, recovery sheet, one-time codes, all again, trial case, waiting. */

import {
  CryptoError, type Secret, type StaffKeys, deviceSecretText, drawDeviceSecret, drawPassphrase, drawStaffSeed, normalPassphrase, openTrial, proveKeys,
  b64decode, readDeviceSecret, signinSecret, staffKeys, systemRng, unwrapStaffSeed, wrapStaffSeed, type VerifiedDirectory, type WrappedKey, unknownWords,
} from "../../../crypto/staff.js";
import { keyCode } from "../../shared/keycode.js";
import { codeAlone, requireCode } from "../../shared/officecode.js";
import { inLanguage } from "../../shared/officetext.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import { type Invitation, enrolment } from "../api.js";
import { codeInAddress, verifiedOffice } from "../trusted/office.js";
import { device } from "../device.js";
import { isAlarm, language, wordsFor } from "../context.js";
import { qrPicture } from "./qr.js";
import { recoverySheet } from "./sheet.js";
import { type Child, codeField, field, fill, h } from "../ui.js";

const STEPS: readonly Sentence[] = [
  msg("Invitation"), msg("Passphrase"), msg("Recovery sheet"), msg("One-time codes"), msg("Enter everything again"), msg("Trial case"), msg("Waiting for the keepers"),
];

// Latin letters on every page: a password field takes no input method, and a cloud keyboard would learn Chinese words.
const WORD_LIST = "en";

interface Made {
  readonly code: string;
  readonly office: string;
  readonly directory: VerifiedDirectory;
  readonly invitation: Invitation;
  readonly seed: Secret;
  readonly keys: StaffKeys;
  readonly passphrase: string;
  readonly deviceSecret: Secret;
}

/** What the last steps need of the key that was unwrapped again. */
interface Trial {
  readonly keys: StaffKeys;
  readonly packet: string;
  readonly items: readonly unknown[];
}

export class Wizard {
  private made: Made | null = null;

  constructor(private readonly place: HTMLElement, private readonly list: HTMLElement, private readonly problem: HTMLElement) {}

  async begin(): Promise<void> {
    window.addEventListener("beforeunload", (event) => {
      if (this.made !== null) event.preventDefault();
    });
    this.invitation();
    await Promise.resolve();
  }

  private draw(step: number, ...content: Child[]): void {
    fill(this.problem);
    fill(this.list, STEPS.map((name, i) => h("li", { "aria-current": i === step ? "step" : null, class: i < step ? "done" : "" }, t(name))));
    const title = h("h2", { id: "step-title", tabindex: "-1", "data-test": `step-${step + 1}` }, t(STEPS[step] as Sentence));
    fill(this.place, title, content);
    if (step > 0) title.focus();
  }

  private form(label: string, name: string, content: Child, work: (progress: (done: number) => void) => Promise<void>): HTMLFormElement {
    const bar = h("progress", { max: 1, value: 0, hidden: true, "aria-label": t("Working. This takes a few seconds, for security.") });
    const form = h("form", { class: "card stack", novalidate: true, autocomplete: "off" }, content, bar,
      h("button", { type: "submit", class: "primary", "data-test": name }, label));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (form.getAttribute("aria-busy") === "true") return;
      void this.run(form, bar, work);
    });
    return form;
  }

  private async run(form: HTMLFormElement, bar: HTMLProgressElement, work: (progress: (done: number) => void) => Promise<void>): Promise<void> {
    fill(this.problem);
    form.setAttribute("aria-busy", "true");
    bar.hidden = false;
    try {
      await work((done) => {
        bar.value = done;
      });
    } catch (error) {
      this.fail(error instanceof Wrong ? error.words : wordsFor(error), isAlarm(error));
    } finally {
      form.removeAttribute("aria-busy");
      bar.hidden = true;
    }
  }

  private fail(words: string, alarm: boolean): void {
    fill(this.problem, h("div", { class: "notice notice-alarm", "data-test": "problem" }, h("p", {}, alarm ? h("strong", {}, `${t("Stopped.")} `) : null, words)));
    this.problem.focus();
  }

  /** 1. The office is verified with the code from the letter, then the invitation is looked up. */
  private invitation(): void {
    const office = h("input", { type: "text", id: "office-code", class: "mono", value: codeInAddress() ?? device.officeCode() ?? "", spellcheck: "false", autocapitalize: "characters" });
    const code = h("input", { type: "text", id: "invite-code", class: "mono", spellcheck: "false", autocapitalize: "none" });
    this.draw(0, this.form(t("Begin"), "begin", [
      codeField(t("Office code"), office, t("Five groups of four characters, in your letter and on your office’s poster. This browser uses the code to check that the server belongs to your office.")),
      field(t("Invitation code"), code, t("From the letter that your office gave you.")),
    ], async () => {
      const anchor = requireCode(office);
      const directory = await verifiedOffice(anchor, new Date());
      const invitation = await enrolment.begin(code.value.trim());
      if (invitation.office !== directory.office) throw new CryptoError("foreign", "an invitation of another office");
      const seed = drawStaffSeed(systemRng);
      const keys = staffKeys(seed, { office: directory.office, member: invitation.member });
      const secret = drawDeviceSecret(systemRng);
      this.made = { code: code.value.trim(), office: anchor, directory, invitation, seed, keys, passphrase: drawPassphrase(WORD_LIST, systemRng), deviceSecret: secret };
      this.passphrase(this.made);
    }));
  }

  /** 2. Words that were drawn, shown once and typed again. */
  private passphrase(made: Made): void {
    const typed = h("input", { type: "text", id: "passphrase-again", autocomplete: "off", spellcheck: "false", autocapitalize: "none" });
    const shown = h("p", { class: "big-words", "data-test": "passphrase", lang: WORD_LIST }, made.passphrase);
    this.draw(1,
      h("p", {}, t("Welcome, {name}. These words are your passphrase. They were drawn at random, which is safer than words you choose. Write them on paper, and keep the paper apart from the recovery sheet.", { name: inLanguage(made.invitation.name) })),
      shown,
      this.form(t("I have written them down"), "passphrase-next", field(t("Type the words again"), typed, t("Spaces between the words; capital letters do not matter.")), async () => {
        if (normalPassphrase(typed.value) !== normalPassphrase(made.passphrase)) throw new Wrong(wrongWords(typed.value));
        this.sheet(made);
        await Promise.resolve();
      }));
  }

  /** 3. The device secret on paper; it is never sent. */
  private sheet(made: Made): void {
    const secret = deviceSecretText(made.deviceSecret);
    const kept = h("input", { type: "checkbox", id: "sheet-kept" });
    this.draw(2,
      h("p", { class: "no-print" }, t("Your key opens only with the device secret and the passphrase together. The device secret was created here and is never sent. Print this sheet or copy it by hand, and keep it where only you can reach it. Without both, nobody can open your key again, not even the office.")),
      recoverySheet({ name: inLanguage(made.invitation.name), member: made.invitation.member, office: inLanguage(made.directory.content.name), officeCode: codeAlone(made.office), secret, code: keyCode(made.keys) }),
      h("p", { class: "no-print" }, h("button", { type: "button", "data-test": "print-sheet", onclick: () => window.print() }, t("Print the sheet"))),
      h("div", { class: "no-print" }, this.form(t("Continue"), "sheet-next", h("label", { class: "choice", for: "sheet-kept" }, kept, h("span", {}, t("I have the sheet on paper"))), async () => {
        if (!kept.checked) throw new Wrong(t("First print or copy the sheet."));
        this.totp(made);
        await Promise.resolve();
      })));
  }

  /** 4. The one-time codes, in an app of the member's own. */
  private totp(made: Made): void {
    const { totp_secret, totp_uri } = made.invitation;
    this.draw(3,
      h("p", {}, t("Scan this with the authenticator app on your own phone, or type the key into it.")),
      qrPicture(totp_uri, t("QR code of the key for one-time codes")),
      h("p", { class: "mono big-code", "data-test": "totp-secret" }, totp_secret.replace(/(.{4})(?=.)/g, "$1 ")),
      this.form(t("Continue"), "totp-next", h("p", { class: "hint" }, t("Next, sign in once as you will every day.")), async () => {
        this.again(made);
        await Promise.resolve();
      }));
  }

  /** 5. Everything again from paper and phone; only what can be unwrapped again is handed in. */
  private again(made: Made): void {
    const phrase = h("input", { type: "password", id: "passphrase-check", autocomplete: "off" });
    const secret = h("input", { type: "text", id: "device-check", class: "mono", spellcheck: "false", autocapitalize: "characters", autocomplete: "off" });
    const totp = h("input", { type: "text", id: "totp-check", class: "mono", inputmode: "numeric", autocomplete: "one-time-code", maxlength: 7 });
    const remember = h("input", { type: "checkbox", id: "remember-device" });
    this.draw(4, h("p", {}, t("Enter everything from your paper and phone, as you will in daily use. Your key is then opened with what you entered.")),
      this.form(t("Check and submit the public keys"), "again-next", [
        field(t("Passphrase"), phrase), field(t("Device secret"), secret), field(t("One-time code"), totp),
        h("label", { class: "choice", for: "remember-device" }, remember, h("span", {}, t("Remember member id, device secret and, encrypted, your cases on this device (only on a device that is yours alone)"))),
      ], async (progress) => {
        const trial = await this.enrol(made, { phrase: phrase.value, secret: secret.value, totp: totp.value }, progress);
        device.keep(remember.checked ? { member: made.invitation.member, secret: deviceSecretText(made.deviceSecret) } : null);
        this.trial(made, trial);
      }));
  }

  private async enrol(made: Made, given: { phrase: string; secret: string; totp: string }, progress: (done: number) => void): Promise<Trial> {
    await verifiedOffice(made.office, new Date());
    const whose = { office: made.directory.office, member: made.invitation.member };
    const right = { passphrase: made.passphrase, device: made.deviceSecret };
    const wrapped: WrappedKey = await wrapStaffSeed(made.seed, right, whose, systemRng, (done) => progress(done / 3));
    const seed = await unwrapStaffSeed(wrapped, { passphrase: given.phrase, device: deviceOf(given.secret) }, whose, (done) => progress((1 + done) / 3));
    const signin = await signinSecret(right, whose, (done) => progress((2 + done) / 3));
    const keys = staffKeys(seed, whose);
    const answer = await enrolment.keys({
      code: made.code, recipient: keys.recipient, signing: keys.signing, proof: proveKeys(keys, made.code), wrapped_key: wrapped, signin_secret: signin,
      totp: given.totp.replace(/\s/g, ""),
    });
    return { keys, packet: answer.trial, items: answer.items };
  }

  /** 6. A case that the server made for this key: anyone who reads its word can read reports. */
  private trial(made: Made, trial: Trial): void {
    const word = h("input", { type: "text", id: "trial-word", autocomplete: "off", spellcheck: "false", autocapitalize: "none" });
    const shown = h("div", { class: "card stack" }, h("p", { class: "soft" }, t("Opening the trial case with your key…")));
    this.draw(5, h("p", {}, t("This is a made-up case, encrypted to your key as real reports will be. Open it and enter the word in it.")), shown,
      this.form(t("Finish"), "trial-next", field(t("The word in the trial case"), word), async () => {
        await enrolment.trial(made.code, word.value.trim());
        this.waiting(made);
      }));
    openTrial(trial.keys, b64decode(trial.packet), trial.items).then(
      (text) => fill(shown, h("p", { class: "soft" }, t("The word is:")), h("p", { class: "big-words", "data-test": "trial-text" }, text)),
      (error: unknown) => this.fail(wordsFor(error), isAlarm(error)),
    );
  }

  /** 7. The keepers compare the check code before they sign. */
  private waiting(made: Made): void {
    made.seed.reveal().fill(0);
    this.made = null;
    this.draw(6,
      h("p", {}, t("Your keys work. Now the keepers must sign a directory that lists them. Until then you cannot receive reports.")),
      h("p", {}, t("Tell the keepers this check code by telephone or in person, so that nobody can put another key in your place:")),
      h("p", { class: "mono big-code", "data-test": "my-code" }, keyCode(made.keys)),
      h("p", {}, h("a", { class: "button primary", href: `/${language}/` }, t("Go to sign-in"))));
  }
}

/** Something the person can put right at once. */
class Wrong extends Error {
  constructor(readonly words: string) {
    super("wrong");
  }
}

function wrongWords(typed: string): string {
  const unknown = unknownWords(normalPassphrase(typed)).filter((word) => word !== "");
  return unknown.length > 0 ? t("These words were not shown: {words}", { words: unknown.join(" ") }) : t("These are not the words shown, or not in that order.");
}

function deviceOf(text: string): Secret {
  try {
    return readDeviceSecret(text.trim());
  } catch {
    throw new Wrong(t("That is not the device secret on your sheet."));
  }
}
