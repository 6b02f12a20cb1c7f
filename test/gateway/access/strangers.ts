import type { Capabilities } from "../../../adapters/adapter.ts";
import type { Approval, PairingReport } from "../../../gateway/access/pairing.ts";
import type { NetworkSettings } from "../../../gateway/config/configuration.ts";
import { until } from "../until.ts";
import { createWorld } from "../world.ts";
import type { World } from "../world.ts";

export const EVE = { sender: { id: "eve", name: "Eve" } };

type Local = Extract<NetworkSettings, { adapter: "local" }>;

/** A network where strangers are given codes, with one operator (`op`) unless told otherwise. */
export async function pairingWorld(
  network: Partial<Local> = {},
  capabilities: Partial<Capabilities> = {},
): Promise<World> {
  const world = await createWorld({
    network: { allow: [], pairing: "on", ...network },
    capabilities,
  });
  await world.boot();
  return world;
}

/** Of a person, by id. */
export function as(id: string): { sender: { id: string; name: string } } {
  return { sender: { id, name: id } };
}

/** A stranger writes, and is given a code. */
export async function knock(world: World, user = "eve"): Promise<string> {
  const before = codes(world, user).length;
  await world.network.say(user, "hello", as(user));
  await until(world, () => codes(world, user).length > before);
  // That it was sent is stored.
  await until(world, () =>
    knocks(world, user).some(({ at, expiresAt }) => expiresAt - at > 60_000),
  );
  return codes(world, user).at(-1) ?? "";
}

/** Codes that were shown in the chat of a person. */
export function codes(world: World, chat: string): string[] {
  return world.network.texts(chat).flatMap((text) => /Your code: (\S+)/.exec(text)?.[1] ?? []);
}

export function knocks(world: World, user?: string) {
  return world
    .now()
    .core.access.book.knocks()
    .filter((one) => user === undefined || one.user === user);
}

/** By somebody where the gateway runs. */
export function approve(
  world: World,
  code: string,
  { by = "me", standing = "user" }: Partial<Approval> = {},
): Promise<PairingReport> {
  return world.now().gateway.operations.access.approve(code, { by, standing });
}

/** Somebody says something in their own chat; what is said there until the check is true. */
export async function say(world: World, user: string, text: string, chat = user): Promise<string> {
  const before = world.network.texts(chat).length;
  await world.network.say(chat, text, as(user));
  await until(world, () => world.network.texts(chat).length > before);
  return world.network.texts(chat).slice(before).join("\n");
}
