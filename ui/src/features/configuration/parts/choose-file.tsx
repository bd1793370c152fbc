import { ClipboardPaste, FileInput } from "lucide-react";
import { useState } from "react";
import type { ImportInput, Problem } from "@/api/contract";
import { useApi } from "@/api/context";
import { pasted, toImport } from "@/api/portable";
import { toProblem } from "@/api/problem";
import { Button } from "@/components/button";
import { ProblemCard } from "@/components/problem";

const ACCEPT = { what: "Configuration", extensions: ["toml", "properties", "zip", "json", "txt"] };

/** A configuration from a file or from the clipboard. */
export function ChooseFile({ label, file, onChange }: { label: string; file: ImportInput | null; onChange: (file: ImportInput | null) => void }) {
  const { host } = useApi();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [pasting, setPasting] = useState(false);
  const [text, setText] = useState("");
  const choose = async () => {
    setProblem(null);
    try {
      const chosen = await host.open(ACCEPT);
      if (chosen) {
        onChange(await toImport(chosen));
        setPasting(false);
      }
    } catch (cause) {
      setProblem(toProblem(cause));
    }
  };
  return (
    <div role="group" aria-label={label} className="flex min-w-0 flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <Button icon={FileInput} onClick={() => void choose()}>
          {file ? "Choose another file" : "Choose a file"}
        </Button>
        <Button icon={ClipboardPaste} kind="quiet" aria-expanded={pasting} onClick={() => setPasting(!pasting)}>
          Paste
        </Button>
        {file && <span className="selectable mono truncate text-12">{file.name || "What was pasted"}</span>}
      </div>
      {pasting && (
        <form
          className="flex flex-col items-start gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            setProblem(null);
            onChange(pasted(text));
          }}
        >
          <textarea
            aria-label="Text of the configuration"
            value={text}
            onChange={(event) => setText(event.target.value)}
            rows={8}
            spellCheck={false}
            placeholder="A configuration, a properties file, or a connector header as JSON or as the agent sends it"
            className="mono w-full rounded-md border border-line-3 bg-surface-2 p-2 text-12 placeholder:text-text-3"
          />
          <Button type="submit" disabled={text.trim() === ""}>
            Look at it
          </Button>
        </form>
      )}
      {problem && <ProblemCard problem={problem} />}
    </div>
  );
}
