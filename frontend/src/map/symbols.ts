/** Draws the signs on the map: a circle with the clock state's shape, and the ring of states around a cluster's number.
 *
 * The shapes are those of icons.svg (clock-*): outline, half, full, bars, tick.
 */

import { FONT } from "./base-style";
import type { Palette } from "./palette";
import { CLOCKS, type Clock } from "./settings";

const RATIO = 2;

export interface Drawn {
  image: ImageData;
  pixelRatio: number;
}

function canvas(side: number): [CanvasRenderingContext2D, () => Drawn] {
  const element = document.createElement("canvas");
  element.width = element.height = side * RATIO;
  const pen = element.getContext("2d", { willReadFrequently: true })!;
  pen.scale(RATIO, RATIO);
  return [pen, () => ({ image: pen.getImageData(0, 0, side * RATIO, side * RATIO), pixelRatio: RATIO })];
}

/** One case: `clock` is its state. 24 px wide. */
export function caseSign(clock: Clock, colours: Palette): Drawn {
  const [pen, done] = canvas(24);
  const middle = 12;
  const disc = (radius: number, color: string, from = 0, to = 2 * Math.PI): void => {
    pen.beginPath();
    pen.arc(middle, middle, radius, from, to);
    pen.fillStyle = color;
    pen.fill();
  };
  const color = colours.clock[clock];
  disc(11, colours.halo);
  disc(9.6, color);
  if (clock !== "red") disc(7.4, colours.card);
  if (clock === "amber") disc(7.6, color, -Math.PI / 2, Math.PI / 2);
  pen.strokeStyle = color;
  pen.lineWidth = 2.4;
  pen.lineCap = pen.lineJoin = "round";
  pen.beginPath();
  if (clock === "paused") {
    for (const x of [9.6, 14.4]) {
      pen.moveTo(x, 9);
      pen.lineTo(x, 15);
    }
  } else if (clock === "done") {
    pen.moveTo(8.4, 12.3);
    pen.lineTo(11, 14.9);
    pen.lineTo(15.8, 9.6);
  }
  pen.stroke();
  return done();
}

/** Id of a cluster's image; MapLibre asks for it when it first meets it, and ringSign draws it. */
export const RING_ID = ["concat", "ring", ...CLOCKS.flatMap((clock) => ["|", ["to-string", ["coalesce", ["get", clock], 0]]])];

/** A cluster from its id `ring|red|amber|on_time|paused|done`, each a count. */
export function ringSign(id: string, colours: Palette): Drawn {
  const counts = id.split("|").slice(1).map((count) => Math.max(0, Number(count) || 0));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const side = total >= 1000 ? 52 : total >= 100 ? 44 : 38;
  const [pen, done] = canvas(side);
  const middle = side / 2;
  pen.fillStyle = colours.halo;
  pen.beginPath();
  pen.arc(middle, middle, middle - 0.5, 0, 2 * Math.PI);
  pen.fill();
  pen.fillStyle = colours.card;
  pen.beginPath();
  pen.arc(middle, middle, middle - 5, 0, 2 * Math.PI);
  pen.fill();
  pen.lineWidth = 4;
  let from = -Math.PI / 2;
  counts.forEach((count, index) => {
    if (!count) return;
    const to = from + (2 * Math.PI * count) / total;
    pen.strokeStyle = colours.clock[CLOCKS[index]!];
    pen.globalAlpha = index >= 3 ? 0.45 : 1;
    pen.beginPath();
    pen.arc(middle, middle, middle - 3.5, from, to);
    pen.stroke();
    from = to;
  });
  pen.globalAlpha = 1;
  pen.fillStyle = colours.text;
  pen.font = `600 13px ${FONT[0]}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(total >= 10_000 ? `${Math.round(total / 1000)}k` : String(total), middle, middle + 0.5);
  return done();
}
