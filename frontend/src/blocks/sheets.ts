/** Pages of forms on which answers decide what is asked, and places to sign: what they need is fetched only there (forms/). */

import { mount } from "./mount";

export function startSheets(): void {
  mount("[data-logic]", (form) => {
    void import("../forms/live").then(({ follow }) => follow(form as HTMLFormElement));
  });
  mount("[data-signature]", (block) => {
    void import("../forms/signature").then(({ sign }) => sign(block));
  });
}
