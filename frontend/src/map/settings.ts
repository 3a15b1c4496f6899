/** What a page says about its map: the JSON in `data-map`, checked once here. index.ts stands next to it and draws. */

import type { FeatureCollection } from "geojson";

/** An address of GeoJSON, the GeoJSON itself, or (cases, grids) an address of vector tiles with {z}/{x}/{y}. */
export type Source = string | FeatureCollection;

/** A sign that points of a layer bear, with its colour (a state of a clock) and what it means. */
export interface OwnSign {
  mark: string;
  tone: Clock | "component";
  words: string;
}

/** A layer of a department: its words, the address that answers with its points in a box, and what its signs mean. */
export interface OwnLayer {
  code: string;
  words: string;
  url: string;
  legend: OwnSign[];
}

/** What stands beside the map of the desk (desk/): the page of case 0, the list in view, figures by area and by day, what is at a point. */
export interface DeskSettings {
  case: string;
  list: string;
  shades: string;
  days: string;
  place: string;
}

/** Another layer of grids than the main one: its words and its tiles (layers `grids` and `grid_names`). */
export interface GridLayer {
  code: string;
  words: string;
  tiles: string;
}

export interface MapSettings {
  title: string;
  base: string;
  base_kind: "vector" | "raster";
  base_max_zoom: number;
  attribution: string;
  center: [number, number] | null;
  zoom: number;
  bounds: [number, number, number, number] | null;
  grids: Source | null;
  selected: string;
  /** How much of something is done in which grids, by their uuid: 0 to 4, from nothing to all; each is filled with a shade of one hue. */
  shades: Record<string, number>;
  grid_layers: GridLayer[];
  cases: Source | null;
  components: Source | null;
  point: [number, number] | null;
  pick: boolean;
  pick_fields: string;
  layers: boolean;
  own: OwnLayer[];
  /** The address of what a file of ground would change (plan.ts). */
  plan: string;
  desk: DeskSettings | null;
}

const PLAIN: MapSettings = {
  title: "",
  base: "",
  base_kind: "vector",
  base_max_zoom: 14,
  attribution: "",
  center: null,
  zoom: 13,
  bounds: null,
  grids: null,
  selected: "",
  shades: {},
  grid_layers: [],
  cases: null,
  components: null,
  point: null,
  pick: false,
  pick_fields: "",
  layers: false,
  own: [],
  plan: "",
  desk: null,
};

/** Parses `data-map`, or another attribute. Throws an error that names an unknown key, for the author of the page. */
export function readSettings(element: HTMLElement, name = "map"): MapSettings {
  const given = JSON.parse(element.dataset[name] || "{}") as Partial<MapSettings>;
  for (const key of Object.keys(given)) {
    if (!(key in PLAIN)) throw new Error(`data-${name} has an unknown key: ${key}. Known: ${Object.keys(PLAIN).join(", ")}`);
  }
  return { ...PLAIN, ...given };
}

/** The five clock states, in the order in which a ring shows them. */
export const CLOCKS = ["red", "amber", "on_time", "paused", "done"] as const;
export type Clock = (typeof CLOCKS)[number];
