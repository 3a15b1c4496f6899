/** Builds both surfaces into linli/web/static/dist: hashed files under assets/ and one manifest per surface.
 *
 * Beside each file that gains by it lies its .gz and .br, made once here; the server hands out what the browser takes.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "vite";
import { OUT_DIR, surface } from "./vite.config.ts";

const SMALLEST_BYTES = 1000;

function compress(folder) {
  for (const name of readdirSync(folder).filter((file) => /\.(js|css|svg)$/.test(file))) {
    const content = readFileSync(resolve(folder, name));
    if (content.length < SMALLEST_BYTES) continue;
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
    writeFileSync(resolve(folder, `${name}.gz`), gzipSync(content, { level: 9 }));
    writeFileSync(resolve(folder, `${name}.br`), brotliCompressSync(content, { params }));
  }
}

rmSync(OUT_DIR, { recursive: true, force: true });
for (const name of ["workbench", "public"]) {
  await build(surface(name));
}
compress(resolve(OUT_DIR, "assets"));
