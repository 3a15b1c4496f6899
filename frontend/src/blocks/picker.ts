/** Photo picker: previews, lets go of single photos, and makes large ones smaller before they travel.
 *
 * `<div data-picker data-max-files="4"><div class="picker__list"></div> … <input type="file" multiple></div>`
 * The field's own file list is replaced, so that the form is sent as usual, with or without script.
 */

import { icon, make } from "./elements";
import { mount } from "./mount";
import { text } from "./texts";

const LONGEST_SIDE_PX = 2048;
const JPEG_QUALITY = 0.86;

/** The photo as JPEG with its longer side at most 2048 px; the file itself where that is smaller or cannot be decoded.
 *
 * By way of an image element: createImageBitmap cannot make smaller while it decodes in Safari 15, and an element decodes
 * HEIC wherever the system can.
 */
export async function smaller(file: File): Promise<File> {
  if (!file.type.startsWith("image/") && !/\.(hei[cf]|avif)$/i.test(file.name)) return file;
  if (file.type === "image/svg+xml" || file.type === "image/gif") return file;
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const scale = Math.min(1, LONGEST_SIDE_PX / Math.max(image.naturalWidth, image.naturalHeight));
    const canvas = make("canvas");
    canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
    canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
    const context = canvas.getContext("2d");
    if (!context) return file;
    // A transparent PNG would turn black in JPEG.
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", JPEG_QUALITY));
    if (!blob || blob.size >= file.size) return file;
    return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg", lastModified: file.lastModified });
  } catch {
    // What cannot be decoded here is sent as it is; the server says what is wrong with it.
    return file;
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** One photo after the other: four large ones decoded at once are more than the memory of a phone. */
async function inTurn(files: File[]): Promise<File[]> {
  const made: File[] = [];
  for (const file of files) made.push(await smaller(file));
  return made;
}

function size(bytes: number): string {
  return bytes >= 1_048_576 ? `${(bytes / 1_048_576).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1024))} kB`;
}

function start(picker: HTMLElement): void {
  const input = picker.querySelector<HTMLInputElement>("input[type=file]");
  const list = picker.querySelector<HTMLElement>(".picker__list");
  if (!input || !list) return;
  const most = Number(picker.dataset["maxFiles"] ?? 4);
  const said = make("p", { class: "field__error", role: "alert", hidden: "" });
  picker.append(said);
  let files: File[] = [];
  let urls: string[] = [];

  const say = (words: string): void => {
    said.textContent = words;
    said.hidden = !words;
  };
  const write = (): void => {
    const transfer = new DataTransfer();
    for (const file of files) transfer.items.add(file);
    input.files = transfer.files;
    for (const url of urls) URL.revokeObjectURL(url);
    urls = files.map((file) => URL.createObjectURL(file));
    list.replaceChildren(...files.map(item));
    const add = picker.querySelector<HTMLElement>(".picker__add");
    if (add) add.hidden = files.length >= most;
    picker.dispatchEvent(new CustomEvent("linli:files", { bubbles: true, detail: files.length }));
  };
  const item = (file: File, index: number): HTMLElement => {
    const remove = make(
      "button",
      { type: "button", class: "picker__remove", "aria-label": text("picker.remove", { name: file.name }) },
      icon("x"),
    );
    remove.addEventListener("click", () => {
      files.splice(index, 1);
      say("");
      write();
      input.focus();
    });
    const preview = make("img", { src: urls[index]!, alt: text("picker.photo", { number: index + 1 }) });
    // What this browser cannot show is sent all the same; its name says which it is.
    preview.addEventListener("error", () => preview.replaceWith(make("span", { class: "picker__name" }, file.name)), { once: true });
    return make("figure", { class: "picker__item" }, preview, remove, make("figcaption", {}, size(file.size)));
  };

  input.addEventListener("change", () => {
    const chosen = Array.from(input.files ?? []);
    if (!chosen.length) {
      // Somebody opened the chooser again and cancelled: what was chosen before stays.
      write();
      return;
    }
    const room = most - files.length;
    say(chosen.length > room ? text("picker.too_many", { most }) : "");
    picker.setAttribute("aria-busy", "true");
    picker.closest("form")?.setAttribute("data-preparing", "");
    void inTurn(chosen.slice(0, Math.max(0, room))).then((made) => {
      files = [...files, ...made];
      write();
      picker.removeAttribute("aria-busy");
      picker.closest("form")?.removeAttribute("data-preparing");
      picker.dispatchEvent(new CustomEvent("linli:prepared", { bubbles: true }));
    });
  });
}

export function startPickers(): void {
  mount("[data-picker]", start);
}
