import { z } from "zod";

/** Which messages of a group are meant for the bot. */
const hearing = z.enum(["mention", "all", "off"]);

export type Hearing = z.output<typeof hearing>;

/** What counts in one group: how the bot listens there, and, if it is another than the network's, who may talk to it. */
export const placeRule = z.union(
  [
    hearing,
    z.strictObject({
      hear: hearing
        .default("mention")
        .describe("mention (also replies to it and commands), all, or off."),
      allow: z
        .array(z.string().min(1))
        .nullable()
        .default(null)
        .describe(
          `Ids of the people who may talk to it there, and nobody else but operators; "*" is everybody; null = as in the network.`,
        ),
    }),
  ],
  { error: 'mention, all, off, or { hear: mention, allow: ["ID"] } with ids in quotes' },
);

type PlaceRule = z.output<typeof placeRule>;

/** As adapters need it: who may talk is not theirs to decide. */
export function hearingOf(
  rules: Readonly<Record<string, Hearing | Pick<Exclude<PlaceRule, Hearing>, "hear">>>,
): Readonly<Record<string, Hearing>> {
  return Object.fromEntries(
    Object.entries(rules).map(([place, rule]) => [
      place,
      typeof rule === "string" ? rule : rule.hear,
    ]),
  );
}
