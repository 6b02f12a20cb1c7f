import { z } from "zod";

const toolKind = z.enum([
  "read",
  "search",
  "think",
  "edit",
  "delete",
  "move",
  "execute",
  "fetch",
  "other",
]);
const amount = z.number().nullable().default(null);

/** What a program in `session` mode may write, one JSON object a line. `turn`: of an earlier turn it is ignored. */
const FRAMES = z
  .discriminatedUnion("type", [
    z.object({ type: z.literal("delta"), text: z.string() }),
    z.object({ type: z.literal("message"), text: z.string() }),
    z.object({ type: z.literal("thought"), text: z.string() }),
    z.object({
      type: z.literal("plan"),
      steps: z.array(
        z.object({
          text: z.string(),
          state: z.enum(["pending", "running", "done"]).default("pending"),
        }),
      ),
    }),
    z.object({
      type: z.literal("tool"),
      call: z.string().min(1),
      name: z.string().default("tool"),
      input: z.string().default(""),
      kind: toolKind.default("other"),
      state: z.enum(["started", "done", "failed"]).default("started"),
      result: z.string().default(""),
    }),
    z.object({
      type: z.literal("ask"),
      id: z.string().min(1),
      title: z.string().min(1),
      detail: z.string().default(""),
      fingerprint: z.string().min(1).optional(),
      kind: toolKind.default("other"),
    }),
    z.object({ type: z.literal("ask_withdrawn"), id: z.string() }),
    z.object({
      type: z.literal("file"),
      path: z.string().min(1),
      name: z.string().default(""),
      mime: z.string().default(""),
    }),
    z.object({ type: z.literal("cursor"), value: z.json() }),
    z.object({
      type: z.literal("usage"),
      inputTokens: amount,
      outputTokens: amount,
      cost: amount,
    }),
    z.object({ type: z.literal("ping") }),
    z.object({ type: z.literal("history"), last: z.int().min(1).optional() }),
    z.object({ type: z.literal("done"), reason: z.string().default("end_turn") }),
    z.object({ type: z.literal("error"), message: z.string().default("it did not say why") }),
  ])
  .and(z.object({ turn: z.string().optional() }));

export type Frame = z.output<typeof FRAMES>;

export type Line =
  | { readonly is: "frame"; readonly frame: Frame }
  | { readonly is: "text"; readonly text: string }
  /** A frame of a kind that nobody knows, or that lacks something. */
  | { readonly is: "odd"; readonly problem: string };

/** A line that is no JSON object with a `type` is text: programs print what they like. */
export function parseLine(line: string): Line {
  let found: unknown;
  try {
    found = JSON.parse(line);
  } catch {
    return { is: "text", text: line };
  }
  if (typeof found !== "object" || found === null) return { is: "text", text: line };
  if (!("type" in found) || typeof found.type !== "string") return { is: "text", text: line };
  const parsed = FRAMES.safeParse(found);
  if (parsed.success) return { is: "frame", frame: parsed.data };
  const [issue] = parsed.error.issues;
  return {
    is: "odd",
    problem: `${found.type}: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`,
  };
}
