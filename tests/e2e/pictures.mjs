// The pictures of docs/images, from the real server with real traffic.
// usage: node tests/e2e/pictures.mjs [folder] [part of a name]
import { existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sendADay } from "./scenario.mjs";
import { SCREENS } from "./screens.mjs";
import { launchBrowser, missing, openConsole, startServer } from "./support.mjs";

const [folder = fileURLToPath(new URL("../../docs/images", import.meta.url)), only = ""] = process.argv.slice(2);
const reasons = missing();
if (reasons.length > 0) {
  console.error(reasons.join("\n"));
  process.exit(1);
}
mkdirSync(folder, { recursive: true });

// The usual port and a short folder, where they are free: both are seen in the pictures.
const kept = join(tmpdir(), "sluice-demo");
const data = existsSync(kept) ? undefined : kept;
const server = await startServer({ listen: "127.0.0.1:1443", folder: data }).catch(() => startServer({ folder: data }));
const browser = await launchBrowser();
try {
  await sendADay(server, Number(process.env.PACE ?? 1));
  for (const theme of ["dark", "light"]) {
    for (const [name, { path, act, newcomer = false }] of Object.entries(SCREENS)) {
      if (!name.includes(only)) continue;
      const page = await openConsole(browser, server, { path, theme, newcomer });
      await act(page).catch((cause) => {
        process.exitCode = 1;
        console.error(`${name}-${theme}: ${cause.message}`);
      });
      // No pointer over a row, no tooltip, no transition half-way.
      await page.mouse.move(740, 859);
      await page.waitForTimeout(600);
      await page.screenshot({ path: join(folder, `${name}-${theme}.png`) });
      if (page.complaints.length > 0) console.error(`${name}-${theme}: ${page.complaints.join("; ")}`);
      await page.context().close();
    }
  }
} finally {
  await browser.close();
  await server.stop();
}
