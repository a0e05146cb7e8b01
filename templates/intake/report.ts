/** The report page: passes the gate, then asks. */

import { byId } from "../shared/dom.js";
import { t } from "../shared/strings.js";
import { passGate } from "./gate.js";
import { sayReloaded } from "./reloaded.js";
import { startReport } from "./reportapp.js";
import { startShell } from "./shell.js";
import { Telling } from "./telling/telling.js";
import { startTrail } from "./trail.js";

startShell();
await startTrail();
passGate("app", {
  opened: (office) => {
    startReport(new Telling(office));
    sayReloaded(byId("app"), t("This page was loaded again. What was not saved has been cleared."));
  },
});
