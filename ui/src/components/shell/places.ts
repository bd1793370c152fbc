import { useLocation } from "@tanstack/react-router";
import { useEffect } from "react";
import { remember, remembered } from "@/state/remembered";

type Search = Record<string, unknown>;

/** Remembers where each screen was left (its filter, its selection, its tab), and which one was open last. */
export function usePlaces(): void {
  const { href, pathname, search } = useLocation();
  useEffect(() => {
    // The application is the whole console's and goes along by itself.
    const { app: _, ...own } = search as Search;
    remember(`place${pathname}`, own);
    remember("place", href);
  }, [href, pathname, search]);
}

/** Where a screen was left: what its address ends with. */
export function leftAt(path: string): Search {
  return remembered<Search>(`place${path}`) ?? {};
}

/** The address where the console was left, for a start without one. */
export function lastPlace(): string | undefined {
  const place = remembered("place");
  return typeof place === "string" && place.startsWith("/") ? place : undefined;
}
