/** A step of the report: a screen, and what keeps the reporter from going on from it. */

import type { ReportDraft } from "./answers.js";

/** What is wrong in a field, by the id of its element. */
export interface MissingField {
  readonly field: string;
  readonly words: string;
}

/** What a step asks of the page around it. */
export interface StepPage {
  /** Whether the page is a file on a disk, which can save nothing for later. */
  readonly alone: boolean;
  /** Draws the step again: a choice changed what it shows. */
  redraw(): void;
  /** Leads to a field in its step; from there the next press comes back. */
  change(step: string, field: string): void;
  /** Says at their fields what can't be taken. */
  refuse(lacks: readonly MissingField[]): void;
  /** Something was changed that no field says by itself. */
  changed(): void;
}

export interface Step {
  readonly id: string;
  readonly title: () => string;
  readonly show: (telling: ReportDraft, page: StepPage) => HTMLElement;
  readonly lacks: (telling: ReportDraft) => MissingField[];
}
