import type { FileSettings } from "./schema.ts";
import type { Secret } from "./secret.ts";

/** What the gateway runs by: the file, the environment and the command line, resolved and checked. */
export type Configuration = DeepReadonly<
  Omit<FileSettings, "stateDir" | "networks" | "workers" | "defaultWorker" | "control">
> & {
  /** The file it came from; null = defaults only. */
  readonly file: string | null;
  /** Absolute. */
  readonly stateDir: string;
  readonly networks: Readonly<Record<string, NetworkSettings>>;
  readonly workers: Readonly<Record<string, WorkerSettings>>;
  /** A key of `workers`. */
  readonly defaultWorker: string;
  /** `socket` is absolute. */
  readonly control: { readonly socket: string };
  /** Absolute: nothing of these files and directories may be sent to a chat. */
  readonly secretPaths: readonly string[];
};

export type NetworkSettings = WithSecrets<FileSettings["networks"][string]>;

export type WorkerSettings = WithKey<FileSettings["workers"][string]>;

/** `keyPlace`: where a person finds the key. */
type WithKey<Worker> = Worker extends { readonly kind: "model" }
  ? DeepReadonly<Omit<Worker, "key">> & {
      readonly key: Secret | null;
      readonly keyPlace: string | null;
    }
  : DeepReadonly<Worker>;

/** The bots of a network by name; the local chat has a token of its own, null = made once and kept: see `localToken`. */
type WithSecrets<Network> = Network extends { readonly adapter: "local" }
  ? DeepReadonly<Omit<Network, "token">> & { readonly token: Secret | null }
  : Network extends unknown
    ? DeepReadonly<Omit<Network, "token" | "accounts">> & {
        readonly accounts: Readonly<Record<string, Secret>>;
      }
    : never;

type DeepReadonly<Value> = Value extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: DeepReadonly<Value[Key]> }
    : Value;
