/** Colours of the map, light and dark, beside those of styles/tokens.css (a canvas cannot read a style sheet cheaply). */

import type { Clock } from "./settings";

export interface Palette {
  land: string;
  landuse: string;
  green: string;
  water: string;
  waterEdge: string;
  road: string;
  roadGreat: string;
  roadEdge: string;
  building: string;
  buildingEdge: string;
  label: string;
  roadLabel: string;
  waterLabel: string;
  halo: string;
  grid: string;
  component: string;
  /** From nothing to all: one hue that grows darker (lighter at night), so that it is told apart without telling colours apart. */
  shades: [string, string, string, string, string];
  card: string;
  text: string;
  clock: Record<Clock, string>;
}

export const LIGHT: Palette = {
  land: "#f3f1ed",
  landuse: "#ece8e1",
  green: "#d5e4c8",
  water: "#b7d5e6",
  waterEdge: "#9cc2d8",
  road: "#ffffff",
  roadGreat: "#fdf1d3",
  roadEdge: "#cfc9bf",
  building: "#dcd6cc",
  buildingEdge: "#c9c2b6",
  label: "#4f4a43",
  roadLabel: "#6b665e",
  waterLabel: "#5f7f92",
  halo: "#f8f7f5",
  grid: "#0f766e",
  component: "#7c4f9e",
  shades: ["#fbfaf8", "#c9e3df", "#87c2ba", "#3f968c", "#0b534d"],
  card: "#ffffff",
  text: "#22201d",
  clock: { on_time: "#0f766e", amber: "#c26a0c", red: "#b3201d", paused: "#6b665e", done: "#6b665e" },
};

export const DARK: Palette = {
  land: "#201f1d",
  landuse: "#252422",
  green: "#26301f",
  water: "#1a3040",
  waterEdge: "#24445a",
  road: "#45413b",
  roadGreat: "#574d37",
  roadEdge: "#151412",
  building: "#302d29",
  buildingEdge: "#3d3934",
  label: "#c4beb4",
  roadLabel: "#a09a90",
  waterLabel: "#7597aa",
  halo: "#1a1917",
  grid: "#4fbcb0",
  component: "#c9a6e6",
  shades: ["#151413", "#164540", "#23716a", "#46a99d", "#a8ece2"],
  card: "#232220",
  text: "#ece9e4",
  clock: { on_time: "#4fbcb0", amber: "#f2ae4e", red: "#f0665c", paused: "#b8b2a8", done: "#b8b2a8" },
};
