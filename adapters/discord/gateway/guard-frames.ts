import type { WebSocketShard } from "@discordjs/ws";

/**
 * The library reads frames in a promise that nobody waits for: a frame of an unexpected shape would end the
 * process as an unhandled rejection. Its reader is private, so a test with such frames watches over this.
 */
export function guardFrames(shard: WebSocketShard, onUnreadable: (thrown: unknown) => void): void {
  for (const name of ["onMessage", "internalConnect"]) {
    const inner: unknown = Reflect.get(shard, name);
    if (typeof inner !== "function") continue;
    Reflect.set(shard, name, async (...given: readonly unknown[]) => {
      try {
        await Reflect.apply(inner, shard, given);
      } catch (thrown) {
        onUnreadable(thrown);
      }
    });
  }
}
