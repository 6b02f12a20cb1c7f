import { Readable, Writable } from "node:stream";

import { agent, ndJsonStream, PROTOCOL_VERSION } from "@agentclientprotocol/sdk";

/**
 * An agent made with the protocol's own SDK, which checks every message that it is sent: asks for a command, reads
 * and writes a file, runs a terminal, and says what came of it.
 */
const cancelled = new Map<string, AbortController>();
const folders = new Map<string, string>();

agent({ name: "sdk-agent" })
  .onRequest("initialize", () => ({
    protocolVersion: PROTOCOL_VERSION,
    agentInfo: { name: "sdk-agent", version: "1.0.0" },
    agentCapabilities: { loadSession: false },
  }))
  .onRequest("session/new", ({ params }) => {
    const sessionId = `sdk-${folders.size + 1}`;
    folders.set(sessionId, params.cwd);
    return { sessionId };
  })
  .onRequest("session/prompt", async ({ params, client }) => {
    const { sessionId } = params;
    const abort = new AbortController();
    cancelled.set(sessionId, abort);
    const say = (text: string): Promise<void> =>
      client.notify("session/update", {
        sessionId,
        update: { sessionUpdate: "agent_message_chunk", content: { type: "text", text } },
      });
    const text = params.prompt.flatMap((block) => (block.type === "text" ? [block.text] : []));
    if (text.at(-1) === "wait") {
      await say("waiting");
      await new Promise((resolve) => {
        abort.signal.addEventListener("abort", resolve);
      });
      return { stopReason: "cancelled" };
    }
    const { outcome } = await client.request("session/request_permission", {
      sessionId,
      toolCall: { toolCallId: "1", title: "Run ls", kind: "execute", rawInput: { command: "ls" } },
      options: [
        { optionId: "y", name: "Yes", kind: "allow_once" },
        { optionId: "n", name: "No", kind: "reject_once" },
      ],
    });
    const path = `${folders.get(sessionId) ?? ""}/a.txt`;
    await client.request("fs/write_text_file", { sessionId, path, content: "written" });
    const file = await client.request("fs/read_text_file", { sessionId, path });
    const terminal = await client.createTerminal({ sessionId, command: "cat", args: [path] });
    await terminal.waitForExit();
    const { output } = await terminal.currentOutput();
    await terminal.release();
    await say(`${JSON.stringify(outcome)} ${file.content} ${output}`);
    return { stopReason: "end_turn" };
  })
  .onNotification("session/cancel", ({ params }) => cancelled.get(params.sessionId)?.abort())
  .connect(
    ndJsonStream(
      Writable.toWeb(process.stdout) as WritableStream<Uint8Array>,
      Readable.toWeb(process.stdin) as ReadableStream<Uint8Array>,
    ),
  );
