import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { join } from "node:path";

/** Null when the program can be started; else what stands against it. Its start would only say ENOENT. */
export async function findProgram(
  command: string,
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly found: string; readonly advice: string } | null> {
  const path = environment["PATH"] ?? "/usr/bin:/bin";
  const places = command.includes("/")
    ? [command]
    : path.split(":").map((directory) => join(directory || ".", command));
  const states = await Promise.all(places.map(stateOf));
  if (states.includes("program")) return null;
  const at = states.findIndex((state) => state === "not executable" || state === "directory");
  const place = places[at] ?? command;
  if (states[at] === "directory") {
    return { found: `${place} is a directory`, advice: "name the program in it" };
  }
  if (states[at] === "not executable") {
    return { found: `${place} may not be executed`, advice: `run chmod +x ${place}` };
  }
  return command.includes("/")
    ? { found: "there is no such file", advice: "install it, or correct the path" }
    : {
        found: `it is in none of ${path}`,
        advice:
          "install it, name it by its whole path, or start the gateway with a PATH that has it",
      };
}

async function stateOf(
  place: string,
): Promise<"program" | "directory" | "not executable" | "nothing"> {
  try {
    if ((await stat(place)).isDirectory()) return "directory";
  } catch {
    return "nothing";
  }
  return access(place, constants.X_OK).then(
    () => "program" as const,
    () => "not executable" as const,
  );
}
