import type { Adapter, Gap } from "../adapters/adapter.ts";
import type { Address } from "../sessions/message.ts";
import type { Core } from "./core.ts";
import { composeRow } from "./deliver/compose.ts";

/** Longer than any gap is met again after a crash, ms. */
const REMEMBERED_MS = 30 * 24 * 60 * 60_000;
const DIRECT_MS = 10_000;

/** Says that messages may be lost, in the chat it concerns or to the operators: once, and never silently. */
export async function tellGap(core: Core, adapter: Adapter, gap: Gap): Promise<void> {
  const { network, account } = adapter;
  const key = `gap:${network}:${account}:${gap.name}`;
  if ((await core.engine.keyed("notice", key)) !== null) return;
  core.log.error({ network, account, ...gap }, "messages may have been lost while away");
  const addresses = gap.address === null ? await operatorsOf(core, adapter) : [gap.address];
  const text = core.texts.say(gap.about === null ? "gap" : "gap_about", {
    network,
    from: timeOf(gap.from),
    until: timeOf(gap.until),
    count: gap.about ?? 0,
  });
  const at = core.clock.now();
  await core.engine.commit({
    outbox: addresses.map((address) =>
      composeRow({ id: core.ids.outbox(), at, address, purpose: "notice", text }),
    ),
    keyed: [{ space: "notice", key, value: at, ttlMs: REMEMBERED_MS }],
  });
}

async function operatorsOf(core: Core, adapter: Adapter): Promise<readonly Address[]> {
  const late = new AbortController();
  const timer = core.clock.timer(DIRECT_MS, () => late.abort());
  try {
    const found = await Promise.all(
      core.access
        .people(adapter.network)
        .operators.map(async (user) => (await adapter.direct?.(user, late.signal)) ?? null),
    );
    return found.filter((address) => address !== null);
  } finally {
    timer.cancel();
  }
}

/** `2026-03-01 14:05 UTC` */
function timeOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
