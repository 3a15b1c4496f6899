/** Moves what is there: the points of a border, new points between them, and the places where borders meet. By dragging, or by pressing a
 * point and then the place that it goes to, which is easier with a finger and works by keyboard. */

import type { Feature } from "geojson";
import { line, point } from "./features";
import { type Point, metres, same } from "./geometry";
import type { Snapped, Spot } from "./snap";
import type { Desk, Tool } from "./tool";
import { say } from "./words";

/** A point that can be moved. `after` is its number in the border; for one `between` two, that of the one before it. */
interface Handle {
  is: "node" | "vertex" | "between";
  at: Point;
  after: number;
}

const LEAST_MOVE_PX = 4;
const ROOM_BETWEEN = 2.6; // so many times the reach, else points hide one another

export class Borders implements Tool {
  arc = -1;
  private picked: Handle | null = null;
  private held: { handle: Handle; to: Snapped; from: Spot } | null = null;

  constructor(private readonly desk: Desk) {}

  help(): string {
    if (this.picked) return say(this.picked.is === "node" ? "help.node_picked" : "help.point_picked");
    return say(this.arc < 0 ? "help.borders" : "help.border");
  }

  /** The points of the border that is worked on, and all free nodes. */
  private handles(reach_m: number): Handle[] {
    const nodes = this.desk.drawn.nodes().map((at): Handle => ({ is: "node", at, after: 0 }));
    const points = this.desk.drawn.arcs.get(this.arc)?.points ?? [];
    const inner = points.slice(1, -1).map((at, place): Handle => ({ is: "vertex", at, after: place + 1 }));
    const between = points.slice(1).flatMap((end, place): Handle[] => {
      const start = points[place]!;
      if (metres(start, end) < reach_m * ROOM_BETWEEN) return [];
      return [{ is: "between", at: [(start[0] + end[0]) / 2, (start[1] + end[1]) / 2], after: place }];
    });
    return [...nodes, ...inner, ...between];
  }

  private reach_m = 0;

  shapes(): Feature[] {
    if (this.held) {
      const { handle, to } = this.held;
      return [...this.lines(handle, to.at).map((points) => line(points)), point(to.at, to.on ? "snap" : "picked")];
    }
    const all = this.handles(this.reach_m).map(({ is, at }) => point(at, is));
    return this.picked ? [...all, point(this.picked.at, "picked")] : all;
  }

  /** The borders as they would be with a handle elsewhere. */
  private lines(handle: Handle, to: Point): Point[][] {
    if (handle.is !== "node") return [this.with(handle, to)];
    return this.desk.drawn.endingAt(handle.at).map(({ points }) => points.map((at, place) => ((place === 0 || place === points.length - 1) && same(at, handle.at) ? to : at)));
  }

  private with(handle: Handle, to: Point | null): Point[] {
    const points = [...(this.desk.drawn.arcs.get(this.arc)?.points ?? [])];
    points.splice(handle.is === "between" ? handle.after + 1 : handle.after, handle.is === "between" ? 0 : 1, ...(to ? [to] : []));
    return points;
  }

  private moving(handle: Handle): ReadonlySet<number> {
    return new Set(handle.is === "node" ? this.desk.drawn.endingAt(handle.at).map(({ id }) => id) : [this.arc]);
  }

  private at(spot: Spot): Handle | undefined {
    const near = this.handles(spot.reach_m).map((handle) => ({ handle, far: metres(handle.at, spot.at) }));
    return near.filter(({ far }) => far <= spot.reach_m).sort((one, other) => one.far - other.far)[0]?.handle;
  }

  grab(spot: Spot): boolean {
    const handle = this.at(spot);
    if (handle) this.held = { handle, to: { at: handle.at, on: "", line: null }, from: spot };
    return Boolean(handle);
  }

  drag(spot: Spot): void {
    if (!this.held) return;
    this.held.to = this.desk.snap(spot, this.moving(this.held.handle));
    this.desk.shown();
  }

  drop(spot: Spot): void {
    const held = this.held;
    this.held = null;
    if (!held) return;
    if (Math.hypot(spot.x - held.from.x, spot.y - held.from.y) >= LEAST_MOVE_PX) void this.move(held.handle, this.desk.snap(spot, this.moving(held.handle)).at);
    else this.pick(held.handle);
    this.desk.shown();
  }

  private pick(handle: Handle): void {
    this.picked = this.picked && same(this.picked.at, handle.at) ? null : handle;
  }

  private async move(handle: Handle, to: Point): Promise<void> {
    this.picked = null;
    if (handle.is === "node") await this.desk.send({ do: "move_node", node: handle.at, to });
    else await this.desk.send({ do: "redraw", arc: this.arc, points: this.with(handle, to) });
  }

  hover(spot: Spot): void {
    if (this.reach_m === spot.reach_m) return;
    this.reach_m = spot.reach_m; // another zoom has room for other points
    this.desk.shown();
  }

  click(spot: Spot): void {
    this.reach_m = spot.reach_m;
    const handle = this.at(spot);
    if (handle) this.pick(handle);
    else if (this.picked) void this.move(this.picked, this.desk.snap(spot, this.moving(this.picked)).at);
    else {
      const near = this.desk.drawn.arcsNear(spot.at, spot.reach_m).map(({ arc }) => arc);
      const movable = near.find((arc) => arc.movable);
      if (!movable && near.length) this.desk.refuse(say("outline_stays"));
      this.arc = movable?.id ?? -1;
    }
    this.desk.shown();
  }

  get back(): (() => void) | null {
    if (!this.picked && this.arc < 0) return null;
    return () => {
      if (this.picked) this.picked = null;
      else this.arc = -1;
      this.desk.shown();
    };
  }

  get remove(): (() => void) | null {
    const { picked } = this;
    if (picked?.is !== "vertex") return null;
    return () => {
      this.picked = null;
      void this.desk.send({ do: "redraw", arc: this.arc, points: this.with(picked, null) });
    };
  }

  changed(): void {
    this.held = null;
    this.picked = null;
    if (!this.desk.drawn.arcs.has(this.arc)) this.arc = -1;
  }
}
