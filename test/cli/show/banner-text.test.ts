import { expect, it } from "vitest";
import { bannerLines } from "../../../cli/show/banner-text.ts";

const banner = { version: "1", pid: 7, log: "/log", url: "http://127.0.0.1:1", colour: false };

it("the banner of start has the link to the console, where there is one", () => {
  const link = "http://127.0.0.1:2/?token=abc";
  expect(bannerLines({ ...banner, console: link })).toContain(`  page  ${link}`);
  expect(bannerLines({ ...banner, console: null }).join("\n")).not.toContain("page");
});
