import { knowSecret } from "./known-secrets.ts";

/** What any program needs to run, and how a worker's own commands find this gateway. */
const USUAL = [
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "SHELL",
  "LANG",
  "LANGUAGE",
  "LC_ALL",
  "LC_CTYPE",
  "TERM",
  "COLORTERM",
  "TZ",
  "TMPDIR",
  "XDG_CACHE_HOME",
  "XDG_CONFIG_HOME",
  "XDG_DATA_HOME",
  "XDG_RUNTIME_DIR",
  "XDG_STATE_HOME",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "NODE_EXTRA_CA_CERTS",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "SLUICE_CONFIG",
  "SLUICE_STATE_DIR",
] as const;

/** Names of what a worker opens doors with: it tells nobody, and nor do we. */
const SECRET = /key|token|secret|passw|credential|auth/i;

/** `disabled`, `required`: a setting whose name only sounds like a secret. */
const WORD = /^[a-z]{1,15}$/i;

/** What the supervisor tells us is for us alone: a worker that spoke in our name could keep a dead gateway alive. */
const NEVER = /^(NOTIFY_|WATCHDOG_|LISTEN_|CREDENTIALS_DIRECTORY$|INVOCATION_ID$|SLUICE_WORKER$)/;

/** The environment of worker processes: the usual names and those in `allow`, never a token or the supervisor's. */
export function workerEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  allow: readonly string[],
): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const name of [...USUAL, ...allow]) {
    const value = environment[name];
    if (value === undefined || NEVER.test(name)) continue;
    passed[name] = value;
    if (SECRET.test(name) && !WORD.test(value)) knowSecret(value);
  }
  return passed;
}
