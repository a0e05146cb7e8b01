// Runs the files of vectors that are named and writes what came of each case, as JSON, one file a line.
import { OPERATIONS } from "./operations.js";
import { runFile } from "./vectors.js";

for (const path of process.argv.slice(2)) {
  process.stdout.write(`${JSON.stringify({ path, cases: runFile(path, OPERATIONS) })}\n`);
}
