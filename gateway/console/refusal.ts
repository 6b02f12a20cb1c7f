import type { Fault } from "../control/fault.ts";

/** Why a request goes no further. */
export interface Refusal {
  readonly status: 401 | 403 | 404 | 413 | 429 | 503;
  readonly code: string;
  readonly message: string;
  readonly advice: string;
  readonly retryAfterSeconds?: number;
}

/** As JSON for programs, as a page of a few words for people. */
export function toResponse(refusal: Refusal, accept: string | undefined): Response {
  const { status, code, message, advice, retryAfterSeconds } = refusal;
  const headers = new Headers({ "Cache-Control": "no-store" });
  if (retryAfterSeconds !== undefined) headers.set("Retry-After", String(retryAfterSeconds));
  if (status === 401) headers.set("WWW-Authenticate", "Bearer");
  if (accept?.includes("text/html") === true) {
    headers.set("Content-Type", "text/html; charset=utf-8");
    return new Response(pageOf(refusal), { status, headers });
  }
  headers.set("Content-Type", "application/json");
  const fault: Fault = { error: { code, message, advice } };
  return new Response(JSON.stringify(fault), { status, headers });
}

/** Leads on to the page, as a visit from here. */
export function onwardPage(): Response {
  const text = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="0;url=/">
<title>Sluice</title>
<p><a href="/">Go on to the console</a></p>
</html>
`;
  const headers = { "Cache-Control": "no-store", "Content-Type": "text/html; charset=utf-8" };
  return new Response(text, { status: 401, headers });
}

function pageOf({ message, advice }: Refusal): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sluice: no entry</title>
<h1>No entry</h1>
<p>${escape(message)}.</p>
<p>${escape(advice)}.</p>
</html>
`;
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
