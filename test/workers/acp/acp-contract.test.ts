import { workerContract } from "../contract.ts";
import { makeAgents } from "./agents.ts";

workerContract("the acp worker", async () => ({
  ...makeAgents(),
  say: {
    several: { text: "words of a person", answer: "You said: words of a person" },
    ask: { text: "ask rm x", allowed: "Allowed: rm x", denied: "Declined: rm x" },
    endless: "slow",
    die: "crash",
    recall: "history",
  },
  close: async () => undefined,
}));
