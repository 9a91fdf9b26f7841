// One page as people meet it: `node pages.mjs CHROMIUM PAGE.html FOLDER` makes pictures at two widths and a PDF as it is printed,
// and says as JSON what axe-core finds, what is wider than a telephone, and what the page tried to fetch.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [program, path, folder] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const name = basename(path, ".html");
const widths = {
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
  desktop: { viewport: { width: 1280, height: 900 } },
};
const said = { violations: [], wide: 0, fetched: [] };

const browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox", "--disable-gpu"] });
for (const [width, options] of Object.entries(widths)) {
  const context = await browser.newContext({ ...options, offline: true });
  const page = await context.newPage();
  page.on("request", (one) => one.url() === pathToFileURL(path).href || one.url().startsWith("data:") || said.fetched.push(one.url()));
  await page.goto(pathToFileURL(path).href);
  await page.screenshot({ path: join(folder, `${name}-${width}.png`), fullPage: true });
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run());
  said.violations.push(...found.violations.map((one) => `${width}: ${one.id}: ${one.nodes.map((node) => node.target).join(" | ")}`));
  if (width === "phone") said.wide = await page.evaluate((seen) => Math.max(document.documentElement.scrollWidth - seen, 0), options.viewport.width);
  if (width === "desktop") await page.pdf({ path: join(folder, `${name}.pdf`), preferCSSPageSize: true, tagged: true });
  await context.close();
}
await browser.close();
console.log(JSON.stringify(said));
