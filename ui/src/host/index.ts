import { httpHost } from "./http";
import { Session } from "./session";
import type { Host } from "./types";

export type { Accept, FileToSave, Host, SavedFile } from "./types";

/** In the desktop's window the way is Tauri's, in a browser it is the server's console. */
export async function chooseHost(): Promise<Host> {
  if ("__TAURI_INTERNALS__" in window) {
    const { tauriHost } = await import("./tauri");
    return tauriHost();
  }
  // A link pasted into an open tab changes the fragment only; the page has to begin anew with it.
  window.addEventListener("hashchange", () => {
    if (/^#\/?login=/.test(window.location.hash)) window.location.reload();
  });
  const session = new Session(fetch.bind(globalThis), window.localStorage);
  await session.begin(window.location, window.history);
  return httpHost({ session });
}
