import {
  Activity,
  ArrowRightLeft,
  BookOpen,
  Database,
  FlaskConical,
  KeyRound,
  LayoutDashboard,
  type LucideIcon,
  Settings2,
  SquareFunction,
  Table2,
  Users,
} from "lucide-react";

export type ScreenPath =
  | "/"
  | "/traffic"
  | "/simulator"
  | "/users"
  | "/entitlements"
  | "/data"
  | "/procedures"
  | "/operations"
  | "/connections"
  | "/configuration"
  | "/guide";

export type Screen = { path: ScreenPath; title: string; icon: LucideIcon; /** the letter after g */ letter: string };

/** Every place of the console, once: the sidebar, the palette and the shortcuts read it. */
export const GROUPS: { title: string; screens: Screen[] }[] = [
  {
    title: "Endpoint",
    screens: [
      { path: "/", title: "Overview", icon: LayoutDashboard, letter: "h" },
      { path: "/traffic", title: "Traffic", icon: Activity, letter: "t" },
      { path: "/simulator", title: "Simulator", icon: FlaskConical, letter: "s" },
    ],
  },
  {
    title: "Database",
    screens: [
      { path: "/users", title: "Users", icon: Users, letter: "u" },
      { path: "/entitlements", title: "Entitlements", icon: KeyRound, letter: "e" },
      { path: "/data", title: "Data", icon: Table2, letter: "d" },
      { path: "/procedures", title: "Procedures", icon: SquareFunction, letter: "p" },
      { path: "/operations", title: "Operations", icon: ArrowRightLeft, letter: "o" },
    ],
  },
  {
    title: "Set-up",
    screens: [
      { path: "/connections", title: "Connections", icon: Database, letter: "c" },
      { path: "/configuration", title: "Configuration", icon: Settings2, letter: "f" },
    ],
  },
];

export const GUIDE: Screen = { path: "/guide", title: "Guide", icon: BookOpen, letter: "b" };

export const SCREENS: Screen[] = [...GROUPS.flatMap((group) => group.screens), GUIDE];

/** Whether an address is a place of the screen: its own, or one below it. */
export const isPlaceOf = (screen: ScreenPath, pathname: string): boolean => pathname === screen || (screen !== "/" && pathname.startsWith(`${screen}/`));
