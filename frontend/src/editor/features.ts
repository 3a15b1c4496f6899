/** Small makers of GeoJSON for what is drawn over the map. `is` says what a shape is, and stage.ts how that looks. */

import type { Feature, FeatureCollection, Position } from "geojson";

export type Is = "line" | "area" | "node" | "vertex" | "between" | "picked" | "point" | "snap";

export const collection = (features: Feature[]): FeatureCollection => ({ type: "FeatureCollection", features });

export const line = (points: Position[], is: Is = "line"): Feature => ({ type: "Feature", geometry: { type: "LineString", coordinates: points }, properties: { is } });

export const point = (at: Position, is: Is): Feature => ({ type: "Feature", geometry: { type: "Point", coordinates: at }, properties: { is } });

export const area = (ring: Position[], is: Is = "area"): Feature => ({
  type: "Feature",
  geometry: { type: "Polygon", coordinates: [[...ring, ring[0]!]] },
  properties: { is },
});
