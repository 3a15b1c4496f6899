/** Vite settings of the two builds. build.mjs stands next to it and runs both into one folder.
 *
 * Two builds, because a target belongs to a build: staff pages (with MapLibre) need a current browser anyway, while the
 * pages of residents must run on the phone that somebody has had since 2021.
 */
import { resolve } from "node:path";
import { defineConfig, type UserConfig } from "vite";

const here = import.meta.dirname;
export const OUT_DIR = resolve(here, "../linli/web/static/dist");

const surfaces = {
  workbench: {
    input: { workbench: resolve(here, "src/workbench.ts"), map: resolve(here, "src/map/index.ts"), editor: resolve(here, "src/editor/index.ts") },
    // Vite's "baseline-widely-available" moves with every Vite release; named browsers keep a build the same.
    target: ["chrome111", "edge111", "firefox114", "safari16.4"],
  },
  public: { input: { public: resolve(here, "src/public.ts") }, target: ["chrome90", "safari15"] },
};

export type Surface = keyof typeof surfaces;

export function surface(name: Surface): UserConfig {
  return {
    configFile: false,
    root: here,
    // Relative addresses: the bundle works under whatever STATIC_URL says.
    base: "./",
    publicDir: false,
    logLevel: "warn",
    worker: { format: "es" },
    build: {
      outDir: OUT_DIR,
      emptyOutDir: false,
      manifest: `manifest-${name}.json`,
      target: surfaces[name].target,
      cssTarget: surfaces[name].target,
      // Inlined assets would be data: addresses, which the content security policy allows for images only.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      chunkSizeWarningLimit: 2000,
      rolldownOptions: {
        input: surfaces[name].input,
        // map is imported by address, from either surface: its exports are what the page calls. The editor takes more from the same file.
        preserveEntrySignatures: "allow-extension",
        output: {
          entryFileNames: "assets/[name]-[hash].js",
          chunkFileNames: "assets/[name]-[hash].js",
          assetFileNames: "assets/[name]-[hash][extname]",
        },
      },
    },
  };
}

export default defineConfig(surface("workbench"));
