import { join } from "node:path";

import { expect, it } from "vitest";

import { answerIn, play, turnOf } from "../turns.ts";
import { SIGNAL, useAgents, useConversation } from "./agents.ts";

const SDK_AGENT = join(import.meta.dirname, "../../fakes/acp-agent/sdk-agent.ts");

it("an agent made with the protocol's own SDK understands all that we say", async () => {
  const { worker } = useAgents({}, { command: [process.execPath, SDK_AGENT] });
  const session = await worker.open(useConversation(), SIGNAL);
  const events = await play(session, turnOf("work"), (event) => {
    if (event.type === "ask") void session.answer(event.id, "allow");
  });
  expect(answerIn(events)).toBe(`{"outcome":"selected","optionId":"y"} written written`);
  const waiting = await play(session, turnOf("wait"), (event) => {
    if (event.type === "delta") void session.interrupt();
  });
  expect(waiting.at(-1)).toEqual({ type: "cancelled" });
});
