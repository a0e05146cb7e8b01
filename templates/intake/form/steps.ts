/** The steps of a report, in their order. */

import { t } from "../../shared/strings.js";
import { checkStep } from "./check.js";
import { evidenceLacks, evidenceStep } from "./evidence.js";
import { matterLacks, matterStep } from "./matter.js";
import type { Step } from "./formstep.js";
import { peopleLacks, peopleStep } from "./exclusion.js";

export const STEPS: readonly Step[] = [
  { id: "about", title: () => t("What happened"), show: matterStep, lacks: matterLacks },
  { id: "files", title: () => t("Pictures, files and details"), show: evidenceStep, lacks: evidenceLacks },
  { id: "people", title: () => t("Who should not see it?"), show: peopleStep, lacks: peopleLacks },
  { id: "review", title: () => t("Check your answers"), show: checkStep, lacks: () => [] },
];
