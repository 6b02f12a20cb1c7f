import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readPageFiles } from "../../../gateway/console/page-files.ts";
import { openConsole } from "./open-console.ts";
import type { OpenConsole } from "./open-console.ts";

/** What a first visit may cost, bytes over the network. */
const FIRST_LOAD = 150_000;

describe("the page's files", () => {
  let page: OpenConsole;
  let cookie: Readonly<Record<string, string>>;
  beforeEach(async () => {
    page = await openConsole();
    cookie = await page.enter();
  });
  afterEach(() => page.server.close());

  const get = (path: string, more: Readonly<Record<string, string>> = {}) =>
    page.ask(path, { headers: { ...cookie, ...more } });

  it("are whole: all that the page names is served as a browser wants it, in less than 150 kB", async () => {
    const front = await get("/");
    const { imports } = JSON.parse(
      /<script type="importmap">(.+?)<\/script>/.exec(front.text)?.[1] ?? "",
    ) as { imports: Record<string, string> };
    const named = front.text.matchAll(/(?:href|src)="([^"]+)"/g);
    const wanted = ["/", ...[...named].map(([, path = ""]) => path)];
    expect(wanted).toContain("/console/page.ts");
    const sizes = new Map<string, number>();
    // It grows while it is walked.
    for (const path of wanted) {
      if (sizes.has(path)) continue;
      const { status, headers, body } = await get(path, { "Accept-Encoding": "gzip, deflate" });
      expect([path, status, headers["content-encoding"]]).toEqual([path, 200, "gzip"]);
      sizes.set(path, body.length);
      if (/\.m?[jt]s$/.test(path)) {
        expect([path, headers["content-type"]]).toEqual([path, "text/javascript; charset=utf-8"]);
        wanted.push(...importsOf(gunzipSync(body).toString("utf8"), path, imports));
      }
      if (path.endsWith(".css")) expect(headers["content-type"]).toContain("text/css");
    }
    expect([...sizes.keys()]).toEqual(expect.arrayContaining(Object.values(imports)));
    const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    expect(total).toBeLessThan(FIRST_LOAD);
  });

  it("are sent as the browser can read them, and not again when it has them", async () => {
    const path = "/console/base.css";
    const plain = await get(path);
    const brotli = await get(path, { "Accept-Encoding": "gzip, br" });
    expect(plain.headers["content-encoding"]).toBeUndefined();
    expect(brotli.headers["content-encoding"]).toBe("br");
    expect(brotliDecompressSync(brotli.body)).toEqual(plain.body);
    expect(plain.headers["vary"]).toBe("Accept-Encoding");
    const known = await get(path, { "If-None-Match": String(plain.headers["etag"]) });
    expect([known.status, known.body.length]).toEqual([304, 0]);
    expect((await get(path, { "If-None-Match": '"another"' })).status).toBe(200);
    const head = await page.ask(path, { method: "HEAD", headers: cookie });
    expect([head.status, head.body.length]).toEqual([200, 0]);
  });

  it("are a fixed list: no path leads out of it", async () => {
    const paths = [
      "/console/",
      "/console",
      "/console/tsconfig.json",
      "/console/page.html",
      "/console/app.ts",
      "/console/page",
      "/console/../package.json",
      "/console/..%2fpackage.json",
      "/console/%2e%2e/package.json",
      "/console/%2e%2e%2fgateway/run.ts",
      "/console//page.ts",
      "/console/page.ts%00.css",
      "/console/./../gateway/run.ts",
      "/vendor/",
      "/vendor/preact/package.json",
      "/vendor/preact/dist/../package.json",
      "/vendor/hono/dist/index.js",
      "/vendor/../cli/main.ts",
      "/gateway/run.ts",
      "/package.json",
      "/.git/config",
      "/etc/passwd",
      "//etc/passwd",
    ];
    for (const path of paths) expect([path, (await get(path)).status]).toEqual([path, 404]);
    expect((await get("/console/..\\package.json")).status).toBe(400);
    expect((await get("/console/../console/page.ts")).status).toBe(200);
  });

  it("have no script in the page but the map of the packages, whose hash the policy has", async () => {
    const { text, headers } = await get("/");
    const inline = [...text.matchAll(/<script(?![^>]* src=)[^>]*>/g)].map(([tag]) => tag);
    expect(inline).toEqual(['<script type="importmap">']);
    expect(text).not.toMatch(/<style| style=| on[a-z]+=/);
    const map = /<script type="importmap">(.+?)<\/script>/.exec(text)?.[1] ?? "";
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(map));
    const hash = Buffer.from(digest).toString("base64");
    expect(headers["content-security-policy"]).toContain(`'sha256-${hash}'`);
  });
});

describe("a page", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "sluice-page-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it("is of one version, also when its files are replaced under the gateway", async () => {
    mkdirSync(join(directory, "chat"));
    writeFileSync(join(directory, "page.html"), `<script type="module" src="/x"></script>`);
    writeFileSync(join(directory, "page.ts"), `import { one } from "./chat/one.ts";\none();\n`);
    writeFileSync(join(directory, "chat", "one.ts"), "export function one(): void {}\n");
    writeFileSync(join(directory, "chat", "chat.css"), "a {}");
    writeFileSync(join(directory, "notes.md"), "secret");
    writeFileSync(join(directory, "shape.d.ts"), "");
    const files = readPageFiles(directory);
    writeFileSync(join(directory, "chat", "one.ts"), "export function two(): void {}\n");
    writeFileSync(join(directory, "chat", "chat.css"), "b {}");
    const text = async (path: string) => (await files.get(path)?.())?.plain.toString("utf8");
    expect(await text("/console/page.ts")).toContain("function one()       {}");
    expect(await text("/console/chat/chat.css")).toBe("a {}");
    expect(await text("/")).toMatch(/^<script type="importmap">\{"imports":\{"preact":/);
    expect([...files.keys()].filter((path) => !path.startsWith("/vendor/")).toSorted()).toEqual([
      "/",
      "/console/chat/chat.css",
      "/console/page.ts",
    ]);
  });

  it("is stripped of its types without a word on the streams of the gateway", () => {
    const script = join(import.meta.dirname, "../../../gateway/console/strip-types.ts");
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [
        "--input-type=module",
        "--eval",
        `import { stripTypes } from ${JSON.stringify(script)};
        process.stdout.write(stripTypes("const a: number = 1;"));`,
      ],
      { encoding: "utf8" },
    );
    expect([stdout, stderr]).toEqual(["const a         = 1;", ""]);
  });
});

const IMPORTS = [
  /\b(?:import|export)\s[^"'`;()]*?\bfrom\s*["']([^"']+)["']/g,
  /\bimport\s*\(?\s*["']([^"']+)["']/g,
  // As the packages are written, without a space.
  /\b(?:import|export)\s*[{*][^"'`;()]*?from\s*["']([^"']+)["']/g,
];

/** Where the imports of a script lead. */
function importsOf(text: string, path: string, map: Readonly<Record<string, string>>): string[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");
  return IMPORTS.flatMap((pattern) => [...code.matchAll(pattern)]).map(([, name = ""]) => {
    if (name.startsWith(".")) return new URL(name, `http://x${path}`).pathname;
    return map[name] ?? `a package that is not in the map: ${name}`;
  });
}
