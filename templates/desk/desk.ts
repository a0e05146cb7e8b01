/** The desk's page: sign-in, then the work. Everything opened lives in this page's memory and goes with it. */

import type { VerifiedDirectory } from "../../crypto/staff.js";
import { showWork } from "../shared/proofofwork.js";
import { forgetWhenQuiet, sayForgotten } from "../shared/forgetting.js";
import { Mistyped, requireCode, watchTyping } from "../shared/officecode.js";
import { t } from "../shared/strings.js";
import { DeskRefusal, quietly } from "./api.js";
import { CaseCache } from "./cache/casecache.js";
import { browserDisk } from "./cache/disk.js";
import { closeComposer, isComposing } from "./composer.js";
import { type DecryptPool, startPool } from "./decrypting/pool.js";
import { refreshScript } from "./decrypting/script.js";
import { CustodianDesk } from "./custody/custodian.js";
import { device } from "./device.js";
import { leavePage } from "./header.js";
import { codeInAddress, verifiedOffice } from "./trusted/office.js";
import { isSessionOver } from "./sessionend.js";
import { OBSERVERS, Observing } from "./observing/observing.js";
import { NoPasskey, hasPasskeys } from "./signin/authenticator.js";
import { readPolicies } from "./trusted/policy.js";
import { OfficeWords, isAlarm, wordsFor } from "./context.js";
import { pageLanguages } from "./languages.js";
import { Rulebook } from "./trusted/rulebook.js";
import { NotInDirectory, type SignedIn, named, unlock, unlockWithPasskey } from "./signin/unlock.js";
import { Staying } from "./staying.js";
import { type TabSeed, forgetTabSeed, keepTabSeed, openTabSeed, tabSeed, touchTab } from "./tabseed.js";
import { byId, fill, h, showDemo } from "./ui.js";
import { Vault } from "./opened/vault.js";
import { Work } from "./work.js";

const now = (): Date => new Date();
const input = (id: string): HTMLInputElement => byId<HTMLInputElement>(id);

/** The workers of this page. */
let pool: DecryptPool | null = null;
let workersReady: Promise<void> = Promise.resolve();
/** The office code that the address or this device gave. */
let known: string | null = null;

function prepare(): void {
  // Before anything names a member: their script is fetched as anybody's. Without it the page works alone.
  workersReady = refreshScript().then(() => { pool = startPool(); }, () => undefined);
  known = codeInAddress() ?? device.officeCode();
  const kept = device.kept();
  byId("office-code-field").hidden = known !== null;
  watchTyping(input("office-code"), byId("office-code-fault"));
  if (known !== null) input("office-code").value = known;
  if (kept !== null) {
    input("member").value = kept.member;
    input("device-secret").value = kept.secret;
    // Nobody has to read it from a paper: nobody need see it over a shoulder.
    input("device-secret").type = "password";
    input("remember").checked = true;
  }
  byId("other-office").hidden = known === null;
  byId("other-office").addEventListener("click", () => {
    byId("office-code-field").hidden = false;
    input("office-code").focus();
  });
  byId("sign-in-form").addEventListener("submit", (event) => {
    event.preventDefault();
    void signIn(false);
  });
  byId("passkey-go").hidden = !hasPasskeys();
  byId("passkey-go").addEventListener("click", () => void signIn(true));
  byId("passkey-stop").addEventListener("click", () => {
    waits?.stop.abort();
    byId("passkey-go").focus();
  });
  // Only now does it do what it says, and does no field come or go under somebody who types.
  byId("sign-in-form").hidden = false;
}

function problem(words: string, alarm: boolean): void {
  fill(byId("problem"), h("div", { class: "notice notice-alarm", "data-test": alarm ? "office-alarm" : "problem" }, h("p", {}, alarm ? h("strong", {}, `${t("Stopped.")} `) : null, words)));
  byId("problem").focus();
}

/** What stands still for so long will not go on by itself. */
const STALLED_MS = 20_000;

