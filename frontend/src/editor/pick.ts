/** The tools that press what is there: choose a grid, join two. */

import type { Feature } from "geojson";
import type { Spot } from "./snap";
import { type Desk, type Tool, called } from "./tool";
import { say } from "./words";

export class Select implements Tool {
  constructor(private readonly desk: Desk) {}

  help(): string {
    return say("help.select");
  }

  shapes(): Feature[] {
    return [];
  }

  click(spot: Spot): void {
    this.desk.choose(this.desk.drawn.faceAt(spot.at)?.code ?? "");
  }
}

/** The grid that is chosen stays; the one that is pressed joins it. */
export class Merge implements Tool {
  constructor(private readonly desk: Desk) {}

  help(): string {
    const stays = this.desk.drawn.faces.get(this.desk.chosen);
    return stays ? say("help.merge_other", { grid: called(stays) }) : say("help.merge");
  }

  shapes(): Feature[] {
    return [];
  }

  click(spot: Spot): void {
    const { drawn, chosen } = this.desk;
    const pressed = drawn.faceAt(spot.at)?.code;
    if (!pressed) return;
    if (!chosen || pressed === chosen) this.desk.choose(pressed === chosen ? "" : pressed);
    else void this.desk.send({ do: "merge", face: chosen, other: pressed });
  }

  get back(): (() => void) | null {
    return this.desk.chosen ? () => this.desk.choose("") : null;
  }
}
