import type { Accept } from "./types";

/** Gives the browser a file to save. Its parts are held in memory until the browser has taken them. */
export function downloadFile(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // At once would be too early for browsers that read it in a task of its own.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

let waiting: HTMLInputElement | null = null;

/** Asks for a file by the browser's own dialog, which opens only as the answer to a press or a key. */
export function chooseFile({ what, extensions }: Accept): Promise<File | null> {
  // An older browser does not tell that its dialog was cancelled; the next question ends that one.
  waiting?.dispatchEvent(new Event("cancel"));
  return new Promise((resolve) => {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = extensions.map((extension) => `.${extension}`).join(",");
    input.ariaLabel = what;
    input.hidden = true;
    const end = () => {
      resolve(input.files?.[0] ?? null);
      input.remove();
      if (waiting === input) waiting = null;
    };
    input.addEventListener("change", end, { once: true });
    input.addEventListener("cancel", end, { once: true });
    document.body.append(input);
    waiting = input;
    input.click();
  });
}