/** Called now and then; says so once the bar has not moved in between. */
function sayStalled(): () => void {
  let before = 0;
  return () => {
    const bar = document.getElementById("progress");
    if (!(bar instanceof HTMLProgressElement)) return;
    if (bar.value === before) problem(t("This is taking too long: the server is not responding, or this browser has stopped working on it. Reload the page and sign in again. If this continues, tell the administrator."), false);
    before = bar.value;
  };
}

const derivingWords = (): string => t("Deriving your keys. This takes a few seconds, for security.");

/** A sign-in by passkey that waits for it, and when it has ended. */
let waits: { readonly stop: AbortController; readonly ended: Promise<void> } | null = null;

/** Nobody waits for a passkey that does not come: the other way to sign in ends the waiting. */
async function signIn(byPasskey: boolean): Promise<void> {
  if (!byPasskey && waits !== null) {
    waits.stop.abort();
    await waits.ended;
  }
  if (byId("sign-in-form").getAttribute("aria-busy") === "true") return;
  const stop = new AbortController();
  const ended = attempt(byPasskey, stop.signal);
  if (byPasskey) waits = { stop, ended };
  await ended;
}

async function attempt(byPasskey: boolean, stop: AbortSignal): Promise<void> {
  const form = byId("sign-in-form");
  fill(byId("problem"));
  form.setAttribute("aria-busy", "true");
  byId("progress-box").hidden = false;
  passkeyWaits(byPasskey);
  byId("progress-words").textContent = byPasskey ? t("Waiting for your passkey: confirm it in the window that this browser or your device shows.") : derivingWords();
  // Somebody who looks for a passkey takes the time it takes.
  const stalled = byPasskey ? 0 : window.setInterval(sayStalled(), STALLED_MS);
  try {
    await enter(byPasskey, stop);
  } catch (error) {
    if (stop.aborted && error instanceof NoPasskey) fill(byId("problem"));
    else notLetIn(error);
    if (error instanceof Mistyped) input("office-code").focus();
    else if (!byPasskey) askNextDigits(error instanceof DeskRefusal);
  } finally {
    window.clearInterval(stalled);
    form.removeAttribute("aria-busy");
    passkeyWaits(false);
    const box = document.getElementById("progress-box");
    if (box !== null) box.hidden = true;
  }
}

/** Why nobody is let in. */
function notLetIn(error: unknown): void {
  if (error instanceof NotInDirectory) problem(t("Your keys are not yet, or no longer, in the office directory. The keepers must sign a directory that lists them. Until then you cannot receive reports."), false);
  else problem(wordsFor(error), isAlarm(error));
}

/** The digits are used up or grow old: the next ones are asked for at once where the server refused these and nothing else is missing. */
function askNextDigits(refused: boolean): void {
  input("totp").value = "";
  if (refused && ["member", "passphrase"].every((id) => input(id).value !== "")) input("totp").focus({ preventScroll: true });
}

/** The way out while the browser waits for a passkey. */
function passkeyWaits(waiting: boolean): void {
  const button = document.getElementById("passkey-stop");
  if (button !== null) button.hidden = !waiting;
  if (!waiting) waits = null;
}

/** The office as this browser has verified it. */
interface Trusted {
  readonly directory: VerifiedDirectory;
  readonly words: OfficeWords;
  readonly book: Rulebook;
}

async function trustedOffice(code: string): Promise<Trusted> {
  const directory = await verifiedOffice(code, now());
  const policies = await readPolicies(directory);
  return { directory, words: new OfficeWords(directory, policies, now), book: await Rulebook.open(policies, directory.content.calendars, (id) => directory.validMember(id) !== null) };
}

async function enter(byPasskey: boolean, stop: AbortSignal): Promise<void> {
  const code = requireCode(input("office-code"));
  // The office is verified before anything is derived or sent.
  const trusted = await trustedOffice(code);
  const { directory } = trusted;
  const given = { member: input("member").value.trim().toLowerCase(), passphrase: input("passphrase").value, deviceSecret: input("device-secret").value, totp: input("totp").value };
  const progress = (done: number): void => {
    passkeyWaits(false);
    byId<HTMLProgressElement>("progress").value = done;
    byId("progress-words").textContent = derivingWords();
  };
  const signedIn = await (byPasskey ? unlockWithPasskey(given, directory, progress, stop) : unlock(given, directory, progress));
  const remember = input("remember").checked;
  if (given.deviceSecret.trim() !== "") device.keep(remember ? { member: given.member, secret: given.deviceSecret.trim() } : null);
  device.setRemembers(remember);
  if (!remember) {
    device.forget();
    await browserDisk.remove();
  }
  await keepTabSeed(signedIn.seed, signedIn.staff, remember, now().getTime());
  await begin(trusted, signedIn, remember);
}

