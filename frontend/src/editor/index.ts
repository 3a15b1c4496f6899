/** The page of a draft of grids: `<section data-editor='{map settings}' data-address="…/drafts/3" data-open>`. Loaded on that page only.
 *
 * The server owns the draft. A press becomes a command, its answer says what is different (wire.ts, model.ts), and all of the page is
 * drawn from that: map (stage.ts), table (panel.ts), the present tool (tool.ts). docs/grid-editor.md says what a planner may do.
 */

import "../styles/editor.css";
import type { Map as MapLibre } from "maplibre-gl";
import { baseStyle, build, palette, readSettings } from "../map/index";
import { Borders } from "./borders";
import type { Point } from "./geometry";
import { Drawn, type Editing, type Whole } from "./model";
import { Panel, showPurpose } from "./panel";
import { Merge, Select } from "./pick";
import { followPointer } from "./pointer";
import { CutOut, Line, Piece, Split, groundOf } from "./sketch";
import { type Snapped, type Spot, groundBuilding, snapped } from "./snap";
import { Stage } from "./stage";
import type { Desk, Tool, ToolCode } from "./tool";
import { Refused, Wire } from "./wire";
import { LANGUAGE, say } from "./words";

const ASK_EVERY_MS = 4000;
const KEYS: Record<string, ToolCode> = { v: "select", b: "borders", d: "line", s: "split", m: "merge", g: "piece", c: "cut_out" };
const MADE: Record<ToolCode, new (desk: Desk) => Tool> = { select: Select, borders: Borders, line: Line, split: Split, merge: Merge, piece: Piece, cut_out: CutOut };

class Editor implements Desk {
  readonly drawn = new Drawn();
  chosen = "";
  private readonly wire: Wire;
  private readonly panel: Panel;
  private stage: Stage | null = null;
  private map: MapLibre | null = null;
  private tool: Tool = new Select(this);
  private code: ToolCode = "select";
  private busy = false;
  private open: boolean;

  constructor(private readonly root: HTMLElement) {
    const token = root.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
    this.wire = new Wire(root.dataset["address"] ?? "", token);
    this.open = root.hasAttribute("data-open");
    this.panel = new Panel(root, this.drawn, (code) => {
      this.choose(code);
      this.goTo(code);
    });
  }

  async start(): Promise<void> {
    const canvas = this.part("canvas");
    try {
      this.read(await this.wire.whole());
    } catch (error) {
      this.refuse((error as Error).message);
      canvas.textContent = "";
      return;
    }
    canvas.replaceChildren();
    this.mount(canvas);
    this.listen();
    this.draw();
    if (this.open) this.watch();
  }

  private part(name: string): HTMLElement {
    return this.root.querySelector<HTMLElement>(`[data-${name}]`)!;
  }

  /** Takes in all of a draft, and says where its grids did not fit together when it was begun. */
  private read(whole: Whole): void {
    this.drawn.begin(whole);
    this.root.dataset["revision"] = String(whole.revision);
    if (!this.drawn.faces.has(this.chosen)) this.chosen = "";
    if (whole.draft.state !== "open") this.open = false;
    this.tellOthers(whole.editing);
    const mended = this.part("mended");
    mended.hidden = !whole.mended.length;
    mended.textContent = whole.mended.length ? say("mended", { grids: whole.mended.slice(0, 8).join(say("comma")), count: whole.mended.length, metres: whole.mended_m.toFixed(2) }) : "";
  }

  private mount(canvas: HTMLElement): void {
    const settings = readSettings(this.root, "editor");
    const bounds = this.drawn.bounds();
    let map: MapLibre;
    try {
      map = build(canvas, { ...settings, ...(bounds ? { bounds } : {}) });
    } catch {
      canvas.hidden = true;
      this.part("no-map").hidden = false;
      return;
    }
    this.map = map;
    map.doubleClickZoom.disable();
    map.getCanvas().setAttribute("aria-label", say("canvas"));
    this.stage = new Stage(map, this.drawn);
    map.on("style.load", () => this.stage?.addTo(palette()));
    const view = (): void => {
      canvas.dataset["view"] = map.getBounds().toArray().flat().join();
    };
    map.on("moveend", view);
    view();
    const repaint = (): void => void map.setStyle(baseStyle(settings, palette()), { diff: false });
    document.addEventListener("linli:display", repaint);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
    followPointer(map, () => (this.busy ? null : this.tool), () => this.part("free").getAttribute("aria-pressed") === "true");
  }

