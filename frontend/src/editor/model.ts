/** What the editor of grids knows: borders (arcs) and grids (faces) as the server gave them. The server owns the truth; a step's answer
 * says what is different and is put in here. index.ts stands next to it. */

import type { Feature, FeatureCollection, MultiPolygon, Polygon, Position } from "geojson";

export type Point = [number, number];

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
  kind: string;
  purpose: string;
  polygon: Polygon | MultiPolygon;
  households: number | null;
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
  low: number;
  high: number;
  sites: Site[];
  mended: string[];
  mended_m: number;
  editing: Editing[];
}

export class Drawn {
  arcs = new Map<number, Arc>();
  faces = new Map<string, Face>();
  sites: Site[] = [];
  revision = 0;
  canUndo = false;
  canRedo = false;

  /** Puts what a step changed in. */
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

  faceFeatures(selected: string, other: string): FeatureCollection {
    return collection(
      [...this.faces.values()].map((face) => ({
        type: "Feature",
        geometry: face.polygon,
        properties: { code: face.code, name: face.name, chosen: face.code === selected ? 2 : face.code === other ? 1 : 0, fits: face.fits !== false },
      })),
    );
  }

  arcFeatures(selected: number): FeatureCollection {
    return collection(
      [...this.arcs.values()].map((arc) => line(arc.points, { id: arc.id, movable: arc.movable, chosen: arc.id === selected })),
    );
  }

  siteFeatures(): FeatureCollection {
    return collection(
      this.sites.map((site) =>
        site.ring
          ? { type: "Feature", geometry: { type: "Polygon", coordinates: [site.ring] }, properties: { code: site.code } }
          : point([site.lon, site.lat], { code: site.code }),
      ),
    );
  }

  /** The arcs that end at a place. */
  at(place: Point): Arc[] {
    return [...this.arcs.values()].filter(({ points }) => same(points[0]!, place) || same(points[points.length - 1]!, place));
  }

  bounds(): [number, number, number, number] | undefined {
    const all = [...this.arcs.values()].flatMap(({ points }) => points);
    if (!all.length) return undefined;
    const lons = all.map(([lon]) => lon);
    const lats = all.map(([, lat]) => lat);
    return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
  }
}

export const same = (one: Position, other: Position): boolean => one[0] === other[0] && one[1] === other[1];

export const collection = (features: Feature[]): FeatureCollection => ({ type: "FeatureCollection", features });

export const line = (points: Position[], properties: Record<string, unknown> = {}): Feature => ({
  type: "Feature",
  geometry: { type: "LineString", coordinates: points },
  properties,
});

export const point = (at: Position, properties: Record<string, unknown> = {}): Feature => ({
  type: "Feature",
  geometry: { type: "Point", coordinates: at },
  properties,
});
