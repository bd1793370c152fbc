import { toast } from "sonner";
import { useApi } from "@/api/context";
import type { FileToSave, SavedFile } from "@/host";
import { tellProblem } from "./problem-toast";

/**
 * Saves a file where the administrator wants it, and says where it went or why it did not. `words` is what was saved:
 * "15 rows"; left out, the file's name.
 */
export function useSave(): (file: FileToSave | Promise<FileToSave>, words?: string) => Promise<SavedFile | null> {
  const { host } = useApi();
  return async (file, words) => {
    try {
      const ready = await file;
      const saved = await host.save(ready);
      // A browser shows its downloads itself, and where they are is its own business.
      if (saved) toast.success(`${words ?? saved.name} saved`, { description: saved.path ?? undefined });
      return saved;
    } catch (cause) {
      tellProblem(`${words ?? "The file"}: not saved`, cause);
      return null;
    }
  };
}
