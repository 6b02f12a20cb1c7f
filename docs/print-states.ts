import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { SessionCommand } from "../sessions/machine/commands.ts";
import type { SessionStatus } from "../sessions/machine/state.ts";
import type { Transition } from "../sessions/machine/transition.ts";
import { TRANSITIONS } from "../sessions/machine/transitions.ts";

/** `npm run states` writes this page; a test compares it with the file. */
export const STATES_PAGE = fileURLToPath(new URL("states.md", import.meta.url));

export function printStates(rows: readonly Transition[] = TRANSITIONS): string {
  return `${INTRODUCTION}\n\`\`\`mermaid\n${diagram(rows)}\n\`\`\`\n\n${RULES}\n${table(rows)}\n`;
}

const INTRODUCTION = `# The states of a session

<!-- Printed by \`npm run states\` from sessions/machine/transitions*.ts. Edit those, then print again. -->

A session is one conversation. Its status is not stored but derived: it is the phase of its turn, if it has one;
else its mark, if it has one; else \`idle\`. So a turn is active in \`starting\`, \`running\`, \`awaiting_input\` and
\`interrupting\`, and in no other status.

| status | meaning |
|---|---|
| \`idle\` | nothing runs and nothing is left to continue |
| \`starting\` | a worker is being started for a turn |
| \`running\` | the worker accepted the turn and works |
| \`awaiting_input\` | the turn waits for a person at one gate or more |
| \`interrupting\` | somebody asked to stop; the worker has a moment to obey |
| \`resume_pending\` | a turn was cut short; the next one continues the same conversation with a restart note |
| \`suspended\` | cut several times in a row; the next message begins anew, and \`/resume\` brings this one back |
`;

const RULES = `Steps that keep the status are in the table only. Three rules hold for all rows:

- What a worker says applies to the turn and generation that it names, or to nothing: it is refused as late.
- A step that changes the status reports \`status_changed\` once; one that changes nothing reports nothing.
- A turn that a machine's failure ended is *interrupted* and may be resumed; one that a person ended is *cancelled* and
  is not. A mark of an earlier cut outlives every end but a success, so such ends lead to \`resume_pending\` or to \`idle\`.
`;

/** On the arrows of the diagram, where there is little room. */
const ARROW: Record<SessionCommand["type"], string> = {
  admit: "message",
  accepted: "accepted",
  start_failed: "start failed",
  ask: "gate",
  withdraw: "withdrawn",
  answer: "answer",
  expire: "expiry",
  stop: "stop",
  stop_expired: "stop timeout",
  end: "end",
  lost: "worker lost",
  drain_timeout: "drain timeout",
  recover: "boot",
  renew: "/new",
  skip: "/skip",
  resume: "/resume",
  archive: "archived",
  set_mode: "mode",
  set_worker: "agent",
};

function diagram(rows: readonly Transition[]): string {
  const arrows = new Map<string, Set<string>>();
  for (const row of rows) {
    for (const [from, to] of pairs(row)) {
      if (from === to) continue;
      const arrow = `${from} --> ${to}`;
      arrows.set(arrow, (arrows.get(arrow) ?? new Set()).add(ARROW[row.on]));
    }
  }
  const lines = [...arrows].map(([arrow, words]) => `  ${arrow}: ${[...words].join(", ")}`);
  return ["stateDiagram-v2", "  [*] --> idle", ...lines].join("\n");
}

function pairs(row: Transition): readonly (readonly [SessionStatus, SessionStatus])[] {
  return row.from.flatMap((from) => row.to.map((to) => [from, to] as const));
}

function table(rows: readonly Transition[]): string {
  const lines = rows.map((row) => {
    const cells = [codes(row.from), row.when, `\`${row.on}\``, row.by.join(", "), codes(row.to)];
    return `| ${cells.join(" | ")} | ${row.ends ?? ""} |`;
  });
  const head = "| from | when | command | by | to | the turn ends |\n|---|---|---|---|---|---|";
  return [head, ...lines].join("\n");
}

function codes(statuses: readonly SessionStatus[]): string {
  return statuses.map((status) => `\`${status}\``).join(", ");
}

if (import.meta.main) writeFileSync(STATES_PAGE, printStates());