/** After a reload: goes on where the session lasts and its half of the key fits; else the sign-in stands there, with the reason. */
async function resume(): Promise<void> {
  const [code, kept] = [device.officeCode(), tabSeed()];
  const form = document.getElementById("sign-in-form");
  // An address with a code is a sign-in of its own.
  if (code === null || kept === null || form === null || known !== code || form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  form.hidden = true;
  fill(byId("problem"), h("p", { class: "notice", role: "status", "data-test": "resuming" }, t("Reopening…")));
  try {
    await reopen(await trustedOffice(code), kept);
  } catch (error) {
    // The sign-in is gone, and what was opened is not all there.
    if (!form.isConnected) return leaveForGood();
    const ended = isSessionOver(error) || error instanceof NotInDirectory;
    if (ended) forgetTabSeed();
    if (ended) problem(t("Your session has expired. Sign in again."), false);
    else notLetIn(error);
  } finally {
    form.removeAttribute("aria-busy");
    form.hidden = false;
  }
}

async function reopen(trusted: Trusted, { member, remember }: TabSeed): Promise<void> {
  const { office } = trusted.directory;
  const opened = await openTabSeed(office, now().getTime());
  if (opened === null) return problem(t("Your session has expired. Sign in again."), false);
  fill(byId("problem"));
  const signedIn = named(opened.seed, { office, member }, trusted.directory);
  // Nobody may be there: a browser that starts again loads the page by itself.
  await quietly(() => begin(trusted, signedIn, remember && device.remembers(), opened.last));
}

function leaveForGood(): void {
  forgetTabSeed();
  leavePage();
}

/** The work of a member whose keys are here. */
async function begin({ directory, words, book }: Trusted, { staff, seed }: SignedIn, remember: boolean, last = now().getTime()): Promise<void> {
  byId<HTMLFormElement>("sign-in-form").reset();
  // The links that name the languages go with it.
  pageLanguages();
  byId("sign-in").remove();
  byId<HTMLAnchorElement>("skip").hash = "case";
  byId("work").hidden = false;
  const vault = new Vault(staff, seed, directory, book);
  const staying = new Staying(staff.member, async () => keepTabSeed(seed, staff, remember, now().getTime()));
  forgetWhenQuiet(byId("alarm"), now, () => forget(vault), () => void staying.tell(), last);
  for (const sign of ["pointerdown", "keydown"]) document.addEventListener(sign, () => touchTab(now().getTime()), { capture: true, passive: true });
  // No browser should show a page again that still holds keys.
  window.addEventListener("pageshow", ({ persisted }) => { if (persisted) location.reload(); });
  vault.workers = pool;
  const isCustodian = directory.content.custodians.members.includes(staff.member);
  const leadsCases = !isCustodian && !OBSERVERS.includes(directory.member(staff.member)?.role ?? "");
  // Anyone else has no case to open.
  if (leadsCases) pool?.begin();
  else pool?.end();
  if (isCustodian) await new CustodianDesk(vault, words).start();
  else if (!leadsCases) await new Observing(vault, words, now).start();
  else await new Work(vault, words, remember, await cacheOf(vault, remember)).start();
}

async function cacheOf(vault: Vault, remember: boolean): Promise<CaseCache> {
  const cache = new CaseCache(vault, remember ? browserDisk : null);
  await cache.load();
  return cache;
}

/** Nobody is there to answer whether the page may be left, nor need the server be reached: its session is over by itself. */
function forget(vault: Vault): void {
  if (isComposing()) closeComposer();
  vault.wipe();
}

prepare();
sayForgotten();
showWork();
void showDemo();
void workersReady.then(resume);