  private listen(): void {
    const on = (name: string, act: () => void): void => this.part(name).addEventListener("click", act);
    for (const button of this.root.querySelectorAll<HTMLElement>("[data-tool]")) button.addEventListener("click", () => this.use(button.dataset["tool"] as ToolCode));
    on("undo", () => void this.go("undo"));
    on("redo", () => void this.go("redo"));
    on("finish", () => this.tool.finish?.());
    on("back", () => this.tool.back?.());
    on("remove", () => this.tool.remove?.());
    on("free", () => {
      const button = this.part("free");
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
    });
    document.addEventListener("keydown", (event) => this.key(event));
    this.root.addEventListener("change", (event) => {
      const form = (event.target as Element).closest<HTMLFormElement>("[data-describe]");
      if (form) showPurpose(form);
    });
    this.root.addEventListener("submit", (event) => {
      const form = event.target as HTMLFormElement;
      const value = (field: string): string => (form.elements.namedItem(field) as HTMLInputElement).value;
      event.preventDefault();
      if (form.matches("[data-cut]")) this.tool.named?.(value("name"), value("purpose"));
      else if (form.matches("[data-describe]")) void this.send({ do: "describe", face: this.chosen, name: value("name"), kind: value("kind"), purpose: value("kind") === "dedicated" ? value("purpose") : "" });
    });
  }

