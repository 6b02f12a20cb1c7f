import { writeFileSync } from "node:fs";

import { drawTimeline } from "./draw-timeline.ts";
import { timelineRun } from "./timeline-run.ts";

writeFileSync(new URL("../timeline.svg", import.meta.url), drawTimeline(await timelineRun()));
