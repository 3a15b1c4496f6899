/** Fails when the residents' bundle uses what Chrome 90 or Safari 15 cannot do. Run after a build (`npm run check`).
 *
 * Styles: doiuse, with the data of caniuse. Scripts: syntax is lowered by the build, ECMAScript names are checked by
 * tsconfig.public.json (lib ES2020), names of browser interfaces by the table below.
 */
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import doiuse from "doiuse";
import postcss from "postcss";

const ASSETS = resolve(import.meta.dirname, "../../linli/web/static/dist/assets");
const BROWSERS = ["chrome 90", "safari 15", "ios_saf 15.0-15.1"];

// What may be used although a browser lacks it, each with the reason why nothing is lost there.
const HARMLESS_STYLES = {
  "css-focus-visible": "written as :focus:not(:focus-visible), which Safari 15.3 skips: it then always shows the outline",
  "text-size-adjust": "-webkit-text-size-adjust stands beside it",
  "css3-cursors": "a phone has no pointer",
  "css-resize": "a text area without a handle still scrolls",
};
const TOO_NEW_STYLES = /:has\(|color-mix\(|light-dark\(|@container\b|@layer\b|@scope\b|oklch\(|oklab\(|\d[dsl]v[hw]\b|@starting-style|&/g;

// Interfaces that Chrome 90 or Safari 15.0 lack. `guarded`: the file that asks for it before using it.
const TOO_NEW_SCRIPTS = [
  { name: "randomUUID", since: "Chrome 92, Safari 15.4" },
  { name: "structuredClone", since: "Chrome 98, Safari 15.4" },
  { name: "requestSubmit", since: "Safari 16" },
  { name: "showPicker", since: "Chrome 99, Safari 16" },
  { name: "popover", since: "Chrome 114, Safari 17" },
  { name: "BroadcastChannel", since: "Safari 15.4" },
  { name: "OffscreenCanvas", since: "Safari 16.4" },
  { name: "createImageBitmap", since: "Safari 15 without options" },
  { name: "AbortSignal.timeout", since: "Chrome 103, Safari 16" },
  { name: "scheduler.", since: "Chrome 94, never Safari" },
  { name: "navigation.", since: "Chrome 102" },
  { name: "startViewTransition", since: "Chrome 111, Safari 18" },
  { name: "CompressionStream", since: "Safari 16.4" },
  { name: "inert", since: "Chrome 102, Safari 15.5" },
  { name: "showModal", since: "Safari 15.4", guarded: "blocks/dialog.ts" },
  { name: "requestIdleCallback", since: "never Safari 15" },
];

const files = readdirSync(ASSETS);
const own = (ending) => files.filter((name) => name.startsWith("public-") && name.endsWith(ending));
const found = [];
if (own(".css").length !== 1 || own(".js").length !== 1) found.push("the residents' bundle is missing: run `npm run build` first");

for (const name of own(".css")) {
  const css = readFileSync(resolve(ASSETS, name), "utf8");
  for (const match of css.matchAll(TOO_NEW_STYLES)) found.push(`${name}: ${match[0]} near “${css.slice(match.index - 30, match.index + 40)}”`);
  const seen = new Set();
  await postcss([
    doiuse({
      browsers: BROWSERS,
      ignore: Object.keys(HARMLESS_STYLES),
      onFeatureUsage: ({ feature, featureData, usage }) => {
        if (seen.has(feature) || !featureData.missing) return;
        seen.add(feature);
        found.push(`${name}: ${feature} is missing in ${featureData.missing} (“${String(usage).slice(0, 80)}”)`);
      },
    }),
  ]).process(css, { from: undefined });
}
for (const name of own(".js")) {
  const script = readFileSync(resolve(ASSETS, name), "utf8");
  for (const { name: word, since, guarded } of TOO_NEW_SCRIPTS) {
    const at = script.search(new RegExp(`\\b${word.replace(".", "\\.")}`));
    if (at >= 0 && !guarded) found.push(`${name}: ${word} exists since ${since} (“${script.slice(at - 30, at + 40)}”)`);
  }
}
for (const line of found) console.error(line);
console.log(found.length ? `${found.length} too new for ${BROWSERS.join(", ")}` : `residents' bundle: nothing too new for ${BROWSERS.join(", ")}`);
process.exitCode = found.length ? 1 : 0;
