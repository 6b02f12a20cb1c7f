import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { ZodError } from "zod";
import { SluiceError, textOf, type ErrorCode } from "../../sessions/errors.ts";

/** What a refused request is answered with: `message` is what was found, `advice` what to do. */
export interface Fault {
  readonly error: { readonly code: string; readonly message: string; readonly advice: string };
}

export function usageFault(context: Context, found: string, advice: string): Response {
  return context.json(toFault("usage", found, advice), 400);
}

export function missingFault(context: Context, found: string, advice: string): Response {
  return context.json(toFault("not_found", found, advice), 404);
}

export function bodyFault(context: Context, error: ZodError): Response {
  const found = error.issues.map((issue) => `${issue.path.join(".") || "body"}: ${issue.message}`);
  return usageFault(context, found.join("; "), "correct the request");
}

/** The answer to whatever a route threw, and whether someone must look at it. */
export function thrownFault(
  context: Context,
  thrown: Error,
): { readonly response: Response; readonly isOurs: boolean } {
  if (thrown instanceof SluiceError) {
    const fault = toFault(thrown.code, foundBy(thrown), thrown.advice);
    return { response: context.json(fault, statusFor(thrown.code)), isOurs: false };
  }
  if (thrown instanceof HTTPException) {
    const fault = toFault("usage", thrown.message, "correct the request");
    return { response: context.json(fault, thrown.status), isOurs: false };
  }
  const fault = toFault("unexpected", textOf(thrown), "see the gateway's log");
  // Who asked has left in the middle of it: nobody reads this, and nobody need look.
  return { response: context.json(fault, 500), isOurs: !isBrokenOff(thrown) };
}

function isBrokenOff(thrown: Error): boolean {
  return "code" in thrown && thrown.code === "ECONNRESET";
}

function toFault(code: string, message: string, advice: string): Fault {
  return { error: { code, message, advice } };
}

/** `SluiceError.message` ends with the advice; the two travel apart. */
function foundBy(error: SluiceError): string {
  const tail = `: ${error.advice}`;
  return error.message.endsWith(tail) ? error.message.slice(0, -tail.length) : error.message;
}

function statusFor(code: ErrorCode): ContentfulStatusCode {
  if (code === "control_refused") return 409;
  if (code === "usage" || code.startsWith("config_")) return 400;
  return code.startsWith("store_") || code === "start_aborted" ? 503 : 500;
}
