/** Native dialogs opened by `data-dialog="id"`, closed by `data-close`; and menus made of <details class="menu">.
 *
 * A button with `formaction` fetches its dialog from there when it is first opened; without scripts the address is a page.
 * Safari 15.0 to 15.3 has no <dialog>: there the dialog is shown in place, without a backdrop, and still works.
 */

import { setBusy } from "./submit";
import { mount, on } from "./mount";
import { toast } from "./toast";
import { text } from "./texts";

export function openDialog(dialog: HTMLDialogElement): void {
  if (typeof dialog.showModal === "function") {
    if (!dialog.open) dialog.showModal();
    // What is to be mended, else the first thing to fill in, rather than the closing cross.
    const first = dialog.querySelector<HTMLElement>("[autofocus]") ?? dialog.querySelector<HTMLElement>("input:not([type=hidden]), select, textarea");
    first?.focus();
  } else {
    dialog.setAttribute("open", "");
  }
}

export function closeDialog(dialog: HTMLDialogElement): void {
  if (typeof dialog.close === "function") dialog.close();
  else dialog.removeAttribute("open");
}

/** The dialog of a button, fetched from its address and put beside it; goes to that address where there is none now. */
async function fetchDialog(button: HTMLButtonElement): Promise<void> {
  const form = button.form;
  const id = button.dataset["dialog"] ?? "";
  if (!form || "busy" in form.dataset) return;
  const address = new URL(button.formAction);
  for (const [name, value] of Array.from(new FormData(form))) address.searchParams.set(name, String(value));
  setBusy(form, true);
  try {
    const response = await fetch(address);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const dialog = page.getElementById(id);
    if (!dialog) {
      location.assign(address);
      return;
    }
    dialog.removeAttribute("open"); // the answer is a page with the dialog in place; here it opens above the case
    (button.closest("[data-detail]") ?? document.body).append(document.adoptNode(dialog));
  } catch {
    toast(text("request.failed"));
  } finally {
    setBusy(form, false);
  }
}

export function startDialogs(): void {
  on("click", "[data-dialog]", (button, event) => {
    const dialog = document.getElementById(button.dataset["dialog"] ?? "");
    const comes = button instanceof HTMLButtonElement && button.hasAttribute("formaction");
    if (dialog?.tagName !== "DIALOG" && !comes) return;
    event.preventDefault();
    button.closest("details.menu")?.removeAttribute("open");
    if (dialog) openDialog(dialog as HTMLDialogElement);
    else void fetchDialog(button as HTMLButtonElement);
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
