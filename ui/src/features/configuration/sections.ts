import { Archive, Cable, FileBadge, KeyRound, type LucideIcon, Palette, ScrollText } from "lucide-react";
import type { ComponentType } from "react";
import { AppearanceSection } from "./appearance";
import { CertificateSection } from "./certificate";
import { EndpointSection } from "./endpoint";
import { LoggingSection } from "./logging";
import { RecordSection } from "./record";
import { TokenSection } from "./token";

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
      { id: "endpoint", title: "Endpoint", icon: Cable, says: "Where clients reach Sluice, under which names, and what it takes at most.", words: "listen port address host names limits base url", Content: EndpointSection },
      { id: "certificate", title: "Certificate", icon: FileBadge, says: "By what clients know that it is this endpoint: how long it is good, for which names, and the next one.", words: "tls ssl renew expiry san fingerprint pkcs12 pem public key", Content: CertificateSection },
      { id: "token", title: "Token", icon: KeyRound, says: "What the provider shows to be let in.", words: "bearer secret rotate overlap password", Content: TokenSection },
      { id: "record", title: "Record", icon: Archive, says: "What is kept of every exchange, for how long, and what goes by that.", words: "retention log audit keep days size remove", Content: RecordSection },
      { id: "logging", title: "Logging", icon: ScrollText, says: "What the program itself writes on standard error.", words: "log levels debug tail lines", Content: LoggingSection },
      { id: "appearance", title: "Appearance", icon: Palette, says: "How the console looks, in this browser and in every other that shows this Sluice.", words: "theme dark light density text size zone", Content: AppearanceSection },
    ],
  },
];

export const ALL_SECTIONS: Section[] = SECTIONS.flatMap(({ sections }) => sections);
