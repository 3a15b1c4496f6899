/** Report in three steps: shows one fieldset of `form[data-steps]` at a time and keeps what was typed.
 *
 * Without script all steps stand below each other in one form, which works as well. Back on the phone goes one step back.
 * `data-one-of="photos description"` on a step: one of these fields is needed before the next; `.step__lacks` says so.
 * Typed words survive a reload in this tab; photos and the position do not leave the page.
 */

import { mount } from "./mount";

function start(element: HTMLElement): void {
  const form = element as HTMLFormElement;
  const steps = Array.from(form.querySelectorAll<HTMLElement>(".step"));
  const marks = Array.from(document.querySelectorAll<HTMLElement>(".steps li"));
  const draft = `linli:draft:${form.dataset["steps"] || location.pathname}`;
  const first = steps.findIndex((step) => step.querySelector(".field--error"));

  const show = (index: number, focus: boolean): void => {
    steps.forEach((step, each) => step.classList.toggle("is-current", each === index));
    marks.forEach((mark, each) => {
      mark.classList.toggle("is-past", each < index);
      if (each === index) mark.setAttribute("aria-current", "step");
      else mark.removeAttribute("aria-current");
    });
    if (!focus) return;
    const question = steps[index]?.querySelector<HTMLElement>(".step__question, legend");
    question?.setAttribute("tabindex", "-1");
    question?.focus({ preventScroll: true });
    window.scrollTo({ top: 0 });
  };
  const complete = (step: HTMLElement): boolean => {
    const fields = Array.from(step.querySelectorAll<HTMLInputElement>("input, textarea, select"));
    if (!fields.every((field) => field.type === "file" || field.reportValidity())) return false;
    const lacks = step.querySelector<HTMLElement>(".step__lacks");
    if (!lacks) return true;
    lacks.hidden = answered(step);
    if (!lacks.hidden) lacks.scrollIntoView({ block: "center" });
    return lacks.hidden;
  };
  const now = (): number => steps.findIndex((step) => step.classList.contains("is-current"));

  form.classList.add("is-stepped");
  form.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest(".step__next, .step__back") : null;
    if (!button) return;
    event.preventDefault();
    const at = now();
    if (button.classList.contains("step__back")) {
      history.back();
    } else if (complete(steps[at]!)) {
      history.pushState({ step: at + 1 }, "");
      show(at + 1, true);
    }
  });
  for (const type of ["input", "change", "linli:position", "linli:files"]) {
    form.addEventListener(type, (event) => {
      const step = event.target instanceof Element ? event.target.closest<HTMLElement>(".step") : null;
      const lacks = step?.querySelector<HTMLElement>(".step__lacks");
      if (step && lacks && answered(step)) lacks.hidden = true;
    });
  }
  // A required field in a step that is not shown would stop sending without a word.
  form.addEventListener("invalid", (event) => {
    const at = steps.findIndex((step) => step.contains(event.target as Node));
    if (at >= 0 && at !== now()) show(at, false);
  }, true);
  window.addEventListener("popstate", (event) => {
    if (!form.isConnected) return;
    const state = event.state as { step?: number } | null;
    show(Math.min(steps.length - 1, state?.step ?? 0), true);
  });
  keepWords(form, draft);
  const begin = Math.max(0, first);
  history.replaceState({ step: 0 }, "");
  for (let step = 1; step <= begin; step += 1) history.pushState({ step }, "");
  show(begin, false);
}

/** Whether a step that asks for one of several fields has one. */
function answered(step: HTMLElement): boolean {
  const names = (step.dataset["oneOf"] ?? "").split(" ").filter(Boolean);
  const fields = names.map((name) => step.querySelector<HTMLInputElement>(`[name="${name}"]`));
  return !names.length || fields.some((field) => field && (field.type === "file" ? field.files?.length : field.value.trim()));
}

function keepWords(form: HTMLFormElement, draft: string): void {
  const fields = Array.from(form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("[data-keep]"));
  try {
    const kept = JSON.parse(sessionStorage.getItem(draft) || "{}") as Record<string, string>;
    for (const field of fields) if (!field.value && kept[field.name]) field.value = kept[field.name]!;
    form.addEventListener("input", () => {
      sessionStorage.setItem(draft, JSON.stringify(Object.fromEntries(fields.map((field) => [field.name, field.value]))));
    });
    form.addEventListener("linli:sent", () => sessionStorage.removeItem(draft));
  } catch {
    // Storage is switched off: nothing is kept, everything else works.
  }
}

export function startSteps(): void {
  mount("form[data-steps]", start);
}
