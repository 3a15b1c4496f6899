/** What follows from answers, at once: questions come and go, values are calculated, what does not fit is told beside the question.
 *
 * `data-logic` holds the expressions of the page and what is known from other pages (linli/core/forms/pages/following.py). Without script
 * the page is asked anew when it was saved; what holds is always what the server says. Evaluation goes as in linli/core/forms/judging.py.
 */

import { make } from "../blocks/elements";
import { text } from "../blocks/texts";
import { holds, told } from "./logic";

type Value = ReturnType<typeof told>;
type Row = Record<string, Value>;
interface Rule {
  relevant?: object;
  calculate?: object;
  constraint?: object;
  message?: string;
  unit?: string;
  repeat?: string;
  inside?: string[];
}
interface Logic {
  known: Row;
  order: string[];
  items: Record<string, Rule>;
  kinds: Record<string, string>;
  repeats: Record<string, Record<string, string>>;
}

const NUMBER = /^[+-]?(\d{1,3}(,\d{3})+|\d*)(\.\d+)?$/;

/** The answer that a question has on the page, as expressions know it; null for none. */
function answered(form: HTMLFormElement, key: string, kind: string): Value {
  const controls = Array.from(form.querySelectorAll<HTMLInputElement>(`[name="${key}"]`));
  const typed = (end: string): string => form.querySelector<HTMLInputElement>(`[name="${key}-${end}"]`)?.value.trim() ?? "";
  if (kind === "several") {
    const codes = controls.filter((one) => one.checked).map((one) => one.value);
    return codes.length ? codes : null;
  }
  if (kind === "one") return controls.find((one) => one.type !== "radio" || one.checked)?.value || null;
  if (kind === "photo" || kind === "voice" || kind === "signature") {
    const drop = form.querySelector<HTMLInputElement>(`[name="${key}-drop"]`);
    return controls.some((one) => one.files?.length) || (drop && !drop.checked) ? true : null;
  }
  if (kind === "place") return typed("lon") && typed("lat") ? true : null;
  if (kind === "person") return typed("name") ? true : null;
  const words = controls[0]?.value.normalize(kind === "number" ? "NFKC" : "NFC").trim() ?? "";
  if (kind === "number") {
    const plain = words.replace(/[^\d.,+-]+$/, ""); // a unit behind it
    return /\d/.test(plain) && NUMBER.test(plain) ? Number(plain.replace(/,/g, "")) : null;
  }
  if (kind === "time") return words.slice(0, 5) || null;
  return (kind === "moment" ? words.slice(0, 16).replace(" ", "T") : words) || null;
}

class Follower {
  private known: Row = {};
  private rows: Record<string, Row[]> = {};
  private hidden = new Set<string>();

  constructor(
    private readonly form: HTMLFormElement,
    private readonly logic: Logic,
  ) {}

  /** Reads the page and finds out what is asked and what is calculated. */
  find(): void {
    this.known = { ...this.logic.known };
    this.hidden = new Set();
    this.rows = {};
    for (const [name, kind] of Object.entries(this.logic.kinds)) this.known[name] = answered(this.form, name, kind);
    for (const [name, kinds] of Object.entries(this.logic.repeats)) {
      const count = Number(this.form.querySelector<HTMLInputElement>(`[name="${name}-rows"]`)?.value ?? 0);
      this.rows[name] = Array.from({ length: count }, (_none, at) =>
        Object.fromEntries(Object.entries(kinds).map(([inner, kind]) => [inner, answered(this.form, `${name}-${at}-${inner}`, kind)])),
      );
      // A row in which nothing was written is none.
      this.known[name] = this.rows[name]!.filter((row) => Object.values(row).some((one) => one !== null));
    }
    for (const name of Object.keys(this.logic.known)) {
      const found = this.known[name];
      if (!(name in this.rows) && Array.isArray(found) && found.every((row) => row && typeof row === "object" && !Array.isArray(row))) {
        this.rows[name] = this.known[name] = (found as Row[]).map((row) => ({ ...row }));
      }
    }
    for (const name of this.logic.order) {
      const item = this.logic.items[name]!;
      if (!item.repeat) this.one(name, item, "", this.known, this.known);
      else if (!this.hidden.has(item.repeat))
        (this.rows[item.repeat] ?? []).forEach((row, at) =>
          this.one(name, item, `${item.repeat}-${at}-`, { ...this.known, ...row }, row),
        );
    }
  }

