export interface Banner {
  readonly version: string;
  readonly pid: number;
  readonly log: string;
  readonly url: string;
  /** Null: there is none. */
  readonly console: string | null;
  readonly colour: boolean;
}

/** What a newcomer sees first: that it works, what to try, how to break it, how to leave. */
export function bannerLines(banner: Banner): readonly string[] {
  const strong = (text: string): string => (banner.colour ? `\x1b[1m${text}\x1b[22m` : text);
  const faint = (text: string): string => (banner.colour ? `\x1b[2m${text}\x1b[22m` : text);
  const tries = [
    ["hello", "the demo agent answers"],
    ["slow 20", "an answer that takes 20 seconds; while it runs, try one of these:"],
    ["/restart", "  restart the gateway under it"],
    [`kill -9 ${banner.pid}`, "  in another terminal: kill the gateway in the middle of it"],
    ["what was that?", "then say anything: the conversation goes on where it was"],
  ];
  return [
    "",
    `  ${strong(`Sluice ${banner.version}`)} is running. Talk to its agent here; stop it, kill it, nothing is lost.`,
    "",
    ...tries.map(([words = "", why = ""]) => `    ${strong(words.padEnd(18))} ${faint(why)}`),
    "",
    `  ${faint(`log   ${banner.log}`)}`,
    `  ${faint(`chat  ${banner.url}  (other terminals: npm run chat)`)}`,
    ...(banner.console === null ? [] : [`  ${faint("page")}  ${strong(banner.console)}`]),
    `  ${faint("end   Ctrl-D")}`,
    "",
  ];
}
