import type { Clock } from "../../sessions/clock.ts";

/** A slash command or a press that may still be answered. Its token lives in memory only. */
export interface Interaction {
  readonly externalId: string;
  readonly id: string;
  readonly token: string;
  readonly kind: "command" | "button";
  /** Epoch ms, by Discord's clock: when the person did it. */
  readonly at: number;
  /** The channel, thread or DM it was done in. */
  readonly channel: string;
}

/** The interactions of the last 15 minutes. */
export interface Interactions {
  remember(interaction: Interaction): void;
  /** Null: never seen by this process, too old, or taken. */
  peek(externalId: string): Interaction | null;
  /** As `peek`, and forgets it. */
  take(externalId: string): Interaction | null;
}

/** Discord takes answers for this long, ms; less a little, for an answer under way. */
const LIFE_MS = 15 * 60_000 - 10_000;

export function createInteractions(clock: Pick<Clock, "now">): Interactions {
  // In the order in which they came: the oldest first.
  const known = new Map<string, Interaction>();
  const peek = (externalId: string): Interaction | null => {
    const found = known.get(externalId);
    return found === undefined || isOver(found) ? null : found;
  };
  const isOver = ({ at }: Interaction): boolean => clock.now() - at > LIFE_MS;

  return {
    remember(interaction) {
      for (const [externalId, old] of known) {
        if (!isOver(old)) break;
        known.delete(externalId);
      }
      known.set(interaction.externalId, interaction);
    },
    peek,
    take(externalId) {
      const found = peek(externalId);
      known.delete(externalId);
      return found;
    },
  };
}
