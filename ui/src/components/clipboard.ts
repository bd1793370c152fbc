import type { Problem } from "@/api/contract";

const unreachable = (): Problem => ({ code: "clipboard", message: "The clipboard cannot be reached.", hint: "Allow this page to use the clipboard, or select the text and copy it by hand.", fields: {}, exchange: null });

/** Some web views refuse the asynchronous clipboard; the old way still works there. Where neither does, it rejects with a `Problem`. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.style.position = "fixed";
    area.style.opacity = "0";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (!done) throw unreachable();
  }
}