  private one(name: string, item: Rule, prefix: string, known: Row, into: Row): void {
    if (this.hidden.has(prefix + name)) return;
    if (item.relevant && !holds(told(item.relevant, known))) {
      for (const inner of [name, ...(item.inside ?? [])]) {
        this.hidden.add(prefix + inner);
        into[inner] = inner in this.rows && !prefix ? (this.rows[inner] = []) : null;
      }
    } else if (item.calculate) into[name] = told(item.calculate, known);
  }

  /** Shows and hides what the page has of it; how many questions came, and how many went. */
  show(): [number, number] {
    let came = 0;
    let went = 0;
    for (const part of Array.from(this.form.querySelectorAll<HTMLFieldSetElement>("[data-follows]"))) {
      const gone = this.hidden.has(part.dataset["follows"]!);
      if (gone === part.hidden) continue;
      part.hidden = part.disabled = gone;
      if (gone) went += 1;
      else came += 1;
    }
    for (const part of Array.from(this.form.querySelectorAll<HTMLElement>("[data-calculated]"))) {
      const [name, prefix] = this.split(part.dataset["calculated"]!);
      const value = this.around(prefix)[name] ?? null;
      part.hidden = value === null || this.hidden.has(prefix + name);
      const output = part.querySelector("output")!;
      const words = this.words(value, this.logic.items[name]!);
      if (output.textContent !== words) output.textContent = words;
    }
    return [came, went];
  }

  /** Says beside a question that its answer does not fit, or takes that back. */
  judge(control: HTMLElement): void {
    const named = (control as HTMLInputElement).name ?? "";
    const [name, prefix] = this.split(named.replace(/-(lon|lat|name|phone|drop)$/, ""));
    const item = this.logic.items[name];
    let field = control.closest<HTMLElement>(".field");
    while (field?.parentElement?.closest<HTMLElement>(".field")) field = field.parentElement.closest<HTMLElement>(".field");
    if (!item?.constraint || !field) return;
    const known = this.around(prefix);
    const fits = (known[name] ?? null) === null || holds(told(item.constraint, known));
    const said = field.querySelector(".field__error");
    const id = `misfit_${prefix}${name}`;
    if (fits) {
      if (said?.id === id) {
        said.remove();
        field.classList.remove("field--error");
        control.removeAttribute("aria-invalid");
        control.removeAttribute("aria-errormessage");
      }
    } else if (!said) {
      field.append(make("div", { class: "field__error", id, role: "alert" }, make("span", {}, item.message ?? "")));
      field.classList.add("field--error");
      control.setAttribute("aria-invalid", "true");
      control.setAttribute("aria-errormessage", id);
    }
  }

  private split(key: string): [string, string] {
    const found = /^(\w+)-(\d+)-(\w+)$/.exec(key);
    return found && found[1]! in this.logic.repeats ? [found[3]!, `${found[1]}-${found[2]}-`] : [key, ""];
  }

  private around(prefix: string): Row {
    const [repeat, at] = prefix.split("-");
    return prefix ? { ...this.known, ...this.rows[repeat!]?.[Number(at)] } : this.known;
  }

  private words(value: Value, item: Rule): string {
    if (typeof value === "boolean") return value ? text("logic.yes") : text("logic.no");
    if (typeof value === "number") return `${Number(value.toPrecision(10))} ${item.unit ?? ""}`.trim();
    return String(value ?? "").replace("T", " ");
  }
}

/** Follows the answers of one page from now on. */
export function follow(form: HTMLFormElement): void {
  const follower = new Follower(form, JSON.parse(form.dataset["logic"]!) as Logic);
  const said = form.querySelector<HTMLElement>("[data-followed]");
  let waiting = false;
  const again = (): void => {
    waiting = false;
    follower.find();
    const [came, went] = follower.show();
    if (said && came) said.textContent = text("logic.more", { count: came });
    else if (said && went) said.textContent = text("logic.fewer", { count: went });
  };
  const soon = (): void => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(again);
  };
  follower.find();
  follower.show();
  form.addEventListener("input", soon);
  for (const type of ["change", "linli:files"]) {
    form.addEventListener(type, (event) => {
      follower.find();
      if (event.target instanceof HTMLElement) follower.judge(event.target);
      soon();
    });
  }
}
