/** Opens envelopes for the desk's page, which judges what is in them. It makes no call, and ends with the page's keys. */

import { useMlKem } from "../../../crypto/sealing/mlkem.js";
import { Answering } from "./answering.js";
import { FORGET, READY, type SentTasks, packAnswers, unpackTasks } from "./messages.js";

const answering = new Answering();

self.addEventListener("message", ({ data }: MessageEvent<SentTasks | typeof FORGET>) => {
  if (data === FORGET) return answering.forget();
  void Promise.all(unpackTasks(data).map((task) => answering.answer(task))).then((answers) => {
    const sent = packAnswers(answers);
    self.postMessage(sent, { transfer: [sent.texts.buffer] });
  });
});
// Where it can't be used, noble's goes on.
void useMlKem().catch(() => false).then(() => self.postMessage(READY));
