/** Texts that scripts show, in the user's language: linli/web/texts.py puts them into the page as JSON. */

let texts: Record<string, string> | undefined;

/** The text named `key`, with `{name}` replaced. An unknown key shows itself, so that it is seen and mended. */
export function text(key: string, values: Record<string, string | number> = {}): string {
  texts ??= JSON.parse(document.getElementById("linli-texts")?.textContent || "{}") as Record<string, string>;
  const found = texts[key] ?? key;
  return found.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
