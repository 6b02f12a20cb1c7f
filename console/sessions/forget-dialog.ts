import { h } from "preact";
import type { ComponentChildren, RefObject } from "preact";
import type { SessionReport } from "../../gateway/operations.ts";

/** Asks before a conversation is removed, and says what goes with it. */
export function ForgetDialog({
  report,
  dialog,
  onForget,
}: {
  readonly report: SessionReport;
  readonly dialog: RefObject<HTMLDialogElement | null>;
  readonly onForget: () => void;
}): ComponentChildren {
  return h(
    "dialog",
    { ref: dialog, "aria-labelledby": "forget-title", "aria-describedby": "forget-what" },
    h("h2", { id: "forget-title" }, "Forget this session?"),
    h("p", { id: "forget-what" }, h("bdi", { class: "mono" }, report.key)),
    h("p", { class: "forget-lost" }, "This cannot be undone. Lost for good:"),
    h(
      "ul",
      { class: "lost" },
      lostWith(report).map((line) => h("li", { key: line }, line)),
    ),
    h(
      "div",
      { class: "actions" },
      h(
        "button",
        { type: "button", class: "button", onClick: () => dialog.current?.close() },
        "Keep it",
      ),
      h(
        "button",
        {
          type: "button",
          class: "button danger",
          onClick: () => {
            dialog.current?.close();
            onForget();
          },
        },
        "Forget it",
      ),
    ),
  );
}

function lostWith({ turns, past, queue, status }: SessionReport): readonly string[] {
  const isRunning = status !== "idle" && status !== "suspended" && status !== "resume_pending";
  return [
    `the transcript of ${counted(turns, "turn")}`,
    ...(past.length > 0 ? [counted(past.length, "earlier conversation")] : []),
    ...(queue.length > 0
      ? [`${counted(queue.length, "message")} in the queue, which will be listed as given up`]
      : []),
    "what was allowed for good in this chat",
    ...(isRunning ? ["the turn that runs now: it is stopped first"] : []),
  ];
}

function counted(count: number, what: string): string {
  return count === 1 ? `1 ${what}` : `${count} ${what}s`;
}
