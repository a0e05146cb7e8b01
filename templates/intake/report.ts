/** The report page: passes the gate, then asks. */

import "./starttask.js";
import { byId } from "../shared/dom.js";
import { t } from "../shared/strings.js";
import { takeEntity } from "./chosenentity.js";
import { passGate } from "./officecheck.js";
import { sayReloaded } from "./reloaded.js";
import { startReport } from "./reportapp.js";
import { startShell } from "./shell.js";
import { ReportDraft } from "./form/answers.js";
import { startTrail } from "./screenhistory.js";

const chosen = takeEntity();
startShell();
await startTrail();
passGate("app", {
  opened: (office) => {
    startReport(new ReportDraft(office, chosen));
    sayReloaded(byId("app"), t("This page was loaded again. What was not saved has been cleared."));
  },
});
