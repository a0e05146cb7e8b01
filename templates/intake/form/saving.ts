/** What keeps a report from being saved as a draft, each at its field and before anything is sent. */

import { t } from "../../shared/strings.js";
import { cleaningLack } from "./evidence.js";
import type { MissingField } from "./formstep.js";
import type { ReportDraft } from "./answers.js";

export function missingForDraft(telling: ReportDraft): MissingField[] {
  const waiting = cleaningLack(telling);
  if (waiting.length > 0) return waiting;
  switch (telling.noRoomFor()) {
    case "account": return [{ field: "account", words: t("This is too long to be saved for later: there is room for about 9,000 Chinese or 28,000 other letters. Shorten it, or put part of it into a file and add that in the next step.") }];
    case "files": return [{ field: "files-field", words: t("These files are too large to be saved for later. Send the report now, or take one of them out.") }];
    default: return [];
  }
}
