/** What a network says of a bot's token, for a person who sets the bot up. No text of it holds the token. */
export type BotInspection =
  | {
      readonly outcome: "known";
      /** As people see it. */
      readonly name: string;
      readonly remarks: readonly Remark[];
      /** Where a person invites it to a place; null = people find it by its name. */
      readonly invite: string | null;
    }
  | { readonly outcome: "refused"; readonly reason: string; readonly advice: string }
  | { readonly outcome: "unreachable"; readonly reason: string };

/** One thing about the bot. */
export interface Remark {
  /** `warn`: a person should look at it; `fail`: it cannot work like this. */
  readonly level: "ok" | "warn" | "fail";
  readonly about: string;
  readonly found: string;
  /** Null when it is ok. */
  readonly advice: string | null;
}
