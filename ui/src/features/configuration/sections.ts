import { type LucideIcon, Palette } from "lucide-react";
import type { ComponentType } from "react";
import { AppearanceSection } from "./appearance";

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
    ],
  },
];

export const ALL_SECTIONS: Section[] = SECTIONS.flatMap(({ sections }) => sections);
