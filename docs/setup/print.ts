import { writeFileSync } from "node:fs";

import { firstAnswer } from "../../test/systemd/first-answer.ts";
import { draw } from "./draw.ts";

/** Draws docs/setup.svg. Needs root, a systemd and tmux: `bash test/systemd/world.sh -- node docs/setup/print.ts` */
const { scenes, end } = await firstAnswer("ann");
const label =
  "A terminal in which sluice init asks three questions and installs the service, and the chat in which it then answers";
writeFileSync(new URL("../setup.svg", import.meta.url), draw(scenes, label));
await end();
