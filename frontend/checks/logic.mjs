// Runs vectors for tests/forms/vectors.py: a line of [expression, what is known] comes in, a line with what it gives goes out.
import { createInterface } from "node:readline";
import { told } from "../src/forms/logic.ts";

for await (const line of createInterface({ input: process.stdin })) {
  const [logic, known] = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(told(logic, known))}\n`);
}
