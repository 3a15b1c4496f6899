/** What the editor of grids knows: borders (arcs) and grids (faces) as the server gave them. The server owns the truth: the answer to a step
 * says what is different and is put in here. */

import type { MultiPolygon, Polygon } from "geojson";
import { type Near, type Point, contains, nearest, same } from "./geometry";

export interface Arc {
  id: number;
  points: Point[];
  left: string;
  right: string;
  movable: boolean;
}

export interface Face {
  code: string;
  name: string;
  /** The name in the language of the page. */
  title: string;
  kind: string;
  purpose: string;
  polygon: Polygon | MultiPolygon;
  households: number | null;
  people: number | null;
  estimate: boolean;
  buildings: number | null;
  area_m2: number;
  compactness: number;
  worker: string;
  fits: boolean | null;
}

export interface Site {
  code: string;
  lon: number;
  lat: number;
  households: number | null;
  ring: Point[] | null;
}

export interface Step {
  revision: number;
  can_undo: boolean;
  can_redo: boolean;
  arcs: Arc[];
  arcs_gone: number[];
  faces: Face[];
  faces_gone: string[];
}

export interface Editing {
  name: string;
  at: string;
  is_self: boolean;
}

export interface Whole extends Step {
  draft: { state: string };
  sites: Site[];
  mended: string[];
  mended_m: number;
  editing: Editing[];
}

/** Degrees around a point within which a line can be as near as `reach_m`; a little wide, so that nothing is missed. */
const around = (at: Point, reach_m: number): number => reach_m / 90_000 / Math.max(0.1, Math.cos((at[1] * Math.PI) / 180));

export class Drawn {
  arcs = new Map<number, Arc>();
  faces = new Map<string, Face>();
  sites: Site[] = [];
  revision = 0;
  canUndo = false;
  canRedo = false;

  /** Puts in what a step changed. */
  take(step: Step): void {
    for (const id of step.arcs_gone) this.arcs.delete(id);
    for (const code of step.faces_gone) this.faces.delete(code);
    for (const arc of step.arcs) this.arcs.set(arc.id, arc);
    for (const face of step.faces) this.faces.set(face.code, face);
    this.revision = step.revision;
    this.canUndo = step.can_undo;
    this.canRedo = step.can_redo;
  }

  /** Begins anew with all of a draft. */
  begin(whole: Whole): void {
    this.arcs.clear();
    this.faces.clear();
    this.sites = whole.sites;
    this.take(whole);
  }

  /** The grids by code. */
  sorted(): Face[] {
    return [...this.faces.values()].sort((one, other) => (one.code < other.code ? -1 : 1));
  }

  faceAt(at: Point): Face | undefined {
    return [...this.faces.values()].find(({ polygon }) => contains(polygon, at));
  }

  /** The building whose outline holds a point, or that stands within reach of it. */
  siteAt(at: Point, reach_m: number): Site | undefined {
    const within = around(at, reach_m);
    let found: Site | undefined;
    for (const site of this.sites) {
      if (Math.abs(site.lon - at[0]) > within + 0.005 || Math.abs(site.lat - at[1]) > within + 0.005) continue;
      if (site.ring && contains({ type: "Polygon", coordinates: [site.ring] }, at)) return site;
      if (!site.ring && Math.hypot(site.lon - at[0], site.lat - at[1]) < within) found = site;
    }
    return found;
  }

  /** The borders within reach of a point, the nearest first. */
  arcsNear(at: Point, reach_m: number, ids?: Iterable<number>): { arc: Arc; near: Near }[] {
    const within = around(at, reach_m);
    const found: { arc: Arc; near: Near }[] = [];
    for (const arc of ids ? [...ids].map((id) => this.arcs.get(id)!) : this.arcs.values()) {
      if (!passes(arc.points, at, within)) continue;
      const near = nearest(arc.points, at);
      if (near.metres <= reach_m) found.push({ arc, near });
    }
    return found.sort((one, other) => one.near.metres - other.near.metres);
  }

  /** The borders that end at a place. */
  endingAt(place: Point): Arc[] {
    return [...this.arcs.values()].filter(({ points }) => same(points[0]!, place) || same(points[points.length - 1]!, place));
  }

  /** The places where borders end that may be moved: those at which no outline ends. */
  nodes(): Point[] {
    const known = new Map<string, { at: Point; free: boolean }>();
    for (const { points, movable } of this.arcs.values()) {
      for (const at of [points[0]!, points[points.length - 1]!]) {
        const key = at.join();
        known.set(key, { at, free: movable && (known.get(key)?.free ?? true) });
      }
    }
    return [...known.values()].filter(({ free }) => free).map(({ at }) => at);
  }

  /** The borders of a grid. */
  around(code: string): number[] {
    return [...this.arcs.values()].filter(({ left, right }) => left === code || right === code).map(({ id }) => id);
  }

  /** West, south, east, north of some grids, or of all. */
  bounds(codes?: Iterable<string>): [number, number, number, number] | undefined {
    const arcs = codes ? [...codes].flatMap((code) => this.around(code)).map((id) => this.arcs.get(id)!) : [...this.arcs.values()];
    const box: [number, number, number, number] = [180, 90, -180, -90];
    for (const { points } of arcs) {
      for (const [lon, lat] of points) {
        box[0] = Math.min(box[0], lon);
        box[1] = Math.min(box[1], lat);
        box[2] = Math.max(box[2], lon);
        box[3] = Math.max(box[3], lat);
      }
    }
    return arcs.length ? box : undefined;
  }
}

/** Whether a line may come that near: whether any of its pieces has its box within so many degrees. */
function passes(points: Point[], [x, y]: Point, within: number): boolean {
  for (let place = 0; place + 1 < points.length; place += 1) {
    const [start, end] = [points[place]!, points[place + 1]!];
    if (
      Math.min(start[0], end[0]) - within <= x && x <= Math.max(start[0], end[0]) + within &&
      Math.min(start[1], end[1]) - within <= y && y <= Math.max(start[1], end[1]) + within
    ) return true;
  }
  return false;
}
