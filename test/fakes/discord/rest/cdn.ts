import type { ServerResponse } from "node:http";

import { signature } from "../shapes/api-message.ts";
import type { World } from "../world/world.ts";

/** `/attachments/:channel/:file/:name?ex=…&is=…&hm=…`: needs no token, and the address ends. */
export function serveFile(world: World, url: URL, response: ServerResponse): number {
  const [, , channel, id = "", name = ""] = url.pathname.split("/");
  const file = world.files.get(id);
  const ex = url.searchParams.get("ex") ?? "";
  const isGood =
    file !== undefined &&
    file.channelId === channel &&
    file.name === decodeURIComponent(name) &&
    url.searchParams.get("hm") === signature(file, ex) &&
    Number.parseInt(ex, 16) * 1000 > world.clock.now();
  if (!isGood) {
    response.writeHead(404, { "content-type": "text/plain;charset=UTF-8" });
    response.end("This content is no longer available.");
    return 404;
  }
  response.writeHead(200, {
    "content-type": file.mime,
    "content-length": String(file.bytes.length),
    "content-disposition": `attachment; filename="${encodeURIComponent(file.name)}"`,
  });
  response.end(file.bytes);
  return 200;
}

export const CDN_ROUTE = "/attachments/:channel/:file/:name";
