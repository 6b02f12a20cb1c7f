import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A program in `session` mode that does what the first word of a message says. */

interface Told {
  readonly type: string;
  readonly turn?: string;
  readonly note?: string | null;
  readonly cursor?: unknown;
  readonly messages?: readonly { readonly text: string }[];
  readonly decision?: string;
  readonly entries?: readonly { readonly text?: string }[];
}

let turns = 0;
let note = "";
let ticking: NodeJS.Timeout | null = null;
let isDeaf = false;

const say = (frame: object): void => void process.stdout.write(`${JSON.stringify(frame)}\n`);
const answer = (text: string): void => {
  for (const word of text.match(/\S+\s*/g) ?? []) say({ type: "delta", text: word });
  say({ type: "done" });
};

function play(told: Told): void {
  turns += 1;
  note = told.note ?? "";
  const text = (told.messages ?? []).map((one) => one.text).join(" / ");
  const [, word = "", rest = ""] = /^(\S+)\s*([^]*)$/.exec(text) ?? [];
  switch (word) {
    case "ask":
      return say({ type: "ask", id: `a${turns}`, title: "Go on?", detail: rest });
    case "endless":
      ticking = setInterval(() => say({ type: "delta", text: "." }), 20);
      return;
    case "deaf":
      isDeaf = true;
      process.on("SIGTERM", () => undefined);
      process.stdin.on("end", () => setInterval(() => undefined, 1000));
      return say({ type: "delta", text: "deaf" });
    case "die":
      say({ type: "delta", text: "dying" });
      return void setTimeout(() => process.kill(process.pid, "SIGKILL"), 10);
    case "exit":
      process.stderr.write("it went wrong here\n");
      return process.exit(3);
    case "orphan":
      spawn("sleep", ["60"], { detached: true, stdio: "ignore" }).unref();
      return answer("left");
    case "recall":
      return say({ type: "history" });
    case "turn":
      return answer(JSON.stringify(told));
    case "count":
      return answer(`turn ${turns} of ${process.pid}`);
    case "raw":
      return void process.stdout.write(rest.replaceAll("TURN", told.turn ?? ""));
    case "long":
      return void process.stdout.write(`${"x".repeat(9_000_000)}\n`);
    case "where":
      return answer(`${process.cwd()} ${JSON.stringify(process.env)}`);
    case "later":
      answer("now");
      return void setTimeout(() => process.stdout.write("outside\n"), 30);
    default:
      return answer(`You said: ${text}`);
  }
}

createInterface({ input: process.stdin }).on("line", (line) => {
  const told = JSON.parse(line) as Told;
  switch (told.type) {
    case "turn":
      return play(told);
    case "answer":
      return answer(told.decision === "allow" ? "Allowed." : "Declined.");
    case "cancel":
      if (isDeaf) return;
      if (ticking !== null) clearInterval(ticking);
      return say({ type: "done" });
    case "history":
      return answer(`${note} ${(told.entries ?? []).map(({ text }) => text).join(" ")}`);
  }
});