  private key(event: KeyboardEvent): void {
    const { target } = event;
    if (!this.open || event.isComposing || document.querySelector("dialog[open]")) return;
    if (target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return;
    const key = event.key.toLowerCase();
    let act: (() => void) | null | undefined;
    if (event.ctrlKey || event.metaKey) {
      if (key === "z") act = () => void this.go(event.shiftKey ? "redo" : "undo");
      else if (key === "y") act = () => void this.go("redo");
    } else if (!event.altKey) {
      const onButton = target instanceof HTMLElement && target.tagName === "BUTTON";
      if (key === "enter" && !onButton) act = this.tool.finish;
      else if (key === "escape") act = this.tool.back ?? (() => this.use("select"));
      else if (key === "backspace" || key === "delete") act = this.tool.remove ?? this.tool.back;
      else if (KEYS[key]) act = () => this.use(KEYS[key]!);
    }
    if (!act) return;
    event.preventDefault();
    act.call(this.tool);
  }

  use(code: ToolCode): void {
    if (!this.open) return;
    this.askName(false);
    this.code = code;
    this.tool = new MADE[code](this);
    this.unrefuse();
    this.draw();
  }

  /** Draws all of the page from what is known. */
  private draw(scroll = false): void {
    this.stage?.draw({ face: this.chosen, other: this.tool.other ?? "", arc: this.tool.arc ?? -1 });
    this.stage?.drawSites();
    this.panel.draw(this.chosen, scroll);
    this.shown();
  }

  shown(): void {
    const press = (name: string, possible: unknown): void => {
      (this.part(name) as HTMLButtonElement).hidden = !possible;
    };
    this.stage?.drawTool(this.tool.shapes());
    if ((this.tool.arc ?? -1) !== this.shownArc) {
      this.shownArc = this.tool.arc ?? -1;
      this.stage?.draw({ face: this.chosen, other: this.tool.other ?? "", arc: this.shownArc });
    }
    const help = this.part("help");
    const words = this.open ? this.tool.help() : say("ended");
    if (help.textContent !== words) help.textContent = words;
    press("finish", this.open && this.tool.finish);
    press("back", this.open && this.tool.back);
    press("remove", this.open && this.tool.remove);
    (this.part("undo") as HTMLButtonElement).disabled = !this.open || !this.drawn.canUndo;
    (this.part("redo") as HTMLButtonElement).disabled = !this.open || !this.drawn.canRedo;
    for (const button of this.root.querySelectorAll<HTMLButtonElement>("[data-tool]")) {
      button.setAttribute("aria-pressed", String(button.dataset["tool"] === this.code));
      button.disabled = !this.open;
    }
    this.root.dataset["using"] = this.code;
  }

  private shownArc = -1;

  choose(code: string): void {
    this.chosen = code;
    this.draw(true);
  }

  /** Brings a grid into view where it is not. */
  private goTo(code: string): void {
    const bounds = this.drawn.bounds([code]);
    if (!bounds || !this.map) return;
    const seen = this.map.getBounds();
    if (seen.contains([bounds[0], bounds[1]]) && seen.contains([bounds[2], bounds[3]])) return;
    this.map.fitBounds(bounds, { padding: 60, maxZoom: Math.max(16, this.map.getZoom()) });
  }

  snap(spot: Spot, left?: ReadonlySet<number>): Snapped {
    return this.map ? snapped(this.map, this.drawn, spot, left) : { at: spot.at, on: "", line: null };
  }

  buildingAt(spot: Spot): Point[] | null {
    const site = this.drawn.siteAt(spot.at, spot.reach_m);
    if (site) return site.ring ?? groundOf([site.lon, site.lat]);
    return this.map ? groundBuilding(this.map, spot) : null;
  }

  send(command: Record<string, unknown>): Promise<boolean> {
    return this.step("commands", { command });
  }

  private async go(what: "undo" | "redo"): Promise<void> {
    if (this.open && (what === "undo" ? this.drawn.canUndo : this.drawn.canRedo)) await this.step(what, {});
  }

  private async step(what: "commands" | "undo" | "redo", body: Record<string, unknown>): Promise<boolean> {
    if (this.busy || !this.open) return false;
    this.busy = true;
    this.root.setAttribute("aria-busy", "true");
    try {
      this.drawn.take(await this.wire.step(what, { revision: this.drawn.revision, ...body }));
      if (!this.drawn.faces.has(this.chosen)) this.chosen = "";
      this.tool.changed?.();
      this.unrefuse();
      return true;
    } catch (error) {
      this.refuse((error as Error).message);
      if (error instanceof Refused && ["changed", "ended"].includes(error.code)) await this.again();
      return false;
    } finally {
      this.busy = false;
      this.root.removeAttribute("aria-busy");
      this.root.dataset["revision"] = String(this.drawn.revision);
      this.draw();
    }
  }

  refuse(words: string): void {
    const refused = this.part("refused");
    refused.textContent = words;
    refused.hidden = false;
  }

  private unrefuse(): void {
    this.part("refused").hidden = true;
  }

  askName(shown: boolean): void {
    const form = this.part("cut") as HTMLFormElement;
    form.hidden = !shown;
    if (!shown) form.reset();
    else (form.elements.namedItem("name") as HTMLInputElement).focus();
  }

  /** Reads the draft anew, since somebody else changed it. What is being drawn stays. */
  private async again(): Promise<void> {
    try {
      this.read(await this.wire.whole());
      this.tool.changed?.();
    } catch (error) {
      this.refuse((error as Error).message);
    }
  }

  /** Asks every few seconds, while the page is looked at, whether somebody else changed something. */
  private watch(): void {
    window.setInterval(() => {
      if (!document.hidden && this.open && !this.busy) void this.ask();
    }, ASK_EVERY_MS);
  }

  private async ask(): Promise<void> {
    try {
      const { revision, ended, editing } = await this.wire.now();
      if (this.busy) return;
      this.tellOthers(editing);
      if (!ended && revision === this.drawn.revision) return;
      await this.again();
      this.draw();
    } catch {
      // No network for a moment: the next step says so, if it lasts.
    }
  }

  private tellOthers(editing: Editing[]): void {
    const others = editing.filter(({ is_self }) => !is_self);
    const told = this.part("others");
    const last = others[0];
    told.hidden = !last;
    if (!last) return;
    const at = new Intl.DateTimeFormat(LANGUAGE, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(last.at));
    const words = say(others.length > 1 ? "others" : "other", { name: last.name || say("somebody"), at, more: others.length - 1 });
    if (told.textContent !== words) told.textContent = words;
  }
}

const root = document.querySelector<HTMLElement>("[data-editor]");
if (root) void new Editor(root).start();
