import { RouterProvider } from "@tanstack/react-router";
import { ApiProvider } from "@/api/context";
import { keeperOf } from "@/api/keeper";
import type { Host } from "@/host";
import { recall } from "@/state/remembered";
import { adoptTheme } from "@/state/theme";
import { useEffect } from "react";
import { LoggedOut } from "./logged-out";
import type { makeRouter } from "./router";

export function App({ host, router }: { host: Host; router: ReturnType<typeof makeRouter> }) {
  useEffect(() => {
    // Again whenever somebody has come in.
    const read = () => {
      if (!host.loggedOut?.why()) void recall(keeperOf(host)).then(adoptTheme);
    };
    read();
    return host.loggedOut?.subscribe(read);
  }, [host]);
  return (
    <ApiProvider host={host}>
      <RouterProvider router={router} />
      <LoggedOut host={host} />
    </ApiProvider>
  );
}
