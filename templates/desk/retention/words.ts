/** How long a closed case is kept, in a sentence for its page. */

import { t } from "../../shared/strings.js";
import type { OfficeWords } from "../context.js";
import type { OpenedCase } from "../opened/model.js";
import { retentionOf } from "./retained.js";

/** Null for a case in work, and for one that a hold or an authority keeps, of which the page says so. */
export function retainedWords(opened: OpenedCase, words: OfficeWords): string | null {
  const { entity } = opened.row;
  const found = retentionOf(opened, words.today(entity));
  if (found === null || found.ended === null || found.why === "held" || found.why === "with-authority") return null;
  const ended = words.day(found.ended, entity);
  return found.until === null ? t("Closed on {ended}. No retention period is set.", { ended })
    : t("Closed on {ended}, retained until {until}", { ended, until: words.day(found.until, entity) });
}
