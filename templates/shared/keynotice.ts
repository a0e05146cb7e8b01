/** The command line's notice that a key may be in other hands (`portal/cli/desk/handing_over.py`): it goes as a reply, and answers nothing. */

const BEGINS = /^(本单位的一把密钥（[a-z0-9-]+）可能已落入他人之手|A key of our office \([a-z0-9-]+\) may have come into other hands\.)/u;

/** Whether the text of a reply is that notice. */
export function isKeyNotice(text: unknown): boolean {
  return BEGINS.test(String(text));
}
