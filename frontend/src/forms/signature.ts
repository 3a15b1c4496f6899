/** A signature is drawn with a finger, a pen or the mouse, and goes into the file field as a PNG; a photo of one can be chosen instead.
 *
 * `<div data-signature><input type="file"></div>`: without script, and with the keyboard, the file field is all there is to use.
 */

import { make } from "../blocks/elements";
import { smaller } from "../blocks/picker";
import { text } from "../blocks/texts";

const WIDTH = 900;
const HEIGHT = 300;
const MOST_POINTS = 6000; // some minutes of drawing; a PNG of this size stays below 100 kB

type Point = readonly [number, number];

/** Puts a place to sign above the file field of a block. */
export function sign(block: HTMLElement): void {
  const input = block.querySelector<HTMLInputElement>("input[type=file]");
  const canvas = make("canvas", { class: "signature__canvas", role: "img", "aria-label": text("signature.here") });
  const pen = canvas.getContext("2d");
  if (!input || !pen) return;
  canvas.style.touchAction = "none"; // a finger draws and does not scroll; desktop Safari knows no such rule and needs none
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  let strokes: Point[][] = [];
  let current: Point[] | null = null;
  let points = 0;
  const undo = make("button", { type: "button", class: "button button--quiet", disabled: "" }, text("signature.undo"));
  const clear = make("button", { type: "button", class: "button button--quiet", disabled: "" }, text("signature.clear"));
  const said = make("span", { class: "only-heard", role: "status" });
  const photo = make("span", { class: "field__help" }, text("signature.photo"));
  input.before(canvas, make("div", { class: "signature__tools" }, undo, clear, said), photo);

  const draw = (): void => {
    pen.fillStyle = "#fff"; // what is clear would turn black in the JPEG copies
    pen.fillRect(0, 0, WIDTH, HEIGHT);
    pen.strokeStyle = pen.fillStyle = "#1c1917";
    pen.lineWidth = 5;
    pen.lineCap = pen.lineJoin = "round";
    for (const stroke of strokes) {
      pen.beginPath();
      pen.moveTo(...stroke[0]!);
      for (const point of stroke.length > 1 ? stroke.slice(1) : stroke) pen.lineTo(...point);
      pen.stroke();
    }
  };
  const file = (): File => {
    const bytes = Uint8Array.from(atob(canvas.toDataURL("image/png").split(",")[1]!), (one) => one.charCodeAt(0));
    return new File([bytes], "signature.png", { type: "image/png" });
  };
  const put = (made: File | null): void => {
    const transfer = new DataTransfer();
    if (made) transfer.items.add(made);
    input.files = transfer.files;
    undo.disabled = clear.disabled = !strokes.length;
    block.dispatchEvent(new CustomEvent("linli:files", { bubbles: true, detail: made ? 1 : 0 }));
  };
  const write = (words: string): void => {
    draw();
    put(strokes.length ? file() : null);
    said.textContent = words;
  };
  const at = (event: PointerEvent): Point => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * WIDTH, ((event.clientY - box.top) / box.height) * HEIGHT];
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button || points >= MOST_POINTS) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    current = [at(event)];
    strokes.push(current);
    draw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!current || !event.isPrimary || points >= MOST_POINTS) return;
    points += 1;
    current.push(at(event));
    draw();
  });
  const end = (): void => {
    if (!current) return;
    current = null;
    write(text("signature.drawn"));
  };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
  undo.addEventListener("click", () => {
    points -= strokes.pop()?.length ?? 0;
    write(strokes.length ? text("signature.undone") : text("signature.cleared"));
    if (!strokes.length) input.focus();
  });
  clear.addEventListener("click", () => {
    strokes = [];
    points = 0;
    write(text("signature.cleared"));
    input.focus();
  });
  input.addEventListener("change", () => {
    // A photo was chosen: it stands in place of what was drawn.
    strokes = [];
    points = 0;
    draw();
    const chosen = input.files?.[0];
    const form = input.closest("form");
    if (!chosen) return put(null);
    form?.setAttribute("data-preparing", "");
    void smaller(chosen).then((made) => {
      if (!strokes.length) put(made);
      form?.removeAttribute("data-preparing");
      block.dispatchEvent(new CustomEvent("linli:prepared", { bubbles: true }));
    });
  });
  draw();
}
