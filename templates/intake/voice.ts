/** In whose words a page of the reporter speaks: in those of the policy of that report, once it is known; before that of all that it may come under, where they say the same. */

import { inLanguage } from "../shared/officetext.js";
import type { PolicyPage } from "../shared/questionnaire.js";
import { type Voice, speakAs } from "../shared/strings.js";
import { voiceOf } from "../shared/voices.js";
import type { ReportDraft } from "./form/answers.js";
import { beforeRedrawing } from "./language.js";
import { type Office, policiesOf } from "./office.js";
import { redrawStrip } from "./officebanner.js";

/** By the kind that the chosen category is of, where the policy has several. */
function voiceUnder(page: PolicyPage | undefined, category: string): Voice | null {
  if (page === undefined) return null;
  const kind = page.kinds.find(({ categories }) => categories.includes(category));
  return voiceOf(page, kind?.id, inLanguage(page.title), inLanguage(page.summary));
}

function voiceOfAll(pages: readonly PolicyPage[]): Voice | null {
  const [first = null, ...others] = pages.map((one) => voiceUnder(one, ""));
  return others.every((one) => one === first) ? first : null;
}

/** The voice of an office whose policies all speak alike. */
export function voiceOfOffice({ policies }: Pick<Office, "policies">): Voice | null {
  return voiceOfAll([...policies.values()]);
}

/** The voice of a case under a policy. */
export function voiceOfCase(office: Pick<Office, "policies">, policy: string): Voice | null {
  return voiceUnder(office.policies.get(policy), "");
}

/** The voice of what has been told so far. */
export function voiceOfDraft({ office, entity, entityChosen, decided, policy, category }: ReportDraft): Voice | null {
  if (decided) return voiceUnder(office.policies.get(policy), category);
  return entityChosen ? voiceOfAll(policiesOf(office, entity)) : voiceOfOffice(office);
}

/** From now on the page speaks so, in whichever language. */
export function speakIn(voice: () => Voice | null): void {
  const speak = (): void => {
    const next = voice();
    if (speakAs(next) !== next) redrawStrip();
  };
  beforeRedrawing(speak);
  speak();
}
