/** The quiet base: light grey land, white streets, pale water, place names in grey; layers.ts puts linli's own on top.
 *
 * Vector tiles carry the layers land, water, green, landuse, road (class, name), building, place (class, name). There is no
 * `glyphs` address: MapLibre draws every character locally from the fonts named in text-font.
 */

import type { LayerSpecification, SourceSpecification, StyleSpecification } from "maplibre-gl";
import type { Palette } from "./palette";
import type { MapSettings } from "./settings";

export const FONT = ["PingFang SC, HarmonyOS Sans SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"];

const absolute = (url: string): string => decodeURI(new URL(url, document.baseURI).href);

function source(settings: MapSettings): SourceSpecification {
  const shared = { tiles: [absolute(settings.base)], maxzoom: settings.base_max_zoom, attribution: settings.attribution };
  return settings.base_kind === "raster" ? { type: "raster", tileSize: 256, ...shared } : { type: "vector", ...shared };
}

type Expression = ["interpolate", ["linear"] | ["exponential", number], ["zoom"], ...(number | unknown)[]];
const byZoom = (...stops: unknown[]): Expression => ["interpolate", ["exponential", 1.5], ["zoom"], ...stops];
const byClass = (main: number, minor: number): unknown => [
  "match", ["get", "class"], ["motorway", "trunk", "primary", "main"], main, ["secondary", "tertiary"], (main + minor) / 2, minor,
];

function layers(colours: Palette): LayerSpecification[] {
  const fill = (id: string, color: string, minzoom = 0): LayerSpecification => ({
    id: `base-${id}`, type: "fill", source: "base", "source-layer": id, minzoom, paint: { "fill-color": color },
  });
  const road = (id: string, color: string, extra: number): LayerSpecification =>
    ({
      id, type: "line", source: "base", "source-layer": "road",
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": color, "line-width": byZoom(10, byClass(0.8 + extra, 0.2), 14, byClass(5 + extra, 2 + extra), 18, byClass(26 + extra, 13 + extra)) },
    }) as LayerSpecification;
  const label = (id: string, layer: string, color: string, minzoom: number, size: unknown, along: boolean): LayerSpecification =>
    ({
      id, type: "symbol", source: "base", "source-layer": layer, minzoom, filter: ["has", "name"],
      layout: {
        "text-field": ["get", "name"], "text-font": FONT, "text-size": size, "text-max-width": 8,
        ...(along ? { "symbol-placement": "line", "symbol-spacing": 320, "text-letter-spacing": 0.15 } : { "text-padding": 12 }),
      },
      paint: { "text-color": color, "text-halo-color": colours.halo, "text-halo-width": 1.4 },
    }) as LayerSpecification;
  return [
    fill("land", colours.land),
    fill("landuse", colours.landuse, 12),
    fill("green", colours.green),
    fill("water", colours.water),
    { ...fill("building", colours.building, 14), paint: { "fill-color": colours.building, "fill-outline-color": colours.roadEdge } } as LayerSpecification,
    road("base-road-edge", colours.roadEdge, 1.4),
    road("base-road", colours.road, 0),
    label("base-road-name", "road", colours.label, 14, 12, true),
    label("base-water-name", "water", colours.waterLabel, 12, 13, false),
    label("base-place", "place", colours.label, 11, byZoom(11, 11, 17, 14), false),
  ];
}

/** The style document for a palette. Without a base address it is plain land. */
export function baseStyle(settings: MapSettings, colours: Palette): StyleSpecification {
  const ground: LayerSpecification = { id: "ground", type: "background", paint: { "background-color": colours.land } };
  if (!settings.base) return { version: 8, sources: {}, layers: [ground] };
  const own: LayerSpecification[] =
    settings.base_kind === "raster"
      ? [{ id: "base-raster", type: "raster", source: "base", paint: { "raster-saturation": -0.7, "raster-opacity": 0.75 } }]
      : layers(colours);
  return { version: 8, sources: { base: source(settings) }, layers: [ground, ...own] };
}
