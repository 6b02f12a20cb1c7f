import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Said {
  readonly who: "user" | "agent";
  text: string;
}

/** The sessions of the scripted agent: in a folder, or only as long as the process lives. */
export interface Memory {
  create(): string;
  find(id: string): Said[] | null;
  keep(id: string, said: readonly Said[]): void;
  /** How often this was called for the folder. */
  countStart(): number;
}

export function createMemory(folder: string | undefined): Memory {
  const all = new Map<string, Said[]>();
  const fileOf = (id: string): string | null =>
    folder === undefined ? null : join(folder, `${encodeURIComponent(id)}.json`);
  if (folder !== undefined) mkdirSync(folder, { recursive: true });
  return {
    create: () => {
      const id = `sess-${process.pid}-${all.size + 1}`;
      all.set(id, []);
      const file = fileOf(id);
      if (file !== null) writeFileSync(file, "[]");
      return id;
    },
    find: (id) => {
      const file = fileOf(id);
      if (file !== null && existsSync(file)) {
        all.set(id, JSON.parse(readFileSync(file, "utf8")) as Said[]);
      }
      return all.get(id) ?? null;
    },
    keep: (id, said) => {
      const file = fileOf(id);
      if (file !== null) writeFileSync(file, JSON.stringify(said));
    },
    countStart: () => {
      const file = fileOf("starts");
      if (file === null) return 1;
      const count = (existsSync(file) ? Number(readFileSync(file, "utf8")) : 0) + 1;
      writeFileSync(file, String(count));
      return count;
    },
  };
}
