/**
 * ML-KEM-768 by mlkem, in half of the time that noble takes, for a browser that has none of its own. Pages that open a few envelopes
 * do without it; a desk's workers open ten and more for each case.
 */

import { createMlKem768 } from "mlkem";
import { useOnLattice } from "./expanded.js";
import { nativeWorks } from "./native.js";

/** Has it used from now on; false where the browser's own is, or where it does not give what noble gives. */
export async function useMlKem(): Promise<boolean> {
  if (await nativeWorks()) return false;
  const kem = await createMlKem768();
  return useOnLattice((ciphertext, key) => kem.decap(ciphertext, key));
}
