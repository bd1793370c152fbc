import { TriangleAlert } from "lucide-react";
import type { CertificateShown } from "@/api/contract";
import { CopyIcon } from "@/components/copy";
import { absoluteTime, dayOf, plural } from "@/components/format";
import { Status, type Tone } from "@/components/status";
import { Setting } from "./setting";

/** Days before its end in which a certificate is spoken of, and in which it is urgent. */
const SOON = 30;
const URGENT = 7;

/** How long a certificate is good still: in words, with an icon, in a colour. */
export function DaysLeft({ certificate: { daysLeft, notAfter } }: { certificate: CertificateShown }) {
  const tone: Tone = daysLeft <= URGENT ? "bad" : daysLeft <= SOON ? "warn" : "ok";
  return (
    <span className="inline-flex" title={absoluteTime(notAfter)}>
      <Status tone={tone} icon={daysLeft < 0 || tone === "ok" ? undefined : TriangleAlert}>{daysLeft < 0 ? `ended on ${dayOf(notAfter)}` : `${plural(daysLeft, "day")} left, until ${dayOf(notAfter)}`}</Status>
    </span>
  );
}

/** What a certificate says of itself. */
export function Described({ certificate }: { certificate: CertificateShown }) {
  const { names, fingerprint, key, selfSigned, chain, path } = certificate;
  return (
    <>
      <Setting label="Good for">
        <span className="num">
          <DaysLeft certificate={certificate} />
        </span>
      </Setting>
      <Setting label="Names">
        <span className="selectable mono text-12 [overflow-wrap:anywhere]">{names.join(", ")}</span>
      </Setting>
      <Setting label="Fingerprint" says="SHA-256, as the usual tools show it.">
        <span className="selectable mono min-w-0 flex-1 text-11 [overflow-wrap:anywhere]">{fingerprint}</span>
        <CopyIcon text={fingerprint} label="Copy the fingerprint" />
      </Setting>
      <Setting label="Signed by">
        {selfSigned ? (
          <span>itself; {key}</span>
        ) : (
          <ol className="flex flex-col gap-0.5">
            {chain.map(({ subject, issuer, notAfter }) => (
              <li key={subject} className="text-12">
                <span className="selectable mono">{subject}</span>, by <span className="selectable mono">{issuer}</span>, until {dayOf(notAfter)}
              </li>
            ))}
            <li className="text-12 text-text-2">{key}</li>
          </ol>
        )}
      </Setting>
      <Setting label="File">
        <span className="selectable mono text-12 [overflow-wrap:anywhere]">{path}</span>
      </Setting>
    </>
  );
}
