/** One step written once and done in several cases: sealed to each, signed for each; what fails in one holds up no other. */

import { counted } from "../../shared/counted.js";
import { msg } from "../../shared/strings.js";
import { settingOf } from "../acting/codeparts.js";
import { type Sending, openAct } from "../acting/form.js";
import { type Joint, around } from "./followers.js";
import { type DeskServices, Round, isOver } from "./round.js";
import type { Merging } from "./section.js";
import { Targets } from "./targets.js";

/** What this needs of the desk. */
export interface MergeHost extends DeskServices {
  readonly now: () => Date;
  readonly show: (id: string) => void;
  readonly mayLeave: () => Promise<boolean>;
  /** All of it is done: takes the form away and draws the case again. */
  readonly done: (id: string, sentence: string) => Promise<void>;
  /** The form was left: draws the case again where some of it was done. */
  readonly left: () => void;
  readonly fail: (error: unknown) => void;
}

/** What the page of a case may do with the cases of its matter. */
export function mergingOf(id: string, room: MergeHost): Merging {
  const found = around(id, room.shelf.values(), room.me, room.now());
  return {
    ...found,
    together: (joint) => void open(id, joint, new Targets(joint.able, true, room.words), room),
    gather: () => {
      const able = found.candidates();
      void open(id, { choice: { act: "merged", rules: [], leads: [] }, able }, new Targets(able, false, room.words), room);
    },
    show: room.show,
  };
}

async function open(id: string, { choice, able }: Joint, targets: Targets, room: MergeHost): Promise<void> {
  const [first] = able;
  if (first === undefined || !(await room.mayLeave())) return;
  const setting = settingOf(first.ruled, first.opened, room);
  const codes = choice.act === "merged" ? { case: id } : null;
  const round = new Round(targets, room);
  const send: Sending["send"] = async (wish, progress) => {
    try {
      await round.send(wish, progress);
    } catch (error) {
      // Of what concerns the office or the session the whole page speaks.
      if (isOver(error)) room.fail(error);
      if (!targets.stands) room.left();
      throw error;
    }
  };
  const done = (): Promise<void> => room.done(id, counted(msg("Recorded in {count} case."), msg("Recorded in {count} cases."), targets.done));
  openAct([choice], setting, { send, between: () => undefined, done, left: room.left }, { above: targets.element, codes });
}
