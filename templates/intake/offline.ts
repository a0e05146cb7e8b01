/** The report in one file on a disk: it carries the office's signed documents, connects to nothing, and makes a sealed file. */

import { byId, fill, h } from "../shared/dom.js";
import { sayMoment } from "../shared/confirmed.js";
import { sayDay, t } from "../shared/strings.js";
import { readFrom } from "./api.js";
import { passGate } from "./officecheck.js";
import type { Office } from "./office.js";
import { startReport } from "./reportapp.js";
import { wasLeft } from "./exittarget.js";
import { leaveNow, startAlone } from "./shell.js";
import { ReportDraft } from "./form/answers.js";
import { startTrail } from "./screenhistory.js";

/** The texts that this file carries by the path at which the site serves them; null in the empty form of a release. */
function carriedFiles(): Record<string, string> | null {
  const found = JSON.parse(byId("documents").textContent || "null") as { readonly files?: unknown } | null;
  const { files } = found ?? {};
  if (typeof files !== "object" || files === null || !Object.values(files).every((text) => typeof text === "string")) return null;
  return files as Record<string, string>;
}

function begin(office: Office): void {
  const { issued } = office.directory.content;
  const { confirmed, lastDay } = office.directory;
  const places = { issued: sayDay(issued), expires: sayDay(lastDay) };
  fill(byId("until"), h("p", { class: "notice", "data-test": "offline-until" },
    confirmed !== null && h("span", { "data-test": "offline-as-of" }, t("As of {confirmed}, when a witness outside the office last confirmed it.", { confirmed: sayMoment(confirmed.at) }), " "),
    t("The readers are those in the list that the office signed on {issued}. From {expires} on this file no longer encrypts anything: get a new one. It can't know whether the office has signed another list since.", places)));
  startReport(new ReportDraft(office), { alone: true });
}

async function start(): Promise<void> {
  const files = carriedFiles();
  readFrom(files ?? {});
  startAlone();
  if (wasLeft()) return leaveNow("about:blank");
  await startTrail();
  if (files === null) {
    fill(byId("app"), h("p", { class: "notice notice-alarm", "data-test": "offline-empty" }, t("This file carries no office: it is the empty form of a release. Get the one that your office hands out.")));
    return;
  }
  passGate("app", { opened: begin });
}

void start();
