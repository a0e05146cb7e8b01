// Every operation of the vectors that this reader knows, by its name there.
import { BASICS } from "./basics.js";

export const OPERATIONS = { ...BASICS };
