import { hardeningDropIn } from "./hardening.ts";
import { serviceUnit } from "./service-unit.ts";
import { socketUnit } from "./socket-unit.ts";
import type { UnitFiles, UnitSpec } from "./unit-spec.ts";

/** All files of one installation. */
export function unitFiles(spec: UnitSpec): UnitFiles {
  const { name, listeners, hardening, scope } = spec;
  const dropIn = hardeningDropIn(hardening, scope.kind === "system" ? scope.home : null);
  return {
    [serviceName(spec)]: serviceUnit(spec),
    ...(dropIn !== null && { [dropInName(name)]: dropIn }),
    ...Object.fromEntries(listeners.map((one) => [socketName(name, one), socketUnit(name, one)])),
  };
}

export function serviceName({ name }: Pick<UnitSpec, "name">): string {
  return `${name}.service`;
}

export function socketName(service: string, { name }: { readonly name: string }): string {
  return `${service}-${name}.socket`;
}

function dropInName(name: string): string {
  return `${name}.service.d/hardening.conf`;
}

/** Every file that an installation of this name may have, also with other options. */
export function possibleFiles(name: string): readonly string[] {
  const listeners = [{ name: "webhooks" }, { name: "http" }];
  return [
    ...listeners.map((one) => socketName(name, one)),
    dropInName(name),
    serviceName({ name }),
  ];
}
