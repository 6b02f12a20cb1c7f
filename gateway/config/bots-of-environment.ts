type Variables = Readonly<Record<string, string | undefined>>;

const BOTS = [
  { adapter: "telegram", token: "TELEGRAM_BOT_TOKEN", operators: "TELEGRAM_OPERATORS" },
  { adapter: "discord", token: "DISCORD_BOT_TOKEN", operators: "DISCORD_OPERATORS" },
] as const;

/** Without any `networks` in the file, a token in the environment is enough for a bot beside the local chat. */
export function withBotsOfEnvironment(
  values: Readonly<Record<string, unknown>>,
  environment: Variables,
): Readonly<Record<string, unknown>> {
  const bots = BOTS.filter(({ token }) => environment[token]);
  if (values["networks"] !== undefined || bots.length === 0) return values;
  const networks = bots.map(({ adapter, token, operators }) => [
    adapter,
    { adapter, token: { env: token }, operators: idsOf(environment[operators]) },
  ]);
  return { ...values, networks: { local: { adapter: "local" }, ...Object.fromEntries(networks) } };
}

/** `123, 456` */
function idsOf(list: string | undefined): readonly string[] {
  return (list ?? "").split(/[\s,]+/).filter((id) => id !== "");
}
