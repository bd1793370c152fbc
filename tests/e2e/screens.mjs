// Every screen in the state that says most of it, for its picture and for what has to be true of all of them.
// To add one: how it is reached and, in `act`, what is pressed until it stands.
import { FAILED } from "./scenario.mjs";
import { row } from "./support.mjs";

const LUKE = "luke.skywalker@galaxy.local";
const ready = async (...found) => {
  for (const one of found) await one.first().waitFor();
};

/** By name, in the order of the guide. What an earlier one left (runs, exports) may be seen in a later one. */
export const SCREENS = {
  welcome: { path: "/", newcomer: true, act: (page) => ready(page.getByRole("heading", { name: "Welcome to Sluice" })) },
  overview: { path: "/?range=hour", act: (page) => ready(page.getByRole("region", { name: "Needs a look" }).getByText(FAILED), page.getByRole("region", { name: "Ready for the provider" }).getByRole("link")) },
  guide: { path: "/guide?doc=handover&part=a4-the-scim-server", act: (page) => ready(page.getByRole("list", { name: /The operations of/ })) },
  traffic: {
    path: "/traffic",
    act: async (page) => {
      await row(page, FAILED, "400").click();
      await ready(page.getByRole("region", { name: "Diagnosis" }));
    },
  },
  replay: {
    path: "/traffic?filter=status%3Afailed",
    act: async (page) => {
      await row(page, FAILED, "400").click();
      await page.getByRole("tab", { name: "Replay" }).click();
      await page.getByRole("checkbox", { name: "Leave out" }).check();
      await page.getByRole("button", { name: "Replay dry" }).click();
      await ready(page.getByRole("region", { name: "Result of the replay" }));
    },
  },
  users: {
    path: "/users",
    act: async (page) => {
      await row(page, "luke.skywalker@").click();
      await ready(page.getByRole("region", { name: "User", exact: true }).getByText(LUKE));
    },
  },
  entitlements: {
    path: "/entitlements",
    act: async (page) => {
      await row(page, "AWS Console").click();
      await ready(page.getByRole("region", { name: "Holders" }).getByRole("link"));
    },
  },
  data: {
    path: "/data?table=USERS",
    act: async (page) => {
      await row(page, "yoda@galaxy.local").click();
      await ready(page.getByRole("region", { name: "Referenced by" }));
    },
  },
  procedures: {
    path: "/procedures?routine=ADD_ENTITLEMENT_TO_USER",
    act: async (page) => {
      await page.getByLabel("p_user_id", { exact: true }).fill(LUKE);
      await page.getByLabel("p_ent_id", { exact: true }).fill("7");
      await page.keyboard.press("Control+Enter");
      await ready(page.getByText("Would succeed"));
    },
  },
  operations: {
    path: "/operations?op=deactivate_user&tab=try",
    act: async (page) => {
      await page.getByRole("button", { name: "Check the mappings" }).first().click();
      await ready(page.getByRole("button", { name: "Check again" }));
      await page.getByLabel("USER_ID", { exact: true }).fill(LUKE);
      await page.keyboard.press("Control+Enter");
      await ready(page.getByRole("region", { name: "Result of the dry run" }));
    },
  },
  mapping: {
    path: "/operations?op=update_user",
    act: async (page) => {
      await page.getByRole("button", { name: "Check the mappings" }).first().click();
      await ready(page.getByRole("button", { name: "Check again" }));
    },
  },
  connections: {
    path: "/connections",
    act: async (page) => {
      await page.getByText("demo", { exact: true }).first().click();
      await page.getByRole("button", { name: "Test connection" }).click();
      await ready(page.getByText(/It works/));
    },
  },
  simulator: {
    path: "/simulator",
    act: async (page) => {
      await page.getByRole("button", { name: "Run the import" }).first().click();
      await ready(page.getByRole("region", { name: "Paging check" }).getByText("Nobody stands on two pages."));
    },
  },
  certificate: { path: "/configuration/certificate", act: (page) => ready(page.getByRole("heading", { name: "Certificate" })) },
  export: { path: "/configuration/export", act: (page) => ready(page.getByRole("heading", { name: "Export" })) },
  palette: {
    path: "/traffic",
    act: async (page) => {
      await ready(page.getByRole("grid"));
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox").waitFor();
      await page.keyboard.type("co");
      await ready(page.getByRole("option"));
    },
  },
  keys: {
    path: "/traffic",
    act: async (page) => {
      await ready(page.getByRole("grid"));
      await page.keyboard.press("?");
      await ready(page.getByRole("dialog", { name: "Keyboard shortcuts" }));
    },
  },
};

const text = (words) => async (page) => ready(page.getByText(words));

/** What has no picture: other views, other tabs, the sections of Configuration. */
export const STATES = {
  lines: {
    path: "/users",
    act: async (page) => {
      await page.getByRole("button", { name: "Who reports to whom" }).click();
      await ready(page.getByRole("tree", { name: "Who reports to whom" }).getByRole("treeitem"));
    },
  },
  usage: { path: "/entitlements?show=usage", act: text("Held but not needed") },
  structure: { path: "/data?table=USERS&tab=structure", act: (page) => ready(page.getByRole("tabpanel").getByRole("table")) },
  source: { path: "/procedures?routine=ADD_ENTITLEMENT_TO_USER&tab=source", act: (page) => ready(page.getByRole("tabpanel").getByText("INSERT")) },
  compare: {
    path: "/traffic",
    act: async (page) => {
      await row(page, FAILED, "400").waitFor();
      await page.getByRole("grid").focus();
      for (const key of ["Home", "x", "j", "x"]) await page.keyboard.press(key);
      await page.getByRole("region", { name: "Selected exchanges" }).getByRole("button", { name: "Compare" }).click();
      await ready(page.getByRole("heading", { name: "Compare two exchanges" }), page.getByRole("region", { name: "Answer, compared" }));
    },
  },
  rights: {
    path: "/operations",
    act: async (page) => {
      await page.getByRole("button", { name: "Rights that the mappings need" }).click();
      await ready(page.getByRole("dialog", { name: "Rights that the mappings need" }).getByRole("region", { name: "Script" }).getByText(/SQLite/));
    },
  },
  assign: { path: "/simulator?play=assign", act: (page) => ready(page.getByRole("button", { name: "Preview" })) },
  ...Object.fromEntries(
    ["Endpoint", "Token", "Record", "Logging", "Appearance", "Import", "Compare", "Promote", "Workstation"].map((title) => [`configuration, ${title}`, { path: `/configuration/${title.toLowerCase()}`, act: (page) => ready(page.getByRole("heading", { name: title })) }]),
  ),
};
