// Expressions of forms on a phone: the operators of linli/core/forms/logic.py, given to json-logic-js. Both mean the same, vector by
// vector (tests/forms/test_vectors.py); what the language is stands in docs/forms.md.
import jsonLogic from "json-logic-js";

type Value = null | boolean | number | string | Value[] | { [name: string]: Value };
type Operator = (...values: any[]) => Value;

const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;
const DAY_MS = 86_400_000;

const number = (value: number): number | null => (Number.isFinite(value) ? value + 0 : null);
const known =
  (operator: Operator, otherwise: Value = null): Operator =>
  (...values) =>
    values.some((one) => one === null || one === undefined) ? otherwise : operator(...values);
const ofKnown =
  (operator: (values: number[]) => number | null): Operator =>
  (values) =>
    operator(((values ?? []) as (number | null)[]).filter((one): one is number => one !== null));
const inOrder =
  (holds: (one: any, other: any) => boolean): Operator =>
  (...values) =>
    values.slice(1).every((one, place) => holds(values[place], one));
const plus = (...values: number[]): number | null => number(values.reduce((total, one) => total + one, 0));

// The instant at which a day begins in UTC; null for what is no day of the years 1 to 9999.
function day(text: string): Date | null {
  const found = DAY.exec(text);
  if (!found) return null;
  const at = new Date(0);
  at.setUTCFullYear(Number(found[1]), Number(found[2]) - 1, Number(found[3]));
  return Number(found[1]) > 0 && at.toISOString().slice(0, 10) === text ? at : null;
}

function yearsBetween(first: string, last: string): number | null {
  const begin = day(first);
  const end = day(last);
  if (!begin || !end) return null;
  return end.getUTCFullYear() - begin.getUTCFullYear() - (last.slice(5) < first.slice(5) ? 1 : 0);
}

function addDays(first: string, days: number): string | null {
  const begin = day(first);
  if (!begin || days !== Math.floor(days) || Math.abs(days) > 100_000) return null;
  const moved = new Date(begin.getTime() + days * DAY_MS);
  const year = moved.getUTCFullYear();
  return year >= 1000 && year <= 9999 ? moved.toISOString().slice(0, 10) : null;
}

function round(value: number, digits = 0): number | null {
  const scaled = value * 10 ** digits;
  return Number.isFinite(scaled) ? number(Math.floor(scaled + 0.5) / 10 ** digits) : null;
}

const OPERATORS: Record<string, Operator> = {
  "==": (one, other) => (one ?? null) === (other ?? null),
  "!=": (one, other) => (one ?? null) !== (other ?? null),
  "<": known(inOrder((one, other) => one < other), false),
  "<=": known(inOrder((one, other) => one <= other), false),
  ">": known((one, other) => one > other, false),
  ">=": known((one, other) => one >= other, false),
  "+": known(plus),
  "-": (...values) =>
    values.includes(null) ? null : number(values.length === 1 ? -values[0] : values[0] - values[1]),
  "*": known((...values) => number(values.reduce((product, one) => product * one, 1))),
  "/": known((one, other) => (other === 0 ? null : number(one / other))),
  "%": known((one, other) => (other === 0 ? null : number(one % other))),
  min: known((...values) => Math.min(...values)),
  max: known((...values) => Math.max(...values)),
  round: known(round),
  in: (one, several) => one !== null && ((several ?? []) as Value[]).includes(one),
  cat: (...values) => values.map((one) => one ?? "").join(""),
  length: (text) => [...((text ?? "") as string)].length,
  count: (values) => ((values ?? []) as Value[]).length,
  sum: ofKnown((values) => plus(...values)),
  smallest: ofKnown((values) => (values.length ? Math.min(...values) : null)),
  largest: ofKnown((values) => (values.length ? Math.max(...values) : null)),
  days_between: known((first, last) => {
    const begin = day(first);
    const end = day(last);
    return begin && end ? (end.getTime() - begin.getTime()) / DAY_MS : null;
  }),
  years_between: known(yearsBetween),
  add_days: known(addDays),
};
for (const [name, operator] of Object.entries(OPERATORS)) jsonLogic.add_operation(name, operator as never);

/** What an expression gives for the values that are known by name. It has passed the check of the server. */
export const told = (logic: object, known: Record<string, Value>): Value =>
  (jsonLogic.apply(logic as never, known) ?? null) as Value;

/** Whether something holds: nothing, no, zero, an empty text and an empty list do not. */
export const holds = (value: Value): boolean => jsonLogic.truthy(value);
