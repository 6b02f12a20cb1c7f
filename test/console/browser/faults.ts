import type { Given } from "./devtools.ts";

/** Something that a page must not do. */
export interface Fault {
  /**
   * `network`: a request failed, which a test that takes the gateway away expects.
   * `policy`: the Content-Security-Policy was violated. `dialog`: alert() and such, as injected code would.
   */
  readonly kind: "exception" | "console" | "policy" | "network" | "dialog" | "crash";
  readonly text: string;
}

export function faultOf(method: string, params: Given): Fault | null {
  switch (method) {
    case "Runtime.exceptionThrown":
      return { kind: "exception", text: exceptionText(params as unknown as ExceptionThrown) };
    case "Runtime.consoleAPICalled":
      return consoleFault(params as unknown as ConsoleCall);
    case "Log.entryAdded":
      return logFault((params as unknown as { entry: LogEntry }).entry);
    case "Audits.issueAdded":
      return issueFault((params as unknown as { issue: Issue }).issue);
    case "Page.javascriptDialogOpening":
      return { kind: "dialog", text: `${String(params["type"])}: ${String(params["message"])}` };
    case "Inspector.targetCrashed":
      return { kind: "crash", text: "the page's process is gone" };
    default:
      return null;
  }
}

interface Details {
  readonly text: string;
  readonly url?: string;
  readonly lineNumber: number;
  readonly exception?: { readonly description?: string; readonly value?: unknown };
}

interface ExceptionThrown {
  readonly exceptionDetails: Details;
}

export function exceptionText({ exceptionDetails: details }: ExceptionThrown): string {
  const what = details.exception?.description ?? JSON.stringify(details.exception?.value);
  return `${details.text} ${what} (${details.url ?? "no file"}:${details.lineNumber + 1})`;
}

interface ConsoleCall {
  readonly type: string;
  readonly args: readonly { readonly value?: unknown; readonly description?: string }[];
}

function consoleFault({ type, args }: ConsoleCall): Fault | null {
  if (type !== "error" && type !== "assert" && type !== "warning") return null;
  const words = args.map(({ value, description }) => description ?? String(value));
  return { kind: "console", text: `${type}: ${words.join(" ")}` };
}

interface LogEntry {
  readonly source: string;
  readonly level: string;
  readonly text: string;
  readonly url?: string;
}

function logFault({ source, level, text, url }: LogEntry): Fault | null {
  if (level !== "error" && level !== "warning") return null;
  const isPolicy = source === "security" || /Content Security Policy|Trusted ?Type/i.test(text);
  const kind = isPolicy ? "policy" : source === "network" ? "network" : "console";
  return { kind, text: url === undefined ? text : `${text} (${url})` };
}

interface Issue {
  readonly code: string;
  readonly details: Given;
}

function issueFault({ code, details }: Issue): Fault | null {
  if (code !== "ContentSecurityPolicyIssue") return null;
  return { kind: "policy", text: JSON.stringify(details["contentSecurityPolicyIssueDetails"]) };
}
