/** The tools that draw something new: a border between its ends, a cut through a grid, the outline of a dedicated grid or of a block. */

import type { Feature } from "geojson";
import { area, line, point } from "./features";
import { type Point, between, metres, moved, same } from "./geometry";
import type { Snapped, Spot } from "./snap";
import type { Desk, Tool } from "./tool";
import { say } from "./words";

const FOLLOWED_M = 2;
const LEAST_RING = 3;
const POINT_BUILDING_M = 4; // half the side of the ground that a building without an outline is taken to have

/** Points that are pressed one after the other. Where two lie on one street or border, what it has between them goes along. */
class Sketch {
  points: Point[] = [];
  private presses: number[] = [];
  private to: Snapped | null = null;

  add(to: Snapped): void {
    const last = this.points.at(-1);
    this.presses.push(this.points.length);
    if (last && same(last, to.at)) this.presses.pop();
    else this.points.push(...this.way(to));
    this.to = null;
  }

  private way(to: Snapped): Point[] {
    const last = this.points.at(-1);
    return [...(last && to.line ? between(to.line, last, to.at, FOLLOWED_M) : []), to.at];
  }

  hover(to: Snapped): void {
    this.to = to;
  }

  /** Takes the last press back, with what went along. */
  back(): void {
    this.points.length = this.presses.pop() ?? 0;
  }

  clear(): void {
    this.points = [];
    this.presses = [];
    this.to = null;
  }

  endsAt(spot: Spot): boolean {
    const last = this.points.at(-1);
    return last !== undefined && metres(last, spot.at) <= spot.reach_m / 2;
  }

  beginsAt(spot: Spot): boolean {
    return this.points.length >= LEAST_RING && metres(this.points[0]!, spot.at) <= spot.reach_m;
  }

  shapes(closed: boolean): Feature[] {
    const next = this.to ? [...this.points, ...this.way(this.to)] : this.points;
    const found: Feature[] = [];
    if (closed && next.length >= LEAST_RING) found.push(area(next));
    else if (next.length > 1) found.push(line(next));
    found.push(...this.points.map((at) => point(at, "point")));
    if (this.to?.on) found.push(point(this.to.at, "snap"));
    return found;
  }
}

/** What the drawing tools share: presses become points, the last can be taken back. */
abstract class Drawing implements Tool {
  protected readonly sketch = new Sketch();

  constructor(protected readonly desk: Desk) {}

  abstract help(): string;
  abstract click(spot: Spot): void;

  shapes(): Feature[] {
    return this.sketch.shapes(false);
  }

  hover(spot: Spot): void {
    this.sketch.hover(this.desk.snap(spot));
    this.desk.shown();
  }

  get back(): (() => void) | null {
    if (!this.sketch.points.length) return null;
    return () => {
      this.sketch.back();
      this.desk.shown();
    };
  }
}

/** Draws a border anew from one of its ends to the other. */
export class Line extends Drawing {
  arc = -1;

  help(): string {
    if (this.arc < 0) return say("help.line");
    return say(this.sketch.points.length ? "help.line_on" : "help.line_start");
  }

  private ends(): [Point, Point] {
    const points = this.desk.drawn.arcs.get(this.arc)!.points;
    return [points[0]!, points[points.length - 1]!];
  }

  override shapes(): Feature[] {
    const ends = this.arc < 0 ? [] : this.ends().map((at) => point(at, "node"));
    return [...ends, ...this.sketch.shapes(false)];
  }

  click(spot: Spot): void {
    if (this.arc < 0) this.choose(spot);
    else if (!this.sketch.points.length) this.start(spot);
    else {
      const goal = this.goal();
      if (metres(goal, spot.at) <= spot.reach_m) this.sketch.add({ at: goal, on: "corner", line: null });
      else if (!this.sketch.endsAt(spot)) this.sketch.add(this.desk.snap(spot, new Set([this.arc])));
      if (same(this.sketch.points.at(-1)!, goal) && this.sketch.points.length > 1) this.finish?.();
    }
    this.desk.shown();
  }

  private choose(spot: Spot): void {
    const near = this.desk.drawn.arcsNear(spot.at, spot.reach_m).map(({ arc }) => arc);
    const movable = near.find((arc) => arc.movable);
    if (!movable && near.length) this.desk.refuse(say("outline_stays"));
    this.arc = movable?.id ?? -1;
  }

  /** Begins at the end that was pressed, or at the nearer one. */
  private start(spot: Spot): void {
    const [first, last] = this.ends();
    const from = metres(first, spot.at) <= metres(last, spot.at) ? first : last;
    this.sketch.add({ at: from, on: "corner", line: null });
    if (metres(from, spot.at) > spot.reach_m) this.sketch.add(this.desk.snap(spot, new Set([this.arc])));
  }

  private goal(): Point {
    const [first, last] = this.ends();
    return same(this.sketch.points[0]!, first) ? last : first;
  }

