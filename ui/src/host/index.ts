import { httpHost, takeKey } from "./http";
import type { Host } from "./types";

export type { Host } from "./types";

/** In the desktop's window the way is Tauri's, in a browser it is the server's loopback console. */
export async function chooseHost(): Promise<Host> {
  if ("__TAURI_INTERNALS__" in window) {
    const { tauriHost } = await import("./tauri");
    return tauriHost();
  }
  // A new key pasted into an open tab changes the fragment only; the page has to begin anew with it.
  window.addEventListener("hashchange", () => {
    if (/^#\/?key=/.test(window.location.hash)) window.location.reload();
  });
  return httpHost({ key: takeKey(window.location, window.history, window.sessionStorage) });
}
