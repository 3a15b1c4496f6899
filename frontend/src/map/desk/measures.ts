/** Lengths and areas on the ground, and how they are said. The plane is that of the server's distances.py, so that both agree. */

import { text } from "../../blocks/texts";

export type Point = [number, number];

const A_M = 6378137;
const FLATTENING = 1 / 298.257223563;
const E2 = FLATTENING * (2 - FLATTENING);

/** Metres of a degree along the parallel and along the meridian. */
function perDegree(lat: number): [number, number] {
  const phi = (lat * Math.PI) / 180;
  const squeeze = 1 - E2 * Math.sin(phi) ** 2;
  const degree = Math.PI / 180;
  return [(degree * A_M * Math.cos(phi)) / Math.sqrt(squeeze), (degree * A_M * (1 - E2)) / squeeze ** 1.5];
}

export function metres(from: Point, to: Point): number {
  const [east, north] = perDegree((from[1] + to[1]) / 2);
  return Math.hypot((to[0] - from[0]) * east, (to[1] - from[1]) * north);
}

export function lengthOf(points: Point[]): number {
  return points.slice(1).reduce((sum, point, at) => sum + metres(points[at]!, point), 0);
}

/** Square metres of a polygon that is not closed. */
export function areaOf(points: Point[]): number {
  const lat = points.reduce((sum, point) => sum + point[1], 0) / (points.length || 1);
  const [east, north] = perDegree(lat);
  const [lon0, lat0] = points[0] ?? [0, 0];
  const flat = points.map(([x, y]): Point => [(x - lon0) * east, (y - lat0) * north]);
  return Math.abs(flat.reduce((sum, [x, y], at) => {
    const [nextX, nextY] = flat[(at + 1) % flat.length]!;
    return sum + x * nextY - nextX * y;
  }, 0)) / 2;
}

/** The border of a circle, closed. */
export function circle(middle: Point, radius: number): Point[] {
  const [east, north] = perDegree(middle[1]);
  return Array.from({ length: 65 }, (_none, at): Point => {
    const turn = (at / 32) * Math.PI;
    return [middle[0] + (radius * Math.cos(turn)) / east, middle[1] + (radius * Math.sin(turn)) / north];
  });
}

const short = (value: number): string => String(value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));

export function lengthWords(length: number): string {
  return length < 1000 ? text("measure.m", { n: Math.round(length) }) : text("measure.km", { n: short(length / 1000) });
}

export function areaWords(area: number): string {
  if (area < 10_000) return text("measure.m2", { n: Math.round(area) });
  return area < 1_000_000 ? text("measure.ha", { n: short(area / 10_000) }) : text("measure.km2", { n: short(area / 1_000_000) });
}
