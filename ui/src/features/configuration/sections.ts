import { AppWindow, ArrowUpFromLine, FileDown, FileInput, GitCompareArrows, LifeBuoy, type LucideIcon, Palette } from "lucide-react";
import type { ComponentType } from "react";
import { AppearanceSection } from "./appearance";
import { CompareSection } from "./compare/compare";
import { ExportSection } from "./exports/exports";
import { ImportSection } from "./imports/imports";
import { PromoteSection } from "./promote/promote";
import { SupportSection } from "./support/support";
import { WorkstationSection } from "./workstation";

/** What the address says beside the section: which tab is open, which two configurations are compared. */
export type ConfigurationSearch = { tab?: string; left?: string; right?: string };

export type SectionProps = { search: ConfigurationSearch; onSearch: (part: Partial<ConfigurationSearch>, replace?: boolean) => void };

export type Section = {
  /** the last part of the address */
  id: string;
  title: string;
  icon: LucideIcon;
  /** what it is for, in one sentence below the title */
  says: string;
  /** further words the palette finds it by */
  words: string;
  Content: ComponentType<SectionProps>;
};

/** The sections of the screen. To add one: a component and a line here. */
export const SECTIONS: { title: string; sections: Section[] }[] = [
  {
    title: "This Sluice",
    sections: [
      { id: "appearance", title: "Appearance", icon: Palette, says: "How the console looks, in this browser and in every other that shows this Sluice.", words: "theme dark light density text size zone", Content: AppearanceSection },
      { id: "workstation", title: "Workstation", icon: AppWindow, says: "What the window does when it is closed, and when Sluice starts.", words: "tray login autostart close quit background minimise", Content: WorkstationSection },
    ],
  },
  {
    title: "In and out",
    sections: [
      { id: "export", title: "Export", icon: FileDown, says: "The configuration as a file, in the form that the other side reads. No secret is ever in it.", words: "toml properties bundle zip header json curl script backup save", Content: ExportSection },
      { id: "import", title: "Import", icon: FileInput, says: "A configuration from a file: first as a preview, then in use, and undone by one press.", words: "toml properties bundle header restore open take over migrate", Content: ImportSection },
      { id: "compare", title: "Compare", icon: GitCompareArrows, says: "Two configurations beside each other: in use, an earlier version, a file.", words: "diff difference versions", Content: CompareSection },
      { id: "promote", title: "Promote", icon: ArrowUpFromLine, says: "An application as it was tested, into the configuration in use. What belongs to an environment stays.", words: "test production stage deploy", Content: PromoteSection },
      { id: "support", title: "Support bundle", icon: LifeBuoy, says: "What somebody who helps needs to see, without secrets and without people’s data.", words: "help diagnose log failures redacted", Content: SupportSection },
    ],
  },
];

export const ALL_SECTIONS: Section[] = SECTIONS.flatMap(({ sections }) => sections);
