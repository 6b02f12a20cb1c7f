import { spawn } from "node:child_process";

import type { Stage } from "./stage.ts";
import { Cancelled } from "./stage.ts";

type Body = Record<string, unknown>;
/** Gives the stop reason (default `end_turn`), or a whole answer. */
type Script = (stage: Stage, rest: string) => Promise<string | Body | undefined>;

const OPTIONS = {
  allow_once: "Allow",
  allow_always: "Always allow",
  reject_once: "Reject",
  reject_always: "Always reject",
};

let calls = 0;
/** What the gateway answered to something that was asked between turns. */
let between = "nothing";

function options(kinds: readonly string[]): Body[] {
  return Object.entries(OPTIONS)
    .filter(([kind]) => kinds.includes(kind))
    .map(([kind, name]) => ({ optionId: `id-${kind}`, name, kind }));
}

/** Which option was chosen: its kind, or `cancelled`, or the text of an error. */
function chosen(answer: Body): string {
  const error = answer["error"] as { message: string } | undefined;
  if (error !== undefined) return `error ${error.message}`;
  const { outcome } = answer["result"] as { outcome: { outcome: string; optionId?: string } };
  return outcome.optionId?.replace("id-", "") ?? outcome.outcome;
}

function command(rest: string): Body {
  calls += 1;
  return {
    toolCallId: `call-${calls}`,
    title: `Run ${rest}`,
    kind: "execute",
    status: "pending",
    rawInput: { command: rest },
  };
}

/** Asks for a command; says how it was decided, and ends as `denied` says when it was refused. */
async function askFor(
  stage: Stage,
  rest: string,
  how: { readonly kinds?: readonly string[]; readonly denied?: string } = {},
): Promise<string | undefined> {
  const toolCall = command(rest);
  stage.update({ sessionUpdate: "tool_call", ...toolCall });
  const answer = await stage.ask("session/request_permission", {
    toolCall,
    options: options(how.kinds ?? Object.keys(OPTIONS)),
  });
  const decision = chosen(answer);
  const update = { sessionUpdate: "tool_call_update", toolCallId: toolCall["toolCallId"] };
  if (decision === "cancelled") throw new Cancelled();
  if (decision.startsWith("allow")) {
    stage.update({ ...update, status: "in_progress" });
    await stage.pause(1);
    const content = [{ type: "content", content: { type: "text", text: `ran ${rest}` } }];
    stage.update({ ...update, status: "completed", content });
    await stage.recite(`Allowed: ${rest} (${decision})`);
    return undefined;
  }
  stage.update({ ...update, status: "failed" });
  if (how.denied !== undefined) return how.denied;
  await stage.recite(`Declined: ${rest} (${decision})`);
  return undefined;
}

