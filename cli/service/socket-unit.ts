import type { Listener } from "./unit-spec.ts";
import { WRITTEN_BY } from "./unit-spec.ts";

/** A listener that is open while the gateway restarts: callers wait a moment, and none is refused. */
export function socketUnit(service: string, { name, address }: Listener): string {
  return `${WRITTEN_BY}
[Unit]
Description=Sluice chat gateway: ${name}

[Socket]
ListenStream=${address}
# The gateway knows the socket by this name.
FileDescriptorName=${name}
Service=${service}.service
Backlog=4096

[Install]
WantedBy=sockets.target
`;
}
