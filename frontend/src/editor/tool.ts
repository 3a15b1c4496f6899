/** What a tool is, and what it stands on. The tools themselves: pick.ts (what is pressed), borders.ts (what is moved), sketch.ts (what is drawn). */

import type { Feature } from "geojson";
import type { Drawn, Face } from "./model";
import type { Snapped, Spot } from "./snap";
import type { Point } from "./geometry";

export type ToolCode = "select" | "borders" | "line" | "split" | "merge" | "piece" | "cut_out";

/** What tools are given: the draft, the grid that is chosen, and the ways to ask and to tell. */
export interface Desk {
  readonly drawn: Drawn;
  readonly chosen: string;
  choose(code: string): void;
  snap(spot: Spot, left?: ReadonlySet<number>): Snapped;
  /** The outline of the building at a spot, of the draft or of the ground. */
  buildingAt(spot: Spot): Point[] | null;
  /** Sends a command; true when it was done. What the server refuses is shown, and nothing has changed. */
  send(command: Record<string, unknown>): Promise<boolean>;
  /** Says why something cannot be, without asking the server. */
  refuse(words: string): void;
  /** Shows or hides the form that a new grid is named with. */
  askName(shown: boolean): void;
  /** Draws the tool anew: its help, its shapes, its buttons. */
  shown(): void;
}

export interface Tool {
  /** One line: what is expected now. */
  help(): string;
  /** What is drawn over the map. */
  shapes(): Feature[];
  click(spot: Spot): void;
  hover?(spot: Spot): void;
  /** Takes hold of something at a spot; what moves then is the tool's and not the map's. */
  grab?(spot: Spot): boolean;
  drag?(spot: Spot): void;
  drop?(spot: Spot): void;
  /** Ends a line or outline as it stands; null where nothing can be ended. */
  finish?: (() => void) | null;
  /** Takes the last press back; null where there is none. */
  back?: (() => void) | null;
  /** Takes a point out of a border; null where none is picked. */
  remove?: (() => void) | null;
  /** The new grid was given a name. */
  named?(name: string, purpose: string): void;
  /** The draft is another now: what the tool held may be gone. */
  changed?(): void;
  /** The border that is being worked on, and a second grid. */
  arc?: number;
  other?: string;
}

export const called = (face: Face | undefined): string => face?.title || face?.code || "";
