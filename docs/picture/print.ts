import { writeFileSync } from "node:fs";

import { draw } from "./draw.ts";
import { realRun } from "./real-run.ts";

writeFileSync(new URL("../cut-and-continued.svg", import.meta.url), draw(await realRun()));
