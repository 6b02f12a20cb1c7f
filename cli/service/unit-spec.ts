/** What the units of one installation are written from. */
export interface UnitSpec {
  /** Of the service, without `.service`. */
  readonly name: string;
  /** Of systemd; null = the unit must serve them all. */
  readonly version: number | null;
  readonly scope: UnitScope;
  /** Absolute paths and words: node itself, the program, its options. */
  readonly command: readonly string[];
  /** Where programs are found; null = as systemd has it. */
  readonly path: string | null;
  readonly hardening: Hardening;
  /** Listeners that systemd opens, and keeps open over a restart. */
  readonly listeners: readonly Listener[];
}

export type UnitScope =
  /** `user` null = a user that exists only while the service runs. `home` null = it has none, or it is not known. */
  | { readonly kind: "system"; readonly user: string | null; readonly home: string | null }
  | { readonly kind: "user"; readonly uid: number };

/** `agents` leaves room for agents that sandbox themselves and work in people's folders. */
export type Hardening = "off" | "agents" | "strict";

export interface Listener {
  readonly name: "webhooks" | "http";
  /** As `ListenStream=` takes it. */
  readonly address: string;
}

/** The first line of every unit that may be overwritten and removed. */
export const WRITTEN_BY =
  "# Written by `sluice service install`; changes belong in a drop-in (`systemctl edit`).";

/** The units of one installation: names of files below the units' directory, and what is in them. */
export type UnitFiles = Readonly<Record<string, string>>;
