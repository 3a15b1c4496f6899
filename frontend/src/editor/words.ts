/** The texts of the editor in the language of the page: linli/subsystems/division/editor_texts.py puts them there as JSON. */

let texts: Record<string, string> | undefined;

export const LANGUAGE = document.documentElement.lang || undefined;

/** The text named `key`, with `{name}` replaced. An unknown key shows itself, so that it is seen and mended. */
export function say(key: string, values: Record<string, string | number> = {}): string {
  texts ??= JSON.parse(document.getElementById("editor-texts")?.textContent || "{}") as Record<string, string>;
  return (texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
