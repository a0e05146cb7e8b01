/** The mailbox page: receipt in, thread out. */

import "./starttask.js";
import { byId, h } from "../shared/dom.js";
import { t } from "../shared/strings.js";
import { passGate } from "./officecheck.js";
import { mailboxNotice } from "./expired.js";
import { askForReceipt } from "./mailbox/entry.js";
import { sayReloaded } from "./reloaded.js";
import { startShell } from "./shell.js";
import { startTrail } from "./trail.js";

startShell();
await startTrail();
passGate("app", {
  opened: (office) => {
    askForReceipt(byId("app"), office);
    sayReloaded(byId("app"), t("This page was loaded again. What was not saved has been cleared. If you had saved a draft, it is still there: enter your receipt to go on."));
  },
  use: { alsoLapsed: true }, notice: mailboxNotice,
  asking: () => h("p", { class: "hint" }, t("First enter the office code above.")),
});
