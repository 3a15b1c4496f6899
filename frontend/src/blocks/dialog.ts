/** Native dialogs opened by `data-dialog="id"`, closed by `data-close`; and menus made of <details class="menu">.
 *
 * Safari 15.0 to 15.3 has no <dialog>: there the dialog is shown in place, without a backdrop, and still works.
 */

import { mount, on } from "./mount";

export function openDialog(dialog: HTMLDialogElement): void {
  if (typeof dialog.showModal === "function") {
    if (!dialog.open) dialog.showModal();
    // The first thing to fill in, rather than the closing cross.
    dialog.querySelector<HTMLElement>("[autofocus], input:not([type=hidden]), select, textarea")?.focus();
  } else {
    dialog.setAttribute("open", "");
  }
}

export function closeDialog(dialog: HTMLDialogElement): void {
  if (typeof dialog.close === "function") dialog.close();
  else dialog.removeAttribute("open");
}

export function startDialogs(): void {
  on("click", "[data-dialog]", (button, event) => {
    const dialog = document.getElementById(button.dataset["dialog"] ?? "");
    if (!(dialog instanceof HTMLElement) || dialog.tagName !== "DIALOG") return;
    event.preventDefault();
    button.closest("details.menu")?.removeAttribute("open");
    openDialog(dialog as HTMLDialogElement);
  });
  on("click", "[data-close]", (button) => {
    const dialog = button.closest<HTMLDialogElement>("dialog");
    if (dialog) closeDialog(dialog);
  });
  // A dialog that holds typed words does not close by a stray click beside it; one that only shows something does.
  on("click", "dialog[data-light]", (dialog, event) => {
    if (event.target === dialog) closeDialog(dialog as HTMLDialogElement);
  });
}

/** A dialog that the server answers open (its form was refused) opens again as soon as it is there. */
export function startOpenDialogs(): void {
  mount("dialog[data-open]", (dialog) => openDialog(dialog as HTMLDialogElement));
}

export function startMenus(): void {
  document.addEventListener("click", (event) => {
    for (const menu of Array.from(document.querySelectorAll("details.menu[open]"))) {
      if (event.target instanceof Node && !menu.contains(event.target)) menu.removeAttribute("open");
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector<HTMLDetailsElement>("details.menu[open]");
    if (!menu) return;
    menu.removeAttribute("open");
    menu.querySelector("summary")?.focus();
  });
}
