import { cpus, loadavg, totalmem } from "node:os";

import { formatNumber } from "./figures.ts";
import { formatRow } from "./row.ts";
import type { Row } from "./row.ts";

export interface Circumstances {
  readonly flushMs: number;
  /** Load of the machine before the first measurement. */
  readonly load: number;
  readonly isQuick: boolean;
  readonly tookMs: number;
}

/** The page that `npm run bench` writes. */
export function formatReport(rows: readonly Row[], about: Circumstances): string {
  const [cpu] = cpus();
  const facts = [
    `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${process.platform} ${process.arch}`,
    `${cpus().length} × ${cpu?.model ?? "unknown CPU"}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    `${formatNumber(about.flushMs)} ms to make 4 KiB durable on its disk (median of 200)`,
    `load ${about.load.toFixed(2)} before, ${(loadavg()[0] ?? 0).toFixed(2)} after; the run took ${Math.round(about.tookMs / 1000)} s`,
  ];
  return `# Measured

Written by \`npm run bench\`; every figure was measured in this run, none is copied.${
    about.isQuick ? " **A quick run: its figures say nothing.**" : ""
  }

${facts.map((fact) => `- ${fact}`).join("\n")}

The **bare** bot (\`bench/bare-echo.ts\`) has the same HTTP library, the same shape of API and the same demo agent process,
and nothing else: no store, no inbox or outbox, no state. Both run as processes of their own on this machine, take turns
round by round, and are driven by a third process. Every message to the gateway is durable before it is taken, and every
answer before it is sent. Where there were rounds, the median is shown.

On **Telegram** and **Discord** the bare bots are what the first page of their libraries shows: grammY's \`bot.start()\` with
\`context.reply\` (\`bench/bare-grammy.ts\`) and discord.js's \`Client\` with \`message.reply\` (\`bench/bare-discord.ts\`). Each
bot has a network of its own, the strict fake of our tests, in the process of the driver, so that its CPU counts for neither,
and without rate limits; the brake of 50 calls a second inside Discord's library is lifted for both bots. People write in
private chats and get the same words from both. CPU is that of user and system together, from the kernel's counts.

What the bare bots do not do: they store nothing, so that a crash loses what they were told or answers it twice; they know
no message that comes again; they start no agent; and they keep no order (discord.js answers all at once), or keep it by
answering nobody else meanwhile (grammY answers one message of all chats after the other).

| what | figure to reach | gateway | bare | ratio | reached |
| --- | --- | --- | --- | --- | --- |
${rows.map(formatRow).join("\n")}
`;
}
