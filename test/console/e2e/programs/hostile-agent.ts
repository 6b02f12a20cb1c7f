import { createInterface } from "node:readline";
import { CONTROLS, LONG_LINE, MARKUP } from "../hostile-words.ts";

/** An agent that means ill, in everything that an agent can say. */
const say = (frame: object): void => console.log(JSON.stringify(frame));
const [image = ""] = MARKUP;

for await (const line of createInterface({ input: process.stdin })) {
  const told = JSON.parse(line) as {
    type: string;
    messages?: readonly { readonly text: string }[];
  };
  if (told.type === "answer") say({ type: "done" });
  if (told.type !== "turn") continue;
  const wanted = told.messages?.[0]?.text ?? "";
  if (wanted.startsWith("long")) {
    say({ type: "delta", text: LONG_LINE });
    say({ type: "done" });
    continue;
  }
  const tool = { type: "tool", call: "1", name: image, kind: "read" };
  say({ ...tool, input: MARKUP.join("\n"), state: "started" });
  say({ ...tool, state: "done", result: [...CONTROLS, ...MARKUP].join("\n") });
  say({ type: "plan", steps: [{ text: image, state: "running" }] });
  for (const words of [...MARKUP, ...CONTROLS]) say({ type: "delta", text: `${words}\n\n` });
  say({ type: "delta", text: `\`\`\`"><script>alert(1)</script>\n${image}\n\`\`\`\n` });
  if (wanted.startsWith("ask")) {
    say({
      type: "ask",
      id: "1",
      title: image,
      detail: [...MARKUP, ...CONTROLS].join("\n"),
      kind: "execute",
    });
  } else say({ type: "done" });
}
