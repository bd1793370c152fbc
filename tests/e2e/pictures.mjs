// The pictures of docs/images, from the real server with real traffic.
// usage: node tests/e2e/pictures.mjs [folder] [part of a name]
import { existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FAILED, sendADay } from "./scenario.mjs";
import { launchBrowser, missing, openConsole, row, startServer } from "./support.mjs";

const [folder = fileURLToPath(new URL("../../docs/images", import.meta.url)), only = ""] = process.argv.slice(2);
const reasons = missing();
if (reasons.length > 0) {
  console.error(reasons.join("\n"));
  process.exit(1);
}
mkdirSync(folder, { recursive: true });

const pictures = {
  overview: { path: "/", act: async (page) => page.getByRole("region", { name: "Needs a look" }).getByText(FAILED).first().waitFor() },
  traffic: {
    path: "/traffic",
    act: async (page) => {
      await row(page, FAILED, "400").click();
      await page.getByRole("region", { name: "Diagnosis" }).waitFor();
    },
  },
  users: {
    path: "/users",
    act: async (page) => {
      await row(page, "luke.skywalker@").click();
      await page.getByRole("table", { name: "Row of the user" }).waitFor();
    },
  },
  entitlements: {
    path: "/entitlements",
    act: async (page) => {
      await row(page, "AWS Console").click();
      await page.getByRole("region", { name: "Holders" }).getByRole("link").first().waitFor();
    },
  },
  operations: {
    path: "/operations?op=deactivate_user&tab=try",
    act: async (page) => {
      await page.getByRole("button", { name: "Check the mappings" }).first().click();
      await page.getByRole("button", { name: "Check again" }).waitFor();
      await page.getByLabel("USER_ID", { exact: true }).fill("luke.skywalker@galaxy.local");
      await page.keyboard.press("Control+Enter");
      await page.getByRole("region", { name: "Result of the dry run" }).waitFor();
    },
  },
  mapping: {
    path: "/operations?op=update_user",
    act: async (page) => {
      await page.getByRole("button", { name: "Check the mappings" }).first().click();
      await page.getByRole("button", { name: "Check again" }).waitFor();
    },
  },
};

// The usual port and a short folder, where they are free: both are seen in the pictures.
const kept = join(tmpdir(), "sluice-demo");
const data = existsSync(kept) ? undefined : kept;
const server = await startServer({ listen: "127.0.0.1:1443", folder: data }).catch(() => startServer({ folder: data }));
const browser = await launchBrowser();
try {
  await sendADay(server, Number(process.env.PACE ?? 1));
  for (const theme of ["dark", "light"]) {
    for (const [name, { path, act }] of Object.entries(pictures)) {
      if (!name.includes(only)) continue;
      const page = await openConsole(browser, server, { path, theme });
      await act(page);
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
