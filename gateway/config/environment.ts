type Variables = Readonly<Record<string, string | undefined>>;

/** The environment of this process. Nothing else reads it: what is needed goes on as data. */
export function processEnvironment(): Variables {
  return process.env;
}

/** What the environment says besides what the configuration takes from it. */
export interface GatewayEnvironment {
  /** The marker of the worker process that runs this command; null = a person or a script does. */
  readonly worker: string | null;
  /** False when colours are not wanted, whatever the terminal can do. */
  readonly colour: boolean;
}

export function readEnvironment(environment: Variables): GatewayEnvironment {
  return {
    worker: environment["SLUICE_WORKER"] || null,
    // Any value but an empty one switches colours off: https://no-color.org
    colour: !environment["NO_COLOR"] && environment["TERM"] !== "dumb",
  };
}
