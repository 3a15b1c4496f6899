/** Colours of the map, light and dark, beside those of styles/tokens.css (a canvas cannot read a style sheet cheaply). */

import type { Clock } from "./settings";

export interface Palette {
  land: string;
  landuse: string;
  green: string;
  water: string;
  road: string;
  roadEdge: string;
  building: string;
  label: string;
  waterLabel: string;
  halo: string;
  grid: string;
  component: string;
  card: string;
  text: string;
  clock: Record<Clock, string>;
}

export const LIGHT: Palette = {
  land: "#f3f1ed",
  landuse: "#edeae5",
  green: "#e3eadb",
  water: "#cfdfe8",
  road: "#ffffff",
  roadEdge: "#dedad3",
  building: "#e6e2dc",
  label: "#6b665e",
  waterLabel: "#5f7f92",
  halo: "#f8f7f5",
  grid: "#0f766e",
  component: "#6b665e",
  card: "#ffffff",
  text: "#22201d",
  clock: { on_time: "#0f766e", amber: "#c26a0c", red: "#b3201d", paused: "#6b665e", done: "#6b665e" },
};

export const DARK: Palette = {
  land: "#201f1d",
  landuse: "#252422",
  green: "#242a22",
  water: "#1b2a33",
  road: "#3a3733",
  roadEdge: "#191816",
  building: "#2b2926",
  label: "#a09a90",
  waterLabel: "#7597aa",
  halo: "#1a1917",
  grid: "#4fbcb0",
  component: "#b8b2a8",
  card: "#232220",
  text: "#ece9e4",
  clock: { on_time: "#4fbcb0", amber: "#f2ae4e", red: "#f0665c", paused: "#b8b2a8", done: "#b8b2a8" },
};
