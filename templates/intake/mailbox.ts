/** The mailbox page: receipt in, thread out. */

import "./starttask.js";
import { byId } from "../shared/dom.js";
import { t } from "../shared/strings.js";
import { passGate } from "./officecheck.js";
import { mailboxNotice } from "./directoryexpiry.js";
import { askForReceipt, enter, receiptForm } from "./mailbox/entry.js";
import { receiptOrNull } from "./receipt/typedcheck.js";
import { sayReloaded } from "./reloaded.js";
import { startShell } from "./shell.js";
import { startTrail } from "./screenhistory.js";

/** What was typed of a receipt while the office code was asked for: nobody types it twice. */
let typed = "";

// A page that a browser keeps whole for its Back keeps nothing of it.
window.addEventListener("pagehide", () => { typed = ""; });
startShell();
await startTrail();
passGate("app", {
  opened: (office) => {
    const [place, before] = [byId("app"), typed];
    const receipt = receiptOrNull(before);
    typed = "";
    if (receipt) return void enter(place, office, receipt);
    askForReceipt(place, office, before);
    sayReloaded(place, t("This page was loaded again. What was not saved has been cleared. If you had saved a draft, it is still there: enter your receipt to go on."));
  },
  use: { alsoLapsed: true }, notice: mailboxNotice,
  asking: (check) => receiptForm(typed, check, (now) => { typed = now; }),
});
