/** What is used of npm's slip39, which has no types of its own. */

declare module "slip39" {
  export function validateMnemonic(mnemonic: string): boolean;
  export function recoverSecret(mnemonics: readonly string[], passphrase: string): number[];
  const slip39: { readonly validateMnemonic: typeof validateMnemonic; readonly recoverSecret: typeof recoverSecret };
  export default slip39;
}
