import { SluiceError } from "../../sessions/errors.ts";
import type { Core } from "../core.ts";
import { accessReport } from "./access-report.ts";
import type { AccessReport } from "./access-report.ts";
import type { AccessChange, Person } from "./entry.ts";
import { welcome } from "./pairing.ts";
import type { Approval, Pairing, PairingReport } from "./pairing.ts";
import type { Revocation, Swept } from "./revocation.ts";

/** Who may talk to it, for operators where the gateway runs. */
export interface AccessOperations {
  list(): AccessReport;
  approve(code: string, approval: Pick<Approval, "by" | "standing">): Promise<PairingReport>;
  allow(who: Who, approval: Pick<Approval, "by" | "standing">): Promise<Person>;
  /** A stranger from then on, who may knock again; one whom the configuration names is denied. */
  revoke(who: Who, by: string): Promise<Removal>;
  /** Answered nothing from then on, whatever the configuration says. */
  deny(who: Who, by: string): Promise<Removal>;
}

export interface Who {
  readonly network: string;
  readonly user: string;
}

export interface Removal extends Swept {
  /** `nothing`: that person had no access to take away. */
  readonly outcome: "revoked" | "denied" | "nothing";
}

interface Parts {
  readonly core: Core;
  readonly pairing: Pairing;
  readonly revocation: Revocation;
}

export function accessOperations({ core, pairing, revocation }: Parts): AccessOperations {
  const { access } = core;
  const { book } = access;

  const knockOf = ({ network, user }: Who) =>
    book.knocks().find((one) => one.network === network && one.user === user) ?? null;

  /** Their code counts no more; and as they are called, if that is known. */
  function settle(
    who: Who,
    decided: Pick<Person, "standing" | "by">,
  ): { readonly person: Person; readonly changes: readonly AccessChange[] } {
    const { network, user } = who;
    const name = knockOf(who)?.name ?? book.person(network, user)?.name ?? "";
    const person: Person = { network, user, name, ...decided, at: core.clock.now() };
    return {
      person,
      changes: [
        { kind: "person", person },
        { kind: "knock_gone", network, user },
      ],
    };
  }

  async function remove(who: Who, changes: readonly AccessChange[]): Promise<Swept> {
    await core.engine.commit({ keyed: book.keyed(changes) });
    book.enter(changes);
    return revocation.sweep(who.network);
  }

  function known(who: Who): Who {
    const networks = Object.keys(core.settings.networks);
    if (networks.includes(who.network)) return who;
    throw new SluiceError("usage", `There is no network "${who.network}"`, {
      advice: `use one of ${networks.join(", ")}`,
    });
  }

  return {
    list: () => accessReport(core),
    approve: (code, approval) => pairing.approve(code, approval),
    allow: (given, { by, standing }) =>
      book.inLine(async () => {
        const who = known(given);
        const knock = knockOf(who);
        const { person, changes } = settle(who, { standing, by });
        await core.engine.commit({
          keyed: book.keyed(changes),
          outbox: knock === null ? [] : [welcome(core, knock, standing)],
        });
        book.enter(changes);
        core.log.info({ ...who, standing, by }, "person let in");
        return person;
      }),
    revoke: (given, by) =>
      book.inLine(async () => {
        const who = known(given);
        const { network, user } = who;
        if (access.isNamed(network, user)) {
          const swept = await remove(who, settle(who, { standing: "denied", by }).changes);
          core.log.info({ ...who, by, ...swept }, "person denied");
          return { outcome: "denied", ...swept };
        }
        const nothing = book.person(network, user) === null && knockOf(who) === null;
        const swept = await remove(who, [
          { kind: "person_gone", network, user },
          { kind: "knock_gone", network, user },
        ]);
        core.log.info({ ...who, by, ...swept }, "access revoked");
        return { outcome: nothing ? "nothing" : "revoked", ...swept };
      }),
    deny: (given, by) =>
      book.inLine(async () => {
        const who = known(given);
        const swept = await remove(who, settle(who, { standing: "denied", by }).changes);
        core.log.info({ ...who, by, ...swept }, "person denied");
        return { outcome: "denied", ...swept };
      }),
  };
}
