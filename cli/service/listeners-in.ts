import { z } from "zod";
import { readYamlFile } from "../../gateway/config/yaml-file.ts";
import { fileSchema } from "../../gateway/config/schema.ts";
import { SluiceError } from "../../sessions/errors.ts";
import type { Listener } from "./unit-spec.ts";

/**
 * The listeners of a configuration that systemd can open. The rest of the file is not looked at: its secrets may be
 * known to the service alone.
 */
export function listenersIn(file: string | null): readonly Listener[] {
  const { webhooks, http } = placesIn(file);
  const listeners: Listener[] = [
    { name: "webhooks", address: addressOf(webhooks.host, webhooks.port) },
  ];
  if (http.port !== null) {
    listeners.push({ name: "http", address: addressOf(http.host, http.port) });
  }
  return listeners;
}

/** What is wrong in it is told where the whole file is read. */
function placesIn(file: string | null): z.output<typeof places> {
  const parsed = file === null ? null : readYamlFile(file);
  return places.parse(parsed?.outcome === "parsed" ? parsed.yaml.values : {});
}

const { webhooks, http } = fileSchema.shape;
const standard = { webhooks: webhooks.parse({}), http: http.parse({}) };
const places = z
  .object({ webhooks: webhooks.catch(standard.webhooks), http: http.catch(standard.http) })
  .catch(standard);

function addressOf(host: string, port: number): string {
  if (port === 0) {
    throw new SluiceError("service_failed", "Cannot keep a listener open on port 0", {
      advice: "give webhooks.port and http.port a number, or leave out --sockets",
    });
  }
  const name = host === "localhost" ? "127.0.0.1" : host;
  return `${name.includes(":") ? `[${name}]` : name}:${port}`;
}
