/** Holds the base style of the map to MapLibre's own description of a style and to the hierarchy of streets, in both palettes. */
import { validateStyleMin } from "@maplibre/maplibre-gl-style-spec";

globalThis.document = { baseURI: "https://city.example/map/" };
const { FONT, baseStyle } = await import("../src/map/base-style.ts");
const { DARK, LIGHT } = await import("../src/map/palette.ts");

// What the tiles of linli's own base maps carry (docs/frontend.md).
const IN_TILES = ["land", "water", "green", "landuse", "road", "building", "place"];
const wrong = [];
const ask = (holds, words) => holds || wrong.push(words);

for (const [name, palette] of Object.entries({ LIGHT, DARK })) {
  for (const kind of ["vector", "raster", ""]) {
    const style = baseStyle({ base: kind && "/tiles/{z}/{x}/{y}", base_kind: kind, base_max_zoom: 14, attribution: "" }, palette);
    const glyphless = validateStyleMin(style).filter(({ message }) => !message.includes('use of "text-field" requires a style "glyphs" property'));
    for (const { message } of glyphless) wrong.push(`${name}, ${kind || "no base"}: ${message}`);
    if (kind !== "vector") continue;
    const place = (id) => style.layers.findIndex((layer) => layer.id === id);
    const used = new Set(style.layers.map((layer) => layer["source-layer"]).filter(Boolean));
    ask(IN_TILES.every((one) => used.has(one)) && used.size === IN_TILES.length, `${name}: layers of the tiles and of the style differ: ${[...used]}`);
    for (const street of ["lane", "small", "middle", "great"]) {
      const [edge, line, label] = [`base-road-${street}-edge`, `base-road-${street}`, `base-road-name-${street}`].map(place);
      ask(edge > place("base-water") && line > edge && label > line, `${name}: ${street} is not drawn above water, its edge below it, its name above it`);
      const width = (at) => style.layers[at].paint["line-width"].at(-1);
      ask(edge >= 0 && line >= 0 && width(edge) > width(line), `${name}: the edge of ${street} is not wider than the street`);
      ask(style.layers[label]?.layout["symbol-placement"] === "line", `${name}: the name of ${street} does not run along it`);
    }
    const widths = ["lane", "small", "middle", "great"].map((street) => style.layers[place(`base-road-${street}`)].paint["line-width"].at(-1));
    ask(widths.every((one, at) => !at || one > widths[at - 1]), `${name}: a greater street is not wider: ${widths}`);
    for (const layer of style.layers.filter(({ type }) => type === "symbol")) {
      ask(layer.layout["text-font"] === FONT, `${name}: ${layer.id} names other fonts`);
      ask(!layer.maxzoom || layer.minzoom < layer.maxzoom, `${name}: ${layer.id} is seen at no zoom`);
    }
  }
}
for (const words of wrong) console.error(words);
process.exitCode = wrong.length ? 1 : 0;
