/** Builds both surfaces into linli/web/static/dist: hashed files under assets/ and one manifest per surface. */
import { rmSync } from "node:fs";
import { build } from "vite";
import { OUT_DIR, surface } from "./vite.config.ts";

rmSync(OUT_DIR, { recursive: true, force: true });
for (const name of ["workbench", "public"]) {
  await build(surface(name));
}
