import { rm } from "node:fs/promises";
import { basename, join } from "node:path";

import type { StoredConversation } from "../../sessions/conversation-reads.ts";
import { SluiceError, textOf } from "../../sessions/errors.ts";
import type { Session } from "../../sessions/machine/state.ts";
import type { Core } from "../core.ts";
import type { Desk } from "../dispatch.ts";
import { archivedFiles, tidyArchive } from "./archived-files.ts";
import type { Census } from "./archived-files.ts";
import { formatArchiveName, keyPlace } from "./places.ts";
import { restsSince } from "./rests-since.ts";
import { writeArchive } from "./write-archive.ts";

export interface ArchiveReport extends Pick<Census, "conversations" | "bytes"> {
  /** Since the start: conversations that left the store, of these those that `retention.archiveMs` kept out of the archive. */
  readonly archived: number;
  readonly dropped: number;
  /** Files that left the archive for their age. */
  readonly removed: number;
}

/** Where conversations go that nobody has needed for long. */
export interface Archive {
  /** Goes once through all of them, and leaves what is still to be done when `signal` is aborted to the next time. */
  sweep(signal: AbortSignal): Promise<void>;
  report(): ArchiveReport;
}

/** Looked at in one read, which holds the thread. */
const PAGE = 100;
/** Rows that go with one commit, of which the store takes fewer when they are long; and how many commits there are at a time. */
const SLICE = 500;
const SLICES = 1000;

export function createArchive(core: Core, desk: Desk): Archive {
  const { engine, clock, log } = core;
  let report: ArchiveReport = { conversations: 0, bytes: 0, archived: 0, dropped: 0, removed: 0 };

  /** One that cannot be archived stays, and holds up none of the others. Rejects with what was wrong with the first. */
  async function archiveOld(before: number, signal: AbortSignal): Promise<void> {
    let [archived, dropped] = [0, 0];
    const faults: unknown[] = [];
    let after: StoredConversation["session"] | null = null;
    for (;;) {
      const page: readonly StoredConversation[] = await engine.conversations({
        after,
        limit: PAGE,
      });
      for (const one of page) {
        if (signal.aborted) break;
        if ((one.lastAt ?? 0) >= before) continue;
        const outcome = await archiveOne(one, { before, signal }).catch((fault: unknown) => {
          if (faults.length === 0) faults.push(fault);
          return "kept";
        });
        if (outcome === "archived") archived += 1;
        if (outcome === "dropped") dropped += 1;
      }
      after = page.at(-1)?.session ?? null;
      // Reads of the store are answered at once: without this, nobody else would get a word in.
      await new Promise((resolve) => setImmediate(resolve));
      if (page.length < PAGE || signal.aborted) break;
    }
    const gone = archived + dropped;
    report = { ...report, archived: report.archived + gone, dropped: report.dropped + dropped };
    if (gone > 0) log.info({ archived, dropped }, "old conversations left the store");
    if (faults.length > 0) throw faults[0];
  }

  /** Written first, then taken from the session in one commit, then removed by slices: a kill between two of these leaves it whole in one place at least. */
  async function archiveOne(
    one: StoredConversation,
    { before, signal }: { before: number; signal: AbortSignal },
  ): Promise<"archived" | "dropped" | "kept"> {
    const session = await readable(one);
    const since = session && restsSince(session, one);
    if (session === null || since === null || since >= before) return "kept";
    const place = keyPlace(core, one.key);
    const name = formatArchiveName({ session: one.session, restsSince: since });
    const { archiveMs } = core.settings.retention;
    const isKept = one.lastAt !== null && (archiveMs === null || since >= clock.now() - archiveMs);
    if (isKept) await writeArchive(core, one, { file: join(place, name), signal });
    core.probe("conversation_written");
    if (!(await take(session, one))) {
      // Somebody came back to it: the store has it, and goes on with it.
      await rm(join(place, name), { force: true });
      return "kept";
    }
    core.probe("conversation_archived");
    for (const { session: id, file } of await archivedFiles(core, one.key)) {
      // Of a life that was killed before it was taken, after which it went on.
      if (id === one.session && basename(file) !== name) await rm(file, { force: true });
    }
    return isKept ? "archived" : "dropped";
  }

  /** A damaged entry is told of where it is read; the others go on. */
  async function readable(one: StoredConversation): Promise<Session | null> {
    try {
      return (await engine.session(one.key)) === null ? null : await desk.read(one.key);
    } catch (error) {
      if (!(error instanceof SluiceError && error.code === "store_corrupt")) throw error;
      log.warn({ session: one.key, error: textOf(error) }, "conversation not archived");
      return null;
    }
  }

  /** False: the session has changed since it was read, or a message waits. */
  async function take(session: Session, { session: id }: StoredConversation): Promise<boolean> {
    const isKnown = id === session.id || session.past.some((past) => past.id === id);
    // Older than what a session remembers of its past: nobody can come back to it.
    if (!isKnown) return (await engine.commit({ archived: id })).outcome === "committed";
    let isFirst = true;
    const applied = await desk.apply(session.key, {
      command: ({ revision }) => {
        if (revision !== session.revision || !isFirst) return null;
        isFirst = false;
        return { type: "archive", conversation: id, fresh: core.ids.session() };
      },
      writes: () => ({ archived: id }),
    });
    return applied.outcome === "applied";
  }

  async function removeRows(signal: AbortSignal): Promise<void> {
    const nothingElse = { inbox: 0, outbox: 0, events: 0, turns: 0 };
    for (let slice = 0; slice < SLICES && !signal.aborted; slice += 1) {
      if ((await engine.prune(nothingElse, SLICE)) === 0) return;
    }
  }

  async function tidy(signal: AbortSignal): Promise<void> {
    const { archiveMs } = core.settings.retention;
    const before = archiveMs === null ? null : clock.now() - archiveMs;
    const { conversations, bytes, removed } = await tidyArchive(core, { before, signal });
    report = { ...report, conversations, bytes, removed: report.removed + removed };
    if (removed > 0) log.info({ conversations: removed }, "archived conversations removed");
  }

  async function sweepAll(signal: AbortSignal): Promise<void> {
    const { transcriptsMs } = core.settings.retention;
    try {
      if (transcriptsMs !== null) await archiveOld(clock.now() - transcriptsMs, signal);
    } finally {
      // Also when the disk is full: this makes room.
      await removeRows(signal);
      await tidy(signal);
    }
  }

  return {
    async sweep(signal) {
      try {
        await sweepAll(signal);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
    report: () => report,
  };
}
