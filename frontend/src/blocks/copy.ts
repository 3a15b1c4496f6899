/** Copies a number or key: `<button type="button" data-copy="#number" hidden>… <span>Copy</span></button>`.
 *
 * The button shows itself where copying is possible. Without it the text is selected as a whole by one tap (user-select: all).
 */

import { mount, on } from "./mount";
import { text } from "./texts";

/** Copies by the selection, for pages without https, where the clipboard interface is closed. */
function copyBySelection(source: Element): boolean {
  const selection = getSelection();
  if (!selection) return false;
  selection.selectAllChildren(source);
  return document.execCommand("copy");
}

async function copy(source: Element): Promise<boolean> {
  try {
    await navigator.clipboard.writeText((source.textContent ?? "").trim());
    return true;
  } catch {
    return copyBySelection(source);
  }
}

export function startCopy(): void {
  mount("[data-copy]", (button) => {
    button.hidden = false;
  });
  on("click", "[data-copy]", (button) => {
    const source = document.querySelector(button.dataset["copy"] ?? "");
    const said = button.querySelector("span");
    if (!source || !said) return;
    void copy(source).then((done) => {
      if (done) said.textContent = text("copy.done");
    });
  });
}
