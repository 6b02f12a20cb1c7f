import type { Core } from "../core.ts";
import { composeRow, row } from "../deliver/compose.ts";
import type { LiveTurn } from "./live-turn.ts";

/** A turn that says nothing for long: people see that it is not forgotten, and can end it. */
export async function tellSilence(core: Core, live: LiveTurn, seconds: number): Promise<void> {
  core.log.info({ session: live.key, turn: live.turn, seconds }, "turn silent");
  if (core.networks.settings(live.address.network)?.notices !== true) return;
  await core.engine.commit({
    outbox: [
      composeRow({
        id: core.ids.outbox(),
        at: core.clock.now(),
        address: live.address,
        key: live.key,
        turn: live.turn,
        purpose: "notice",
        text: core.texts.say("silent", { seconds }),
        buttons: core.networks.capabilities(live.address).canButtons
          ? row({ label: core.texts.say("stop_label"), data: `stop:${live.turn}` })
          : [],
      }),
    ],
  });
}
