import { workerContract } from "../contract.ts";
import { openCommandWorld, shell } from "./world.ts";

workerContract("the command worker in session mode", async () => ({
  ...openCommandWorld(),
  say: {
    several: { text: "words of a person", answer: "You said: words of a person" },
    ask: { text: "ask it", allowed: "Allowed.", denied: "Declined." },
    endless: "endless",
    die: "die",
    recall: "recall",
  },
  close: async () => undefined,
}));

const SCRIPT = `
  read -r first; text=$(cat)
  case "$first" in
    several*) for word in one two three; do printf '%s ' $word; sleep 0.15; done;;
    endless*) while :; do echo; sleep 0.05; done;;
    die*) printf dying; kill -9 $$;;
    *) printf '%s\\n%s' "$first" "$text";;
  esac`;

workerContract("the command worker in oneshot mode", async () => ({
  ...openCommandWorld({ ...shell(SCRIPT), history: 10 }),
  say: {
    several: { text: "several", answer: "one two three" },
    ask: null,
    endless: "endless",
    die: "die",
    recall: "recall",
  },
  close: async () => undefined,
}));
