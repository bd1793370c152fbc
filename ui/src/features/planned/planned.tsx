import { Empty } from "@/components/empty";
import { SCREENS, type ScreenPath } from "@/components/shell/screens";

const SENTENCES: Partial<Record<ScreenPath, string>> = {
  "/simulator": "Here you will be the provider: import with paging, create, update and deactivate users, and read what the provider would do.",
};

/** The place of a screen that is still to come. It says what it will hold and pretends nothing. */
export function Planned({ path }: { path: ScreenPath }) {
  const screen = SCREENS.find((candidate) => candidate.path === path);
  if (!screen) return null;
  return (
    <div className="h-full bg-surface-1">
      <h1 className="sr-only">{screen.title}</h1>
      <Empty icon={screen.icon} title={screen.title}>
        {SENTENCES[path]}
      </Empty>
    </div>
  );
}
