/** The filters of the address, and what the map asks with them. */

/** The query of the page without where the map stands. */
export function filters(): URLSearchParams {
  const query = new URLSearchParams(location.search);
  for (const key of ["at", "order", "case"]) query.delete(key);
  return query;
}

/** An address with the filters of the page and more. */
export function asked(address: string, more: Record<string, string> = {}): string {
  const query = filters();
  for (const [key, value] of Object.entries(more)) query.set(key, value);
  return `${address}?${query}`;
}

/** Fetches text; "" where the network broke off or the server refused. A newer call of the same `turn` leaves older ones unanswered. */
export function asker(): (address: string) => Promise<string | null> {
  let turn = 0;
  return async (address) => {
    const mine = (turn += 1);
    try {
      const answer = await fetch(address);
      const words = answer.ok ? await answer.text() : "";
      return mine === turn ? words : null;
    } catch {
      return mine === turn ? "" : null;
    }
  };
}

/** Puts markup of the server into an element; it comes from the same place as the page. */
export function put(element: Element, words: string): void {
  element.replaceChildren(...Array.from(new DOMParser().parseFromString(words, "text/html").body.childNodes).map((node) => document.adoptNode(node)));
}