const SCRIPTS: Readonly<Record<string, Script>> = {
  slow: async (stage) => {
    for (;;) {
      stage.say("word ");
      await stage.pause(20);
    }
  },
  /** As `slow`; a word still comes after it was cancelled. */
  "slow-stray": async (stage) => {
    try {
      for (;;) {
        stage.say("word ");
        await stage.pause(20);
      }
    } finally {
      setTimeout(() => stage.say("stray"), 30);
    }
  },
  hang: (stage) => stage.forEver(),
  deaf: async (stage) => {
    stage.goDeaf();
    stage.say("I hear nothing");
    return stage.forEver();
  },
  ask: (stage, rest) => askFor(stage, rest),
  /** `ask-with reject_once,allow_always rm x` */
  "ask-with": (stage, rest) => {
    const [kinds = "", ...words] = rest.split(" ");
    return askFor(stage, words.join(" "), { kinds: kinds.split(",") });
  },
  "ask-cancels": (stage, rest) => askFor(stage, rest, { denied: "cancelled" }),
  "ask-two": async (stage) => {
    await Promise.all([askFor(stage, "first"), askFor(stage, "second")]);
    return undefined;
  },
  "ask-twice": async (stage, rest) => {
    await askFor(stage, rest);
    await askFor(stage, rest);
    return undefined;
  },
  "ask-withdrawn": async (stage, rest) => {
    const { id, answer } = stage.wire.call("session/request_permission", {
      sessionId: stage.session,
      toolCall: command(rest),
      options: options(Object.keys(OPTIONS)),
    });
    await stage.pause(50);
    stage.wire.send({ method: "$/cancel_request", params: { requestId: id } });
    stage.say(`Withdrawn: ${chosen(await answer)}`);
    return undefined;
  },
  /** A tool call whole as JSON. */
  "ask-json": async (stage, rest) => {
    const toolCall = JSON.parse(rest) as Body;
    const kinds = options(Object.keys(OPTIONS));
    const answer = await stage.ask("session/request_permission", { toolCall, options: kinds });
    stage.say(chosen(answer));
    return undefined;
  },
  /** Updates, as a JSON list. */
  updates: async (stage, rest) => {
    for (const update of JSON.parse(rest) as Body[]) {
      const ms = update["pause"];
      if (typeof ms === "number") await stage.pause(ms);
      else stage.update(update);
    }
    return undefined;
  },
  messages: async (stage) => {
    stage.say("First ", "m1");
    stage.say("message.", "m1");
    stage.say("Second message.", "m2");
    return undefined;
  },
  crash: (_stage, rest) => {
    process.stderr.write(`scripted agent: crashed, as asked for; ${process.env[rest] ?? ""}\n`);
    process.exit(1);
  },
  garbage: async (stage) => {
    stage.wire.raw('npm warn something is old\n\n{}\n[1,2]\n{"jsonrpc":"2.0","id":99}\nnull\n');
    stage.wire.raw('{"jsonrpc":"2.0","method":"session/update"}\n{"broken":\n');
    stage.wire.send({ id: 4711, result: { nobody: "asked" } });
    await stage.recite("said through garbage");
    return undefined;
  },
  "big-update": async (stage) => {
    stage.say("x".repeat(9 * 1024 * 1024));
    stage.say("after a big line");
    return undefined;
  },
  "big-call": async (stage) => {
    const content = "x".repeat(9 * 1024 * 1024);
    const answer = await stage.ask("fs/write_text_file", { path: "/tmp/x", content });
    stage.say(chosen(answer));
    return undefined;
  },
  "big-answer": async () => ({ result: { stopReason: "end_turn", _meta: "x".repeat(9 << 20) } }),
  stray: async (stage, rest) => {
    setTimeout(() => stage.say(rest), 50);
    return undefined;
  },
  "stray-ask": async (stage, rest) => {
    setTimeout(() => {
      const toolCall = command(rest);
      const kinds = options(Object.keys(OPTIONS));
      void stage.ask("session/request_permission", { toolCall, options: kinds }).then((answer) => {
        between = chosen(answer);
      });
    }, 20);
    return undefined;
  },
  /** It does not wait for the answer. */
  "ask-open": async (stage, rest) => {
    const toolCall = command(rest);
    const kinds = options(Object.keys(OPTIONS));
    void stage.ask("session/request_permission", { toolCall, options: kinds }).then((answer) => {
      between = chosen(answer);
    });
    return undefined;
  },
  between: async (stage) => {
    stage.say(between);
    return undefined;
  },
  /** The prompt, whole, as it came. */
  history: async (stage) => {
    const texts = stage.prompt.map((block) => (block.type === "text" ? block.text : block.type));
    stage.say(texts.join("\n---\n"));
    return undefined;
  },
  blocks: async (stage) => {
    const blocks = stage.prompt.map((block) =>
      "data" in block ? { ...block, data: `${block.data.length} characters` } : block,
    );
    stage.say(JSON.stringify(blocks));
    return undefined;
  },
  remembered: async (stage) => {
    stage.say(stage.said.map(({ who, text }) => `${who}: ${text}`).join(" | "));
    return undefined;
  },
  silent: async () => undefined,
  /** Some agents tell with the end of a prompt what it took. */
  used: async (stage) => {
    const cost = { amount: 0.5, currency: "USD" };
    stage.update({ sessionUpdate: "usage_update", used: 1, size: 9, cost });
    const usage = { inputTokens: 12, outputTokens: 3, totalTokens: 15 };
    return { result: { stopReason: "end_turn", usage } };
  },
  stop: async (stage, rest) => {
    await stage.recite("and so it ends");
    return rest;
  },
  error: async (_stage, rest) => {
    const [code, ...words] = rest.split(" ");
    return { error: { code: Number(code), message: words.join(" ") } };
  },
  provider: async (stage) => {
    await stage.recite("API Error: 500 upstream is down");
    return undefined;
  },
  /** `call fs/read_text_file {"path":"/x"}`: says what it was answered. */
  call: async (stage, rest) => {
    const [method = "", ...params] = rest.split(" ");
    const { result, error } = await stage.ask(method, JSON.parse(params.join(" ")) as Body);
    stage.say(JSON.stringify(result === undefined ? { error } : { result }));
    return undefined;
  },
  /** Runs a shell line in a terminal of the gateway, says its output, and keeps it if told to. */
  terminal: async (stage, rest) => {
    const made = await stage.ask("terminal/create", { command: "sh", args: ["-c", rest] });
    const { terminalId } = made["result"] as { terminalId: string };
    const exit = await stage.ask("terminal/wait_for_exit", { terminalId });
    const output = await stage.ask("terminal/output", { terminalId });
    await stage.ask("terminal/release", { terminalId });
    const gone = await stage.ask("terminal/output", { terminalId });
    stage.say(JSON.stringify([exit["result"], output["result"], gone["error"]]));
    return undefined;
  },
  "terminal-left": async (stage, rest) => {
    await stage.ask("terminal/create", { command: "sh", args: ["-c", rest] });
    stage.say("left running");
    return undefined;
  },
  /** It inherits the environment, hence the marker; its own group and no pipes, so nothing else tells of it. */
  orphan: async (stage) => {
    const orphan = spawn("sleep", ["3600"], { detached: true, stdio: "ignore" });
    stage.say(`left ${orphan.pid ?? 0}`);
    return undefined;
  },
  environment: async (stage) => {
    stage.say(JSON.stringify({ ...process.env, cwd: process.cwd() }));
    return undefined;
  },
  /** Nothing more will come of it, and it lives on. */
  "close-output": (stage) => {
    stage.say("my last words");
    process.stdout.end();
    return stage.forEver();
  },
};

export function findScript(text: string): { readonly script: Script; readonly rest: string } {
  const [word = ""] = text.trim().split(/\s/, 1);
  const script = Object.hasOwn(SCRIPTS, word) ? SCRIPTS[word] : undefined;
  if (script !== undefined) return { script, rest: text.trim().slice(word.length).trim() };
  return {
    script: async (stage) => {
      await stage.recite(`You said: ${text}`);
      return undefined;
    },
    rest: text,
  };
}
