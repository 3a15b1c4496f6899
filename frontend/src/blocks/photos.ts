/** Photo strip: the links of `.photos` open in a viewer with previous and next; without script they open the image. */

import { icon, make } from "./elements";
import { closeDialog, openDialog } from "./dialog";
import { on } from "./mount";
import { text } from "./texts";

let viewer: HTMLDialogElement | undefined;
let shown: HTMLAnchorElement[] = [];
let at = 0;

function build(): HTMLDialogElement {
  const image = make("img", { alt: "" });
  const count = make("span", { "aria-live": "polite" });
  const caption = make("div", { class: "viewer__caption" });
  const button = (name: string, label: string, run: () => void): HTMLButtonElement => {
    const made = make("button", { type: "button", class: "button button--icon", "aria-label": label }, icon(name));
    made.addEventListener("click", run);
    return made;
  };
  const dialog = make(
    "dialog",
    { class: "dialog viewer", "aria-label": text("photos.viewer") },
    make(
      "div",
      { class: "viewer__bar" },
      count,
      button("chevron-left", text("photos.previous"), () => show(at - 1)),
      button("chevron-right", text("photos.next"), () => show(at + 1)),
      button("x", text("close"), () => closeDialog(dialog)),
    ),
    image,
    caption,
  );
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") show(at - 1);
    if (event.key === "ArrowRight") show(at + 1);
  });
  document.body.append(dialog);
  return dialog;
}

function show(index: number): void {
  if (!viewer || !shown.length) return;
  at = (index + shown.length) % shown.length;
  const link = shown[at]!;
  const thumb = link.querySelector("img");
  const image = viewer.querySelector("img")!;
  image.src = link.href;
  image.alt = thumb?.alt ?? "";
  viewer.querySelector("span")!.textContent = `${at + 1} / ${shown.length}`;
  viewer.querySelector(".viewer__caption")!.textContent =
    link.dataset["caption"] ?? link.parentElement?.querySelector("figcaption")?.textContent ?? "";
}

export function startPhotos(): void {
  on("click", ".photos a[href]", (link, event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || typeof HTMLDialogElement !== "function") return;
    event.preventDefault();
    shown = Array.from(link.closest(".photos")!.querySelectorAll<HTMLAnchorElement>("a[href]"));
    viewer ??= build();
    show(shown.indexOf(link as HTMLAnchorElement));
    openDialog(viewer);
  });
}
