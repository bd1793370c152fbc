import { FileKey2 } from "lucide-react";
import { useState } from "react";
import type { CertificateJudged, OwnCertificate } from "@/api/contract";
import { useApi } from "@/api/context";
import { useCertificateActs } from "@/api/settings";
import { Button } from "@/components/button";
import { ProblemCard } from "@/components/problem";
import { tellProblem } from "@/components/problem-toast";
import { Status, type Tone } from "@/components/status";
import { toast } from "sonner";
import { TextField } from "./field";
import { Choice, Setting } from "./setting";

type Form = "pem" | "store";
const TONES: Record<CertificateJudged["checks"][number]["verdict"], { tone: Tone; word: string }> = {
  good: { tone: "ok", word: "good" },
  doubtful: { tone: "warn", word: "doubtful" },
  bad: { tone: "bad", word: "refused" },
};

/** A file's bytes as base64, in pieces that a call's arguments can hold. */
async function base64(file: File): Promise<string> {
  const content = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let from = 0; from < content.length; from += 8192) text += String.fromCharCode(...content.subarray(from, from + 8192));
  return btoa(text);
}

/** A pair of one's own: chosen, checked, and put beside the one in use. */
export function BringOwn({ onClose }: { onClose: () => void }) {
  const [form, setForm] = useState<Form>("pem");
  const [certificates, setCertificates] = useState<File | null>(null);
  const [key, setKey] = useState<File | null>(null);
  const [store, setStore] = useState<File | null>(null);
  const [password, setPassword] = useState("");
  const { bring } = useCertificateActs();
  const ready = form === "pem" ? certificates !== null && key !== null : store !== null;
  const check = async () => {
    const own: OwnCertificate = form === "pem" ? { certificates: await certificates?.text(), key: await key?.text() } : { store: store ? await base64(store) : "", password };
    bring.mutate(own, {
      onSuccess: ({ taken, checks }) => {
        if (!taken) return;
        const doubts = checks.filter(({ verdict }) => verdict === "doubtful");
        if (doubts.length > 0) toast.warning("The certificate is ready, with doubts", { description: doubts.map(({ says }) => says).join(" "), duration: 20_000 });
        else toast.success("The certificate is ready");
        onClose();
      },
    });
  };
  // What was found belongs to what was chosen then.
  const choose = <T,>(set: (value: T) => void) => (value: T) => {
    bring.reset();
    set(value);
  };
  return (
    <>
      <Setting label="Form">
        <Choice
          label="Form"
          options={[
            { value: "pem", title: "Two PEM files" },
            { value: "store", title: "PKCS#12" },
          ]}
          value={form}
          onChange={choose(setForm)}
        />
      </Setting>
      {form === "pem" ? (
        <>
          <Setting label="Certificate" says="With the certificates of its issuers after it, in one file.">
            <Chosen label="certificate" file={certificates} what="Certificate" extensions={["crt", "pem", "cer"]} onChoose={choose(setCertificates)} />
          </Setting>
          <Setting label="Key" says="Without a password. It is read once and kept where only this account can read it.">
            <Chosen label="key" file={key} what="Key" extensions={["key", "pem"]} onChoose={choose(setKey)} />
          </Setting>
        </>
      ) : (
        <>
          <Setting label="File" says="Certificate, issuers and key in one.">
            <Chosen label="PKCS#12 file" file={store} what="PKCS#12 file" extensions={["p12", "pfx"]} onChoose={choose(setStore)} />
          </Setting>
          <Setting label="Its password" says="It opens the file once and is not kept.">
            <TextField label="The file’s password" value={password} onChange={choose(setPassword)} secret />
          </Setting>
        </>
      )}
      {bring.data && !bring.data.taken && (
        <ul aria-label="What was checked" className="border-b border-line">
          {bring.data.checks.map(({ what, verdict, says }) => (
            <li key={what + says} className="grid grid-cols-[92px_92px_minmax(0,1fr)] gap-x-3 px-3 py-1.5">
              <Status tone={TONES[verdict].tone}>{TONES[verdict].word}</Status>
              <span className="font-medium">{what}</span>
              <span className="selectable text-text-2">{says}</span>
            </li>
          ))}
        </ul>
      )}
      {bring.error && <ProblemCard problem={bring.error} className="m-3" />}
      <div className="flex items-center gap-2 px-3 py-2.5">
        <Button kind="primary" disabled={!ready || bring.isPending} onClick={() => void check()}>
          {bring.isPending ? "Checking" : "Check it"}
        </Button>
        <Button kind="quiet" onClick={onClose}>
          Cancel
        </Button>
        <span className="text-12 text-text-2">Checking it does not put it in use.</span>
      </div>
    </>
  );
}

function Chosen({ label, file, what, extensions, onChoose }: { label: string; file: File | null; what: string; extensions: string[]; onChoose: (file: File | null) => void }) {
  const { host } = useApi();
  const open = async () => {
    try {
      const chosen = await host.open({ what, extensions });
      if (chosen) onChoose(chosen);
    } catch (cause) {
      tellProblem(`${what}: not opened`, cause);
    }
  };
  return (
    <>
      <Button icon={FileKey2} onClick={() => void open()}>
        Choose the {label}…
      </Button>
      <span className={file ? "mono text-12" : "text-text-3"}>{file ? file.name : "none chosen"}</span>
    </>
  );
}
