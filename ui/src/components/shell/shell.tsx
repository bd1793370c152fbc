import { useLocation } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { Toaster } from "sonner";
import { useTheme } from "@/state/theme";
import { TooltipProvider } from "../tooltip";
import { useShellActions } from "./actions";
import { Palette } from "./palette";
import { usePlaces } from "./places";
import { isPlaceOf, SCREENS } from "./screens";
import { ShortcutSheet } from "./shortcut-sheet";
import { useShortcuts } from "./shortcuts";
import { Sidebar } from "./sidebar";
import { StatusLine } from "./status-line";
import { StopDialog } from "./stop-dialog";
import { Surroundings } from "./surroundings";
import { TitleBar } from "./title-bar";

export function Shell({ children }: { children: ReactNode }) {
  useShellActions();
  useShortcuts();
  usePlaces();
  const path = useLocation({ select: (location) => location.pathname });
  const title = SCREENS.find((screen) => isPlaceOf(screen.path, path))?.title;
  useEffect(() => {
    document.title = title ? `${title} · Sluice` : "Sluice";
  }, [title]);
  const theme = useTheme((state) => state.theme);
  return (
    <TooltipProvider delay={500}>
      <div className="flex h-full flex-col">
        <button
          type="button"
          // Not a link: the fragment of the address belongs to the router.
          onClick={() => document.getElementById("main")?.focus()}
          className="fixed top-1 left-2 z-50 h-8 -translate-y-12 rounded-md bg-accent px-3 font-medium text-on-accent focus-visible:translate-y-0"
        >
          Skip to the content
        </button>
        <TitleBar />
        <div className="flex min-h-0 flex-1">
          <Sidebar />
          <main id="main" tabIndex={-1} className="min-w-0 flex-1 outline-none">
            {children}
          </main>
        </div>
        <StatusLine />
        <Palette />
        <ShortcutSheet />
        <StopDialog />
        <Surroundings />
        <Toaster theme={theme} position="bottom-right" offset={40} gap={8} toastOptions={{ className: "!font-sans !rounded-lg !border !border-line-2 !bg-surface-1 !text-13 !text-text !shadow-layer", descriptionClassName: "!text-text-2" }} />
      </div>
    </TooltipProvider>
  );
}
