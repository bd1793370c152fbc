import { useState } from "react";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { absoluteTime, machineZone } from "@/components/format";
import { THEMES } from "@/components/shell/title-bar";
import { type Appearance, changeAppearance, USUAL, useAppearance } from "@/state/appearance";
import { useTheme } from "@/state/theme";
import { Choice, Setting } from "./setting";

const DENSITIES: { value: Appearance["density"]; title: string }[] = [
  { value: "compact", title: "Compact" },
  { value: "normal", title: "Normal" },
  { value: "relaxed", title: "Relaxed" },
];
const SIZES: { value: Appearance["text"]; title: string }[] = [
  { value: 90, title: "Small" },
  { value: 100, title: "Normal" },
  { value: 112, title: "Large" },
  { value: 125, title: "Very large" },
];

/** How the console looks. It acts at once; nothing of it stands in the configuration's file. */
export function AppearanceSection() {
  const look = useAppearance();
  const { theme, setTheme } = useTheme();
  const [now] = useState(() => Date.now());
  const usual = theme === "system" && (Object.keys(USUAL) as (keyof Appearance)[]).every((key) => look[key] === USUAL[key]);
  const zone = machineZone();
  return (
    <Card
      title="Everywhere in the console"
      actions={
        <Button
          kind="quiet"
          disabled={usual}
          onClick={() => {
            setTheme("system");
            changeAppearance(USUAL);
          }}
        >
          Back to what is usual
        </Button>
      }
    >
      <Setting label="Theme" usual="as the system">
        <Choice label="Theme" options={THEMES.map((option) => ({ value: option.theme, title: option.title }))} value={theme} onChange={setTheme} />
      </Setting>
      <Setting label="Rows of lists" says="How high a row of Traffic, Users, Data and the other lists is." usual="normal, 28 pixels">
        <Choice label="Rows of lists" options={DENSITIES} value={look.density} onChange={(density) => changeAppearance({ density })} />
      </Setting>
      <Setting label="Size of the text" says="The zoom of the browser or the window changes everything; this changes the text alone." usual="normal, 13 pixels">
        <Choice label="Size of the text" options={SIZES} value={look.text} onChange={(text) => changeAppearance({ text })} />
      </Setting>
      <Setting label="Movement" says="Layers fade in within an eighth of a second unless the system asks for less." usual="as the system">
        <Choice
          label="Movement"
          options={[
            { value: "system", title: "As the system" },
            { value: "none", title: "None" },
          ]}
          value={look.motion}
          onChange={(motion) => changeAppearance({ motion })}
        />
      </Setting>
      <Setting label="Times" says={<>Shown, and understood in filters, as for example: {absoluteTime(now)}. The rows of your databases are shown as they are.</>} usual="the zone of this machine">
        <Choice
          label="Times"
          options={[
            { value: "local", title: zone === "UTC" ? "Local" : `Local, ${zone}` },
            { value: "utc", title: "UTC" },
          ]}
          value={look.zone}
          onChange={(next) => changeAppearance({ zone: next })}
        />
      </Setting>
    </Card>
  );
}
