import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtemp, readFile, readdir, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { FetchResult } from "../../../../adapters/adapter.ts";
import { DISCORD_CAPABILITIES } from "../../../../adapters/discord/outbound/capabilities.ts";
import type { OutboundFile } from "../../../../sessions/message.ts";
import { row, sent, startOutboundWorld, words } from "./outbound-world.ts";
import type { OutboundWorld } from "./outbound-world.ts";

const CDN = "/attachments/:channel/:file/:name";

let world: OutboundWorld;
let home: string;
let folder: string;

beforeEach(async () => {
  world = await startOutboundWorld();
  home = world.discord.home.channel;
  folder = await mkdtemp(join(tmpdir(), "sluice-discord-"));
});
afterEach(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

async function makeFile(content: string | number, name = "plan.txt"): Promise<OutboundFile> {
  const path = join(folder, name);
  await writeFile(path, typeof content === "string" ? content : "");
  if (typeof content === "number") await truncate(path, content);
  const size = typeof content === "number" ? content : content.length;
  return { path, name, mime: "text/plain", size };
}

describe("a file to Discord", () => {
  it("[E14] is sent with its name, its kind and its caption, once", async () => {
    const file = await makeFile("the plan");
    const same = row();
    const message = words("Look:", { file });
    const first = await world.outbound.send(world.address(), message, same);
    expect(await world.outbound.send(world.address(), message, same)).toEqual(first);
    const [only, ...others] = world.discord.seen(home);
    expect(others).toEqual([]);
    expect(only).toMatchObject({ content: "Look:", nonce: same.id });
    const [attachment] = only?.attachments ?? [];
    expect(attachment).toMatchObject({ name: "plan.txt", mime: "text/plain" });
    expect(attachment?.bytes.toString()).toBe("the plan");
  });

  it("[E14] needs no caption", async () => {
    await sent(world, words("", { file: await makeFile("the plan") }));
    expect(world.discord.seen(home)).toMatchObject([{ content: "" }]);
  });

  it("[E14] over 10 MiB, or gone from the disk, it is refused in words", async () => {
    const large = words("", { file: await makeFile(10 * 2 ** 20 + 1) });
    expect(await world.outbound.send(world.address(), large, row())).toEqual({
      outcome: "refused",
      reason: "the file plan.txt is larger than the 10 MiB that Discord takes",
    });
    const gone = words("", { file: { ...(await makeFile("x")), path: join(folder, "gone") } });
    expect(await world.outbound.send(world.address(), gone, row())).toMatchObject({
      outcome: "refused",
      reason: expect.stringContaining("cannot be read") as string,
    });
    expect(world.discord.records.calls).toEqual([]);
  });

  it("[E14] of 25 MB it is refused in words, and not a byte of it goes out", async () => {
    const large = words("", { file: await makeFile(25 * 2 ** 20) });
    expect(await world.outbound.send(world.address(), large, row())).toMatchObject({
      outcome: "refused",
      reason: expect.stringContaining("10 MiB") as string,
    });
    expect(world.discord.records.calls).toEqual([]);
  });

  it("[E14] one that this server finds too large is refused in words", async () => {
    await world.close();
    world = await startOutboundWorld({ discord: { fileLimit: 4 } });
    const message = words("", { file: await makeFile("the plan") });
    expect(await world.outbound.send(world.address(), message, row())).toEqual({
      outcome: "refused",
      reason: "the file is too large for this server",
    });
  });
});

describe("a file from Discord", () => {
  const target = (): string => join(folder, "fetched");

  /** Somebody posts a file. */
  const post = (content: string): string =>
    world.discord.people.say(home, "see", {
      author: world.discord.home.person,
      files: [{ name: "photo.png", bytes: Buffer.from(content) }],
    });

  /** As inbound makes it of what Discord tells. */
  async function refOf(message: string): Promise<string> {
    const { attachments } = (await world.client.rest.get(
      `/channels/${home}/messages/${message}`,
    )) as { attachments: { id: string }[] };
    return `${home}/${message}/${attachments[0]?.id ?? ""}`;
  }

  const fetchIt = (ref: string, limit = 1_000): Promise<FetchResult> =>
    world.outbound.fetch(
      { kind: "document", ref, name: "photo.png", mime: "image/png", size: null },
      { file: target(), limit, signal: new AbortController().signal },
    );

  it("[E14] is written whole", async () => {
    const ref = await refOf(post("picture"));
    expect(await fetchIt(ref)).toEqual({ outcome: "fetched", size: 7 });
    expect(await readFile(target(), "utf8")).toBe("picture");
  });

  it("[E14] of 25 MB is written whole, and one of a byte more is told to be too large", async () => {
    const { fetchFileLimit } = DISCORD_CAPABILITIES;
    const ref = await refOf(post("x".repeat(25 * 2 ** 20)));
    expect(await fetchIt(ref, fetchFileLimit)).toEqual({ outcome: "fetched", size: 25 * 2 ** 20 });
    expect((await stat(target())).size).toBe(25 * 2 ** 20);
    await rm(target());
    const larger = await refOf(post("x".repeat(25 * 2 ** 20 + 1)));
    expect(await fetchIt(larger, fetchFileLimit)).toEqual({ outcome: "too_large" });
    expect(await readdir(folder)).toEqual([]);
  });

  it("[E14] larger than the limit it is not written", async () => {
    const ref = await refOf(post("picture"));
    expect(await fetchIt(ref, 6)).toEqual({ outcome: "too_large" });
    expect(world.calls("GET", CDN)).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  it("[E14] of a message that was deleted, or a channel that may not be seen, is gone", async () => {
    const posted = post("picture");
    const ref = await refOf(posted);
    expect(await fetchIt(`${home}/${posted}/1`)).toMatchObject({ outcome: "gone" });
    world.discord.people.delete(posted);
    expect(await fetchIt(ref)).toEqual({ outcome: "gone", reason: "the message is gone" });
    expect(await fetchIt("nonsense")).toMatchObject({ outcome: "gone" });
  });

  it("[E14] a broken download is worth another try, and leaves nothing", async () => {
    const ref = await refOf(post("picture"));
    for (const fault of [{ kind: "drop" }, { kind: "status", status: 503 }] as const) {
      world.discord.faults.rest.next({ route: CDN }, fault);
      expect(await fetchIt(ref)).toMatchObject({ outcome: "failed" });
      expect(await readdir(folder)).toEqual([]);
    }
    world.discord.faults.rest.next(
      { route: "/channels/:channel/messages/:message" },
      { kind: "drop" },
    );
    expect(await fetchIt(ref)).toMatchObject({ outcome: "failed" });
    expect(await fetchIt(ref)).toMatchObject({ outcome: "fetched" });
  });

  it.each([
    ["that is larger than Discord said", "x".repeat(64), "end", { outcome: "too_large" }],
    ["that breaks in the middle", "x", "destroy", { outcome: "failed" }],
  ] as const)("[E14] a file %s leaves nothing", async (_, chunk, ending, result) => {
    const server = createServer((request, response) => {
      const url = `http://${request.headers.host}/file`;
      if (request.url === "/file") {
        response.writeHead(200, ending === "destroy" ? { "content-length": "9" } : {});
        response.write(chunk, () => response[ending]());
        return;
      }
      const attachments = [{ id: "3", url, size: 9 }];
      const message = { id: "2", channel_id: "1", content: "", author: { id: "4" }, attachments };
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify(message));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const next = world.reborn({ apiRoot: `http://127.0.0.1:${port}/api` });
    const attachment = { kind: "other", ref: "1/2/3", name: "f", mime: "", size: 9 } as const;
    const { signal } = new AbortController();
    expect(
      await next.outbound.fetch(attachment, { file: target(), limit: 10, signal }),
    ).toMatchObject(result);
    expect(await readdir(folder)).toEqual([]);
    server.close();
  });

  it("[E14] no reason shows the signed address", async () => {
    const ref = await refOf(post("picture"));
    world.discord.faults.rest.next({ route: CDN }, { kind: "drop" });
    const result = await fetchIt(ref);
    expect(JSON.stringify(result)).not.toMatch(/http|hm=|ex=/);
  });
});
