/** Talks to the API of drafts: one step at a time, each with the revision that it was made at and a UUID of its own. */

import { uuid4 } from "../blocks/uuid";
import type { Editing, Step, Whole } from "./model";
import { say } from "./words";

/** What the server did not do, in its words. `code` is `changed` where somebody was faster. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
  }
}

async function asked<T>(address: string, init: RequestInit = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(address, { credentials: "same-origin", ...init });
  } catch {
    throw new Refused(say("no_network"), "network");
  }
  const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  if (!response.ok) throw new Refused(String(body["detail"] || body["title"] || say("no_answer", { status: response.status })), String(body["code"] ?? ""));
  return body as T;
}

export class Wire {
  constructor(
    private readonly address: string,
    private readonly token: string,
  ) {}

  whole(): Promise<Whole> {
    return asked<Whole>(this.address);
  }

  now(): Promise<{ revision: number; ended: boolean; editing: Editing[] }> {
    return asked(`${this.address}/now`);
  }

  step(what: "commands" | "undo" | "redo", body: Record<string, unknown>): Promise<Step> {
    return asked<Step>(`${this.address}/${what}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": this.token, "Idempotency-Key": uuid4() },
      body: JSON.stringify(body),
    });
  }
}
