/** Measures what a first visit downloads, in kB gzip, and fails above the budget. Run after a build (`npm run check`). */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";

const DIST = resolve(import.meta.dirname, "../../linli/web/static/dist");
// Style sheet, script and icons of a first page without map; the page itself comes on top (10 to 20 kB for a full list).
const BUDGET_KB = { workbench: 40, public: 21, map: 500, editor: 520 };

const kilobytes = (file) => gzipSync(readFileSync(resolve(DIST, file)), { level: 9 }).length / 1000;

function filesOf(surface, source) {
  const manifest = JSON.parse(readFileSync(resolve(DIST, `manifest-${surface}.json`), "utf8"));
  const files = new Set();
  const visit = (name) => {
    const chunk = manifest[name];
    files.add(chunk.file);
    for (const file of [...(chunk.css ?? []), ...(chunk.assets ?? [])]) files.add(file);
    for (const next of chunk.imports ?? []) visit(next);
  };
  visit(source);
  return [...files];
}

for (const [name, source, surface] of [
  ["workbench", "src/workbench.ts", "workbench"],
  ["public", "src/public.ts", "public"],
  ["map", "src/map/index.ts", "workbench"],
  ["editor", "src/editor/index.ts", "workbench"],
]) {
  const files = filesOf(surface, source);
  const total = files.reduce((sum, file) => sum + kilobytes(file), 0);
  console.log(`${name}: ${total.toFixed(1)} kB gzip of ${BUDGET_KB[name]} (${files.map((file) => `${file.replace("assets/", "")} ${kilobytes(file).toFixed(1)}`).join(", ")})`);
  if (total > BUDGET_KB[name]) {
    console.error(`${name} is over its budget`);
    process.exitCode = 1;
  }
}
