/** Draws a draft on the map: grids, borders, buildings, and what the present tool holds. The map itself is that of map/index.ts. */

import type { Feature, FeatureCollection } from "geojson";
import type { ExpressionSpecification, GeoJSONSource, LayerSpecification, Map as MapLibre } from "maplibre-gl";
import { FONT, type Palette } from "../map/index";
import { collection } from "./features";
import { middle } from "./geometry";
import type { Drawn } from "./model";
import { number } from "./numbers";

const SOURCES = ["faces", "names", "arcs", "sites", "tool"] as const;
type Source = (typeof SOURCES)[number];

/** What stands out: the chosen grid, one that is about to join it, the border that is worked on. */
export interface Marked {
  face: string;
  other: string;
  arc: number;
}

const is = (...what: string[]): ExpressionSpecification => ["in", ["get", "is"], ["literal", what]];
const level = (of: number): ExpressionSpecification => ["==", ["get", "level"], of];

export class Stage {
  private readonly shown: Record<Source, FeatureCollection> = { faces: collection([]), names: collection([]), arcs: collection([]), sites: collection([]), tool: collection([]) };

  constructor(
    private readonly map: MapLibre,
    private readonly drawn: Drawn,
  ) {}

  /** Adds all layers to a style that was just loaded. */
  addTo(colours: Palette): void {
    for (const source of SOURCES) this.map.addSource(source, { type: "geojson", data: this.shown[source], maxzoom: 20 });
    const large = matchMedia("(pointer: coarse)").matches ? 3 : 0;
    const names = this.map.getStyle().layers.find(({ type }) => type === "symbol")?.id;
    const below: LayerSpecification[] = [
      {
        id: "editor-face", type: "fill", source: "faces",
        paint: {
          "fill-color": ["case", ["get", "fits"], colours.grid, colours.clock.amber],
          "fill-opacity": ["case", level(2), 0.24, level(1), 0.16, ["get", "fits"], 0.03, 0.14],
        },
      },
      { id: "editor-site", type: "fill", source: "sites", filter: ["==", ["geometry-type"], "Polygon"], minzoom: 14, paint: { "fill-color": colours.building, "fill-outline-color": colours.buildingEdge } },
      {
        id: "editor-site-point", type: "circle", source: "sites", filter: ["==", ["geometry-type"], "Point"], minzoom: 14,
        paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 14, 1.5, 18, 5], "circle-color": colours.label, "circle-opacity": 0.7 },
      },
      {
        id: "editor-arc", type: "line", source: "arcs", layout: { "line-join": "round", "line-cap": "round" },
        paint: {
          "line-color": ["case", ["get", "movable"], colours.grid, colours.label],
          "line-width": ["case", level(1), 4.5, ["get", "movable"], 1.8, 2.6],
          "line-opacity": ["case", level(1), 1, ["get", "movable"], 0.85, 0.6],
        },
      },
    ];
    const above: LayerSpecification[] = [
      {
        id: "editor-name", type: "symbol", source: "names", minzoom: 12.5,
        layout: { "text-field": ["get", "words"], "text-font": FONT, "text-size": ["interpolate", ["linear"], ["zoom"], 13, 10.5, 16, 13], "text-max-width": 7, "text-padding": 2 },
        paint: { "text-color": colours.grid, "text-halo-color": colours.halo, "text-halo-width": 1.8 },
      },
      { id: "editor-area", type: "fill", source: "tool", filter: is("area"), paint: { "fill-color": colours.clock.amber, "fill-opacity": 0.25 } },
      {
        id: "editor-line", type: "line", source: "tool", filter: is("line", "area"), layout: { "line-join": "round", "line-cap": "round" },
        paint: { "line-color": colours.clock.amber, "line-width": 3, "line-dasharray": [1.6, 1.4] },
      },
      {
        id: "editor-point", type: "circle", source: "tool", filter: ["==", ["geometry-type"], "Point"],
        paint: {
          "circle-radius": ["match", ["get", "is"], "node", 7 + large, "picked", 8 + large, "snap", 9 + large, "between", 3.2 + large, 5 + large],
          "circle-color": ["match", ["get", "is"], ["picked", "point"], colours.clock.amber, "snap", "rgba(0,0,0,0)", colours.card],
          "circle-opacity": ["match", ["get", "is"], "between", 0.75, 1],
          "circle-stroke-color": ["match", ["get", "is"], ["picked", "point", "snap"], colours.clock.amber, colours.grid],
          "circle-stroke-width": ["match", ["get", "is"], "node", 3.5, "between", 1.2, 2.2],
        },
      },
    ];
    for (const layer of below) this.map.addLayer(layer, names);
    for (const layer of above) this.map.addLayer(layer);
  }

  private put(source: Source, features: Feature[]): void {
    this.shown[source] = collection(features);
    (this.map.getSource(source) as GeoJSONSource | undefined)?.setData(this.shown[source]);
  }

  /** Draws the draft as it stands. */
  draw(marked: Marked): void {
    const faces = this.drawn.sorted();
    this.put("faces", faces.map(({ code, polygon, fits }) => ({
      type: "Feature", geometry: polygon, properties: { level: code === marked.face ? 2 : code === marked.other ? 1 : 0, fits: fits !== false },
    })));
    this.put("names", faces.map(({ code, title, polygon, households }) => ({
      type: "Feature", geometry: { type: "Point", coordinates: middle(polygon) },
      properties: { words: [title || code, ...(households === null ? [] : [number(households)])].join("\n") },
    })));
    this.put("arcs", [...this.drawn.arcs.values()].map(({ id, points, movable }) => ({
      type: "Feature", geometry: { type: "LineString", coordinates: points }, properties: { movable, level: id === marked.arc ? 1 : 0 },
    })));
  }

  drawSites(): void {
    this.put("sites", this.drawn.sites.map(({ ring, lon, lat }) => ({
      type: "Feature", properties: {},
      geometry: ring ? { type: "Polygon", coordinates: [ring] } : { type: "Point", coordinates: [lon, lat] },
    })));
  }

  drawTool(features: Feature[]): void {
    this.put("tool", features);
  }
}