  get finish(): (() => void) | null {
    if (this.sketch.points.length < 2 && !(this.arc >= 0 && this.sketch.points.length)) return null;
    return () => {
      const goal = this.goal();
      const points = [...this.sketch.points, ...(same(this.sketch.points.at(-1)!, goal) ? [] : [goal])];
      if (!same(points[0]!, this.ends()[0])) points.reverse();
      this.sketch.clear();
      void this.desk.send({ do: "redraw", arc: this.arc, points });
    };
  }

  override get back(): (() => void) | null {
    if (this.sketch.points.length) return super.back;
    if (this.arc < 0) return null;
    return () => {
      this.arc = -1;
      this.desk.shown();
    };
  }

  changed(): void {
    if (this.desk.drawn.arcs.has(this.arc)) return;
    this.arc = -1;
    this.sketch.clear();
  }
}

/** Cuts the grid through which the line runs, from border to border. */
export class Split extends Drawing {
  help(): string {
    return say(this.sketch.points.length ? "help.split_on" : "help.split");
  }

  /** A cut runs through the grid and not along its border. */
  private meant(spot: Spot): { to: Snapped; ends: boolean } {
    const near = this.desk.snap(spot);
    const ends = near.on === "corner" || near.on === "border";
    return { to: ends ? { ...near, line: null } : near, ends };
  }

  override hover(spot: Spot): void {
    this.sketch.hover(this.meant(spot).to);
    this.desk.shown();
  }

  click(spot: Spot): void {
    const { to, ends } = this.meant(spot);
    if (this.sketch.points.length && this.sketch.endsAt(spot)) this.finish?.();
    else {
      const begun = this.sketch.points.length > 0;
      this.sketch.add(to);
      if (begun && ends) this.finish?.();
    }
    this.desk.shown();
  }

  get finish(): (() => void) | null {
    const points = [...this.sketch.points];
    if (points.length < 2) return null;
    return () => {
      const [first, second] = [points[0]!, points[1]!];
      const face = this.desk.drawn.faceAt([(first[0] + second[0]) / 2, (first[1] + second[1]) / 2]);
      this.sketch.clear();
      if (!face) this.desk.refuse(say("in_no_grid"));
      else void this.desk.send({ do: "split", face: face.code, points }).then((done) => done && this.desk.choose(face.code));
    };
  }
}

/** Draws an outline; what happens with it says the tool. */
abstract class Outline extends Drawing {
  protected ring: Point[] | null = null;

  override shapes(): Feature[] {
    return this.ring ? [area(this.ring)] : this.sketch.shapes(true);
  }

  protected press(spot: Spot): void {
    if (this.sketch.beginsAt(spot) || (this.sketch.endsAt(spot) && this.sketch.points.length >= LEAST_RING)) this.finish?.();
    else if (!this.sketch.endsAt(spot)) this.sketch.add(this.desk.snap(spot));
  }

  protected abstract closed(): void;

  get finish(): (() => void) | null {
    if (this.ring || this.sketch.points.length < LEAST_RING) return null;
    return () => {
      this.ring = this.sketch.points;
      this.sketch.clear();
      this.closed();
      this.desk.shown();
    };
  }

  override get back(): (() => void) | null {
    if (!this.ring) return super.back;
    return () => {
      this.ring = null;
      this.desk.askName(false);
      this.desk.shown();
    };
  }
}

/** Makes a dedicated grid of the ground inside an outline. */
export class CutOut extends Outline {
  help(): string {
    if (this.ring) return say("help.cut_name");
    return say(this.sketch.points.length ? "help.outline_on" : "help.cut_out");
  }

  click(spot: Spot): void {
    if (this.ring) return;
    const building = this.sketch.points.length ? null : this.desk.buildingAt(spot);
    if (building) {
      this.ring = building;
      this.closed();
    } else this.press(spot);
    this.desk.shown();
  }

  protected closed(): void {
    this.desk.askName(true);
  }

  named(name: string, purpose: string): void {
    if (!this.ring) return;
    void this.desk.send({ do: "cut_out", ring: this.ring, name, purpose }).then((done) => {
      if (!done) return;
      this.ring = null;
      this.desk.askName(false);
      this.desk.shown();
    });
  }
}

/** Gives a building or block to the grid beside it: first what, then to which. */
export class Piece extends Outline {
  help(): string {
    if (this.ring) return say("help.piece_to");
    return say(this.sketch.points.length ? "help.outline_on" : "help.piece");
  }

  click(spot: Spot): void {
    if (this.ring) this.give(spot);
    else {
      const building = this.sketch.points.length ? null : this.desk.buildingAt(spot);
      if (building) this.ring = building;
      else this.press(spot);
    }
    this.desk.shown();
  }

  protected closed(): void {
    // The next press says to which grid it goes.
  }

  private give(spot: Spot): void {
    const face = this.desk.drawn.faceAt(spot.at);
    if (!face || !this.ring) return;
    void this.desk.send({ do: "move_piece", ring: this.ring, to: face.code }).then((done) => {
      if (!done) return;
      this.ring = null;
      this.desk.choose(face.code);
    });
  }
}

/** The ground of a building that is only known as a point. */
export function groundOf(at: Point): Point[] {
  const side = POINT_BUILDING_M;
  return [moved(at, -side, -side), moved(at, side, -side), moved(at, side, side), moved(at, -side, side)];
}

