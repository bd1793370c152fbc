import { RouterProvider } from "@tanstack/react-router";
import { ApiProvider } from "@/api/context";
import type { Host } from "@/host";
import type { makeRouter } from "./router";

export function App({ host, router }: { host: Host; router: ReturnType<typeof makeRouter> }) {
  return (
    <ApiProvider host={host}>
      <RouterProvider router={router} />
    </ApiProvider>
  );
}
