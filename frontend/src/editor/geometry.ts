/** Distances and lines within a few kilometres: near enough to say what somebody means with a finger. What holds is checked on the server. */

import type { MultiPolygon, Polygon, Position } from "geojson";

export type Point = [number, number];

const METRES_PER_DEGREE = 111_195;

/** Of a line: the place nearest to a point, how far it is in metres, and after which of its points it lies. */
export interface Near {
  at: Point;
  metres: number;
  after: number;
}

export const same = (one: Position, other: Position): boolean => one[0] === other[0] && one[1] === other[1];

export const pointOf = (position: Position): Point => [position[0]!, position[1]!];

export function metres(one: Position, other: Position): number {
  const across = Math.cos((one[1]! * Math.PI) / 180);
  return METRES_PER_DEGREE * Math.hypot((one[0]! - other[0]!) * across, one[1]! - other[1]!);
}

/** The point that many metres east and north. */
export function moved(from: Position, east_m: number, north_m: number): Point {
  const across = Math.cos((from[1]! * Math.PI) / 180);
  return [from[0]! + east_m / METRES_PER_DEGREE / across, from[1]! + north_m / METRES_PER_DEGREE];
}

/** How wide a pixel of the map is at a place, in metres (tiles of 512 pixels). */
export const pixelMetres = (zoom: number, latitude: number): number =>
  (360 * METRES_PER_DEGREE * Math.cos((latitude * Math.PI) / 180)) / (512 * 2 ** zoom);

/** Where a line comes nearest to a point. */
export function nearest(line: Position[], to: Position): Near {
  let best: Near = { at: pointOf(line[0]!), metres: metres(line[0]!, to), after: 0 };
  const across = Math.cos((to[1]! * Math.PI) / 180);
  for (let place = 0; place + 1 < line.length; place += 1) {
    const [start, end] = [line[place]!, line[place + 1]!];
    const [east, north] = [(end[0]! - start[0]!) * across, end[1]! - start[1]!];
    const length2 = east * east + north * north;
    const along = length2 && ((to[0]! - start[0]!) * across * east + (to[1]! - start[1]!) * north) / length2;
    const share = Math.min(1, Math.max(0, along));
    const at: Point = [start[0]! + (end[0]! - start[0]!) * share, start[1]! + (end[1]! - start[1]!) * share];
    const far = metres(at, to);
    if (far < best.metres) best = { at, metres: far, after: place };
  }
  return best;
}

/** The points of a line that lie between two places on it, in the order in which one passes them; nothing where either lies beside it. */
export function between(line: Position[], from: Position, to: Position, reach_m: number): Point[] {
  const [start, end] = [nearest(line, from), nearest(line, to)];
  if (start.metres > reach_m || end.metres > reach_m || start.after === end.after) return [];
  const forward = start.after < end.after;
  const passed = forward ? line.slice(start.after + 1, end.after + 1) : line.slice(end.after + 1, start.after + 1).reverse();
  return passed.map(pointOf).filter((point) => !same(point, from) && !same(point, to));
}

/** Whether a point lies inside a polygon (by the even number of borders between it and the far east). */
export function contains(shape: Polygon | MultiPolygon, at: Position): boolean {
  const polygons = shape.type === "Polygon" ? [shape.coordinates] : shape.coordinates;
  return polygons.some((rings) => rings.reduce((inside, ring) => inside !== isInRing(ring, at), false));
}

function isInRing(ring: Position[], [x, y]: Position): boolean {
  let inside = false;
  for (let place = 0, before = ring.length - 1; place < ring.length; before = place, place += 1) {
    const [start, end] = [ring[before]!, ring[place]!];
    if (start[1]! > y! !== end[1]! > y! && x! < start[0]! + ((end[0]! - start[0]!) * (y! - start[1]!)) / (end[1]! - start[1]!)) inside = !inside;
  }
  return inside;
}

/** Where the name of a polygon stands: in the middle of its widest piece at half of its height, so always inside. */
export function middle(shape: Polygon | MultiPolygon): Point {
  const polygons = shape.type === "Polygon" ? [shape.coordinates] : shape.coordinates;
  const height = (rings: Position[][]): number => Math.max(...rings[0]!.map(([, y]) => y!)) - Math.min(...rings[0]!.map(([, y]) => y!));
  const rings = polygons.reduce((best, next) => (height(next) > height(best) ? next : best));
  const ys = rings[0]!.map(([, y]) => y!);
  const y = (Math.min(...ys) + Math.max(...ys)) / 2;
  const crossings = rings
    .flatMap((ring) =>
      ring.slice(1).flatMap((end, place): number[] => {
        const start = ring[place]!;
        return start[1]! > y === end[1]! > y ? [] : [start[0]! + ((end[0]! - start[0]!) * (y - start[1]!)) / (end[1]! - start[1]!)];
      }),
    )
    .sort((one, other) => one - other);
  let best: [number, number] = [crossings[0] ?? rings[0]![0]![0]!, crossings[1] ?? rings[0]![0]![0]!];
  for (let place = 0; place + 1 < crossings.length; place += 2) {
    if (crossings[place + 1]! - crossings[place]! > best[1] - best[0]) best = [crossings[place]!, crossings[place + 1]!];
  }
  return [(best[0] + best[1]) / 2, y];
}
