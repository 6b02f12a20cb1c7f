import { z } from "zod";

import { textOf } from "../../sessions/errors.ts";
import { badParams } from "./client-files.ts";
import { CLIENT } from "./methods.ts";
import type { Reply } from "./rpc-peer.ts";
import { ERRORS, refusal, result } from "./rpc-peer.ts";
import type { Terminal } from "./terminal.ts";
import { startTerminal } from "./terminal.ts";
import type { Workspace } from "./workspace.ts";

/** Commands that an agent has run by us, in its workspace. They end with the agent: they carry its marker. */
export interface Terminals {
  /** Null: it is about no terminal. */
  serve(method: string, params: unknown): Promise<Reply> | null;
}

export interface TerminalsOptions {
  readonly workspace: Workspace;
  /** What a command inherits. */
  readonly environment: Readonly<Record<string, string>>;
  /** Of the agent's process. */
  readonly marker: string;
}

const CREATE = z.object({
  command: z.string().min(1),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string().min(1), value: z.string() })).nullish(),
  cwd: z.string().nullish(),
  outputByteLimit: z.number().min(0).nullish(),
});
const NAMED = z.object({ terminalId: z.string() });

const MOST_TERMINALS = 32;
const MOST_BYTES = 1024 * 1024;

export function createTerminals(options: TerminalsOptions): Terminals {
  const { workspace } = options;
  const all = new Map<string, Terminal>();
  let count = 0;

  const create = async (params: unknown): Promise<Reply> => {
    const wanted = CREATE.safeParse(params).data;
    if (wanted === undefined) return badParams(CLIENT.terminal_create);
    const cwd = workspace.resolve(wanted.cwd ?? workspace.path);
    if (cwd === null) {
      return refusal(ERRORS.badParams, `${wanted.cwd} is outside the workspace`);
    }
    if (all.size >= MOST_TERMINALS) {
      return refusal(ERRORS.badRequest, `${MOST_TERMINALS} terminals are open: release one`);
    }
    count += 1;
    const id = `terminal-${count}`;
    const terminal = await startTerminal({
      command: wanted.command,
      args: wanted.args ?? [],
      cwd,
      environment: { ...options.environment, ...named(wanted.env ?? []) },
      marker: options.marker,
      mostBytes: Math.min(wanted.outputByteLimit ?? MOST_BYTES, MOST_BYTES),
    });
    all.set(id, terminal);
    return result({ terminalId: id });
  };

  const use = async (
    params: unknown,
    deed: (terminal: Terminal, id: string) => object | null | Promise<object | null>,
  ): Promise<Reply> => {
    const id = NAMED.safeParse(params).data?.terminalId ?? "";
    const terminal = all.get(id);
    if (terminal === undefined) return refusal(ERRORS.notFound, `there is no terminal "${id}"`);
    return result(await deed(terminal, id));
  };

  return {
    serve: (method, params) => {
      switch (method) {
        case CLIENT.terminal_create:
          return create(params).catch((error: unknown) => refusal(ERRORS.internal, textOf(error)));
        case CLIENT.terminal_output:
          return use(params, (terminal) => terminal.output());
        case CLIENT.terminal_wait_for_exit:
          return use(params, (terminal) => terminal.exited);
        case CLIENT.terminal_kill:
          return use(params, (terminal) => {
            terminal.kill();
            return null;
          });
        case CLIENT.terminal_release:
          return use(params, (terminal, id) => {
            terminal.kill();
            all.delete(id);
            return null;
          });
        default:
          return null;
      }
    },
  };
}

function named(
  variables: readonly { readonly name: string; readonly value: string }[],
): Readonly<Record<string, string>> {
  const all: Record<string, string> = {};
  for (const { name, value } of variables) all[name] = value;
  return all;
}
