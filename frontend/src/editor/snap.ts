/** Where a finger or a mouse means to be: on a node, a border, the corner or wall of a building, the middle of a street. */

import type { Position } from "geojson";
import type { Map as MapLibre, PointLike } from "maplibre-gl";
import { type Point, metres, nearest, pointOf } from "./geometry";
import type { Drawn } from "./model";

const STREETS = ["base-road-lane", "base-road-small", "base-road-middle", "base-road-great"];
const BUILDINGS = ["base-building"];

/** A place on the map that somebody points at. `free`: not to be drawn onto anything near. */
export interface Spot {
  at: Point;
  x: number;
  y: number;
  reach_px: number;
  reach_m: number;
  free: boolean;
}

/** The place that is meant, what it lies on, and the line there that may be followed. */
export interface Snapped {
  at: Point;
  on: "" | "corner" | "border" | "building" | "street";
  line: Position[] | null;
}

/** The lines of what the ground under the draft shows near a spot. */
function groundLines(map: MapLibre, spot: Spot, layers: string[]): Position[][] {
  const there = layers.filter((id) => map.getLayer(id));
  if (!there.length) return [];
  const box: [PointLike, PointLike] = [[spot.x - spot.reach_px, spot.y - spot.reach_px], [spot.x + spot.reach_px, spot.y + spot.reach_px]];
  return map.queryRenderedFeatures(box, { layers: there }).flatMap(({ geometry }): Position[][] => {
    if (geometry.type === "LineString") return [geometry.coordinates];
    if (geometry.type === "MultiLineString" || geometry.type === "Polygon") return geometry.coordinates;
    return geometry.type === "MultiPolygon" ? geometry.coordinates.flat() : [];
  });
}

/** The corner of a line nearest to a spot, where one is in reach. */
function cornerOf(line: Position[], spot: Spot): { at: Point; metres: number } | null {
  let best: { at: Point; metres: number } | null = null;
  for (const position of line) {
    const far = metres(position, spot.at);
    if (far <= spot.reach_m && (!best || far < best.metres)) best = { at: pointOf(position), metres: far };
  }
  return best;
}

/** What a spot is drawn onto. Points of borders come first, then whatever is nearest; borders that are being moved are `left` out. */
export function snapped(map: MapLibre, drawn: Drawn, spot: Spot, left: ReadonlySet<number> = new Set()): Snapped {
  const nothing: Snapped = { at: spot.at, on: "", line: null };
  if (spot.free) return nothing;
  const borders = drawn.arcsNear(spot.at, spot.reach_m).filter(({ arc }) => !left.has(arc.id));
  let best: { snap: Snapped; metres: number } | null = null;
  const offer = (at: Point, far: number, on: Snapped["on"], line: Position[] | null): void => {
    if (far <= spot.reach_m && (!best || far < best.metres)) best = { snap: { at, on, line }, metres: far };
  };
  for (const { arc } of borders) {
    const corner = cornerOf(arc.points, spot);
    if (corner) offer(corner.at, corner.metres, "corner", arc.points);
  }
  if (best) return (best as { snap: Snapped }).snap;
  for (const { arc, near } of borders) offer(near.at, near.metres, "border", arc.points);
  const walls = [...drawn.sites.flatMap(({ ring, lon, lat }) => (ring && metres([lon, lat], spot.at) < 500 ? [ring] : [])), ...groundLines(map, spot, BUILDINGS)];
  for (const ring of walls) {
    const corner = cornerOf(ring, spot);
    if (corner) offer(corner.at, corner.metres, "building", ring);
    else {
      const near = nearest(ring, spot.at);
      offer(near.at, near.metres, "building", ring);
    }
  }
  for (const line of groundLines(map, spot, STREETS)) {
    const near = nearest(line, spot.at);
    offer(near.at, near.metres, "street", line);
  }
  return best ? (best as { snap: Snapped }).snap : nothing;
}

/** The outline of a building that the ground shows at a spot; of a draft's own buildings `Drawn.siteAt` knows. */
export function groundBuilding(map: MapLibre, spot: Spot): Point[] | null {
  const there = BUILDINGS.filter((id) => map.getLayer(id));
  if (!there.length) return null;
  const found = map.queryRenderedFeatures([spot.x, spot.y], { layers: there })[0]?.geometry;
  const ring = found?.type === "Polygon" ? found.coordinates[0] : found?.type === "MultiPolygon" ? found.coordinates[0]?.[0] : undefined;
  return ring ? ring.map(pointOf) : null;
}
