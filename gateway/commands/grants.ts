import { grantsOf, withoutGrants } from "../approvals/grants.ts";
import type { StandingGrant } from "../approvals/grants.ts";
import type { Core } from "../core.ts";
import type { ChatCommand } from "./command.ts";

export const grants: ChatCommand = {
  name: "grants",
  usage: "",
  summary: "help_grants",
  isForOperators: false,
  async run({ core, session }) {
    const all = await grantsOf(core, session.key);
    return { say: all.length === 0 ? core.texts.say("grants_none") : listed(core, all) };
  },
};

export const revoke: ChatCommand = {
  name: "revoke",
  usage: "[n|all]",
  summary: "help_revoke",
  isForOperators: false,
  async run({ core, session, words }) {
    const { key } = session;
    const { say } = core.texts;
    return {
      // Looked at between two transitions: an answer that allows one more comes before or after, whole.
      between: async () => {
        const all = await grantsOf(core, key);
        if (all.length === 0) return { say: say("grants_none"), writes: {} };
        const one = /^\d+$/.test(words) ? all[Number(words) - 1] : undefined;
        const gone = words.toLowerCase() === "all" ? all : one === undefined ? [] : [one];
        if (gone.length === 0) {
          return { say: say("revoke_which", { list: listed(core, all) }), writes: {} };
        }
        return {
          say: say("revoke_done", { list: gone.map(({ title }) => title).join("; ") }),
          writes: { keyed: [withoutGrants(key, all, gone)] },
        };
      },
    };
  },
};

function listed(core: Core, all: readonly StandingGrant[]): string {
  return all
    .map(({ title, worker, by, at }, index) =>
      core.texts.say("grants_line", {
        n: index + 1,
        title,
        worker,
        by,
        at: new Date(at).toISOString().slice(0, 10),
      }),
    )
    .join("\n");
}
