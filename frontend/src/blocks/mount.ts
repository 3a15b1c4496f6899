/** Starts a block wherever its selector appears, now or after htmx or a form answer has brought new markup. */

type Starter = (element: HTMLElement) => void;

const starters: { selector: string; start: Starter; seen: WeakSet<Element> }[] = [];
let watching = false;

function startWithin(root: Element): void {
  for (const { selector, start, seen } of starters) {
    const found = [...root.querySelectorAll<HTMLElement>(selector)];
    if (root.matches(selector)) found.unshift(root as HTMLElement);
    for (const element of found) {
      if (seen.has(element)) continue;
      seen.add(element);
      start(element);
    }
  }
}

/** Runs `start` once for every element that matches, also for those that come later. */
export function mount(selector: string, start: Starter): void {
  starters.push({ selector, start, seen: new WeakSet() });
  startWithin(document.documentElement);
  if (watching) return;
  watching = true;
  new MutationObserver((records) => {
    for (const record of records) {
      for (const node of Array.from(record.addedNodes)) if (node instanceof Element) startWithin(node);
    }
  }).observe(document.documentElement, { childList: true, subtree: true });
}

/** Handles an event of every element that matches, through one listener on the document. */
export function on<K extends keyof DocumentEventMap>(
  type: K,
  selector: string,
  handle: (element: HTMLElement, event: DocumentEventMap[K]) => void,
): void {
  document.addEventListener(type, (event) => {
    const element = event.target instanceof Element ? event.target.closest<HTMLElement>(selector) : null;
    if (element) handle(element, event);
  });
}
