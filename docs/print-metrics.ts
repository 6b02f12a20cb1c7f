import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createFigures } from "../gateway/metrics/figures.ts";

/** `npm run metrics` writes this page; a test compares it with the file. */
export const METRICS_PAGE = fileURLToPath(new URL("metrics.md", import.meta.url));

export function printMetrics(): string {
  const rows = createFigures()
    .registry.getMetricsAsArray()
    .map(
      (metric) =>
        `| \`${metric.name}\` | ${kindOf(metric)} | ${labelsOf(metric)} | ${helpOf(metric)} |`,
    );
  return `${INTRODUCTION}\n| name | kind | labels | meaning |\n|---|---|---|---|\n${rows.join("\n")}\n`;
}

const INTRODUCTION = `# Figures for Prometheus

<!-- Printed by \`npm run metrics\` from gateway/metrics/figures.ts. Edit that, then print again. -->

The gateway serves them on \`/metrics\` of its health page (\`http:\` of the configuration; [cli.md](cli.md) has \`sluice status\`
for people). Counters begin at 0 with each start. \`deploy/grafana.json\` is a dashboard over them.
`;

function kindOf(metric: object): string {
  return metric.constructor.name.toLowerCase();
}

function labelsOf(metric: object): string {
  const names = "labelNames" in metric && Array.isArray(metric.labelNames) ? metric.labelNames : [];
  return names.map((name) => `\`${String(name)}\``).join(", ");
}

function helpOf(metric: object): string {
  return "help" in metric ? String(metric.help) : "";
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(METRICS_PAGE, printMetrics());
}
