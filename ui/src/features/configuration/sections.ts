import { AppWindow, Archive, ArrowUpFromLine, Cable, FileBadge, FileDown, FileInput, GitCompareArrows, KeyRound, LifeBuoy, type LucideIcon, Palette, ScrollText } from "lucide-react";
import type { ComponentType } from "react";
import { AppearanceSection } from "./appearance";
import { CertificateSection } from "./certificate";
import { CompareSection } from "./compare/compare";
import { EndpointSection } from "./endpoint";
import { ExportSection } from "./exports/exports";
import { ImportSection } from "./imports/imports";
import { LoggingSection } from "./logging";
import { PromoteSection } from "./promote/promote";
import { RecordSection } from "./record";
import { SupportSection } from "./support/support";
import { TokenSection } from "./token";
import { WorkstationSection } from "./workstation";

/** What the address says beside the section: which tab is open, which two configurations are compared. */
export type ConfigurationSearch = { tab?: string; left?: string; right?: string };

export type SectionProps = { search: ConfigurationSearch; onSearch: (part: Partial<ConfigurationSearch>, replace?: boolean) => void };

type Section = {
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
      { id: "workstation", title: "Workstation", icon: AppWindow, says: "The workspaces of this account, what the window does when it is closed, and when Sluice starts.", words: "workspace new open tray login autostart close quit background minimise", Content: WorkstationSection },
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
