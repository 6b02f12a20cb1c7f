import { startVitest } from "vitest/node";

/** `npm run test:agents [-- opencode claude …]`: real agents, installed from the npm registry, behind a real gateway. */
const runner = await startVitest([], {
  config: false,
  watch: false,
  include: ["test/agents/real-agents.ts"],
  provide: { agents: process.argv.slice(2) },
  reporters: ["verbose"],
  fileParallelism: false,
});
await runner.close();

declare module "vitest" {
  interface ProvidedContext {
    readonly agents: readonly string[];
  }
}
