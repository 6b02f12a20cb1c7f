import { createMemory, createMemoryEngine } from "../../fakes/memory-engine.ts";
import { engineContract } from "./contract.ts";

engineContract("memory", async () => {
  const memory = createMemory();
  return {
    open: async (options) => createMemoryEngine({ ...options, memory }),
    dispose: async () => {},
  };
});
