/** How long a closed case is kept, in a sentence for its page. */

import { t } from "../../shared/strings.js";
import type { OfficeWords } from "../context.js";
import type { OpenedCase } from "../opened/model.js";
import { retentionOf } from "./retained.js";

/** Null for a case in work, and for one that an authority has, of which the page says so. */
export function retainedWords(opened: OpenedCase, words: OfficeWords): string | null {
  const { entity } = opened.row;
  const found = retentionOf(opened, words.today(entity));
  if (found === null || found.ended === null || found.why === "with-authority") return null;
  const ended = words.day(found.ended, entity);
  if (found.why === "held") return found.until === null ? null : t("Closed on {ended}. Without the hold it would be retained until {until}.", { ended, until: words.day(found.until, entity) });
  return found.until === null ? t("Closed on {ended}. No retention period is set, so the case is kept for good. The administrator can set one.", { ended })
    : t("Closed on {ended}, retained until {until}", { ended, until: words.day(found.until, entity) });
}
