import { Check, FilePlus2, Save, TriangleAlert, Upload } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { CertificateSetup, CertificateShown } from "@/api/contract";
import { useCertificate, useCertificateActs, useMakeCertificate } from "@/api/settings";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { CopyIcon } from "@/components/copy";
import { useSave } from "@/components/files";
import { dayOf, formatCount, plural } from "@/components/format";
import { ProblemCard } from "@/components/problem";
import { RelativeTime } from "@/components/relative-time";
import { SkeletonLines } from "@/components/skeleton";
import { Status } from "@/components/status";
import { BringOwn } from "./bring-own";
import { DaysLeft, Described } from "./certificate-described";
import { Confirm } from "./confirm";
import { Setting } from "./setting";

/** The certificate in use, the one to come, those that were. */
export function CertificateSection() {
  const { data, error, refetch } = useCertificate();
  if (!data) return error ? <ProblemCard problem={error} onRetry={() => void refetch()} /> : <SkeletonLines lines={12} />;
  return (
    <>
      <Current setup={data} />
      <Names setup={data} />
      {data.nextProblem && <ProblemCard problem={data.nextProblem} />}
      {data.next ? <Next next={data.next} setup={data} /> : <Another />}
      {data.earlier.length > 0 && <Earlier setup={data} />}
    </>
  );
}

/** The file that the provider's side is given. */
function SaveCertificate({ certificate, name }: { certificate: CertificateShown; name: string }) {
  const save = useSave();
  return (
    <Button icon={Save} onClick={() => void save({ name, mime: "application/x-pem-file", content: certificate.pem })}>
      Save for the agent…
    </Button>
  );
}

function Current({ setup: { current } }: { setup: CertificateSetup }) {
  return (
    <Card
      title="In use"
      actions={
        <>
          <CopyIcon text={current.pem} label="Copy the certificate as PEM" />
          <SaveCertificate certificate={current} name="sluice.crt" />
        </>
      }
    >
      {current.daysLeft <= 30 && (
        <p className="flex items-start gap-2 border-b border-line bg-warn-soft px-3 py-2">
          <TriangleAlert size={15} aria-hidden className={current.daysLeft <= 7 ? "mt-0.5 shrink-0 text-bad" : "mt-0.5 shrink-0 text-warn"} />
          <span>
            <span className="font-semibold">{current.daysLeft < 0 ? "It has ended." : `It ends in ${plural(current.daysLeft, "day")}.`}</span> Make or bring the next one below, give it to the provider’s side, and only then use it.
          </span>
        </p>
      )}
      <Described certificate={current} />
    </Card>
  );
}

/** Names that matter, held against those it carries. */
function Names({ setup: { current, host, asked } }: { setup: CertificateSetup }) {
  return (
    <Card title="Names" note="A client that calls by a name the certificate does not have hangs up before it sends a request.">
      {host && (
        <Setting label="Of the base URL" says={host.named ? undefined : "Make or bring a certificate with this name, or write another one first under Endpoint › Host names."}>
          <span className="mono text-12">{host.name}</span>
          {host.named ? <Status tone="ok">in the certificate</Status> : <Status tone="bad">not in the certificate</Status>}
        </Setting>
      )}
      {current.missing
        .filter((name) => name !== host?.name)
        .map((name) => (
          <Setting key={name} label="Of the configuration">
            <span className="mono text-12">{name}</span>
            <Status tone="warn">not in the certificate</Status>
          </Setting>
        ))}
      <Setting label="Asked for by clients" says="In their handshakes (SNI), or as the address of a request, since the start of Sluice.">
        {asked.length === 0 ? (
          <span className="text-text-2">Nobody has called yet.</span>
        ) : (
          <ul className="flex w-full flex-col gap-1">
            {asked.map(({ name, times, last, named }) => (
              <li key={name} className="num flex flex-wrap items-center gap-x-3 text-12">
                <span className="mono">{name}</span>
                {named ? <Status tone="ok">in the certificate</Status> : <Status tone="warn">not in the certificate</Status>}
                <span className="text-text-3">
                  {plural(times, "time")}, last <RelativeTime at={last} />
                </span>
              </li>
            ))}
          </ul>
        )}
      </Setting>
    </Card>
  );
}

/** Where the next one comes from. */
function Another() {
  const make = useMakeCertificate();
  const [own, setOwn] = useState(false);
  return (
    <Card title="The next one" note="It is kept ready beside the one in use until you choose to use it.">
      {own ? (
        <BringOwn onClose={() => setOwn(false)} />
      ) : (
        <>
          <Setting label="A new one" says="With a key of its own, good for ten years, for this machine’s names and the host names of the configuration. It is signed by itself: the agent must be given it before it is used.">
            {make.says === null ? (
              <Button icon={FilePlus2} onClick={make.start}>
                Make a new one
              </Button>
            ) : (
              <>
                <span role="status" className="text-text-2">
                  {make.says}
                </span>
                <Button onClick={make.cancel}>Cancel</Button>
              </>
            )}
            {make.problem && <ProblemCard problem={make.problem} className="basis-full" />}
          </Setting>
          <Setting label="One of your own" says="From your company’s authority: two PEM files, or one in PKCS#12 form. It is checked before it is taken.">
            <Button icon={Upload} onClick={() => setOwn(true)} disabled={make.says !== null}>
              Bring your own…
            </Button>
          </Setting>
        </>
      )}
    </Card>
  );
}

function Next({ next, setup }: { next: CertificateShown; setup: CertificateSetup }) {
  const { take, discard } = useCertificateActs();
  const [asked, setAsked] = useState<"take" | "discard" | null>(null);
  const close = () => setAsked(null);
  const connections = setup.connections;
  return (
    <Card
      title="Ready to be used"
      note="Not in use yet."
      actions={
        <>
          <CopyIcon text={next.pem} label="Copy the next certificate as PEM" />
          <SaveCertificate certificate={next} name="sluice-next.crt" />
          <Button kind="quiet" onClick={() => setAsked("discard")}>
            Discard…
          </Button>
          <Button kind="primary" icon={Check} onClick={() => setAsked("take")}>
            Use it…
          </Button>
        </>
      }
    >
      <Described certificate={next} />
      <ol className="ml-4 flex list-decimal flex-col gap-1 px-3 py-2.5 text-text-2">
        {next.selfSigned ? <li>Save it, and give it to the agent as the public key of the endpoint, beside the one it has.</li> : <li>The agent has to know its issuer, {next.chain.at(-1)?.issuer}; give it that certificate where it does not.</li>}
        <li>Use it. Open connections stay; the next handshake shows the new one.</li>
        <li>Watch Traffic: if nothing arrives any more, the agent refuses it; bring the previous one back then.</li>
      </ol>
      {asked === "take" && (
        <Confirm
          title="Use this certificate?"
          yes="Use it"
          no="Keep the one in use"
          pending={take.isPending}
          problem={take.error}
          onYes={() =>
            take.mutate(undefined, {
              onSuccess: () => {
                close();
                toast.success("The new certificate is in use", { description: "The previous one is kept aside." });
              },
            })
          }
          onClose={close}
        >
          <p>
            Nothing is interrupted: {connections === 0 ? "no client holds a connection now" : `${plural(connections, "connection")} that ${connections === 1 ? "is" : "are"} open ${connections === 1 ? "stays" : "stay"}`}. New connections are shown this one, and a client that was not given{" "}
            {next.selfSigned ? "it" : "its issuer"} refuses them.
          </p>
          {next.missing.length > 0 && <p className="font-medium text-bad">It does not name {next.missing.join(", ")}: clients that call so refuse it.</p>}
        </Confirm>
      )}
      {asked === "discard" && (
        <Confirm title="Discard the certificate that is ready?" yes="Discard it" no="Keep it" danger pending={discard.isPending} problem={discard.error} onYes={() => discard.mutate(undefined, { onSuccess: close })} onClose={close}>
          <p>
            It goes with its key: {next.names.slice(0, 3).join(", ")}, good until {dayOf(next.notAfter)}. The one in use stays.
          </p>
        </Confirm>
      )}
    </Card>
  );
}

function Earlier({ setup: { earlier, next } }: { setup: CertificateSetup }) {
  const { bringBack, forget } = useCertificateActs();
  const [asked, setAsked] = useState<number | null>(null);
  return (
    <Card title="Kept aside" note={`${formatCount(earlier.length)} that ${earlier.length === 1 ? "was" : "were"} in use, with ${earlier.length === 1 ? "its key" : "their keys"}.`}>
      <ul>
        {earlier.map(({ id, certificate }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3 py-2 last:border-b-0">
            <span className="num min-w-0 flex-1">
              In use until {dayOf(id)}, <DaysLeft certificate={certificate} />
              <span className="mono block truncate text-11 text-text-3" title={certificate.fingerprint}>
                {certificate.fingerprint}
              </span>
            </span>
            <Button disabled={certificate.daysLeft < 0 || next !== null || bringBack.isPending} title={next ? "Another one is ready: use or discard it first" : certificate.daysLeft < 0 ? "It has ended" : undefined} onClick={() => bringBack.mutate(id)}>
              Bring it back
            </Button>
            <Button kind="quiet" onClick={() => setAsked(id)}>
              Remove…
            </Button>
          </li>
        ))}
      </ul>
      {bringBack.error && <ProblemCard problem={bringBack.error} className="m-3" />}
      {asked !== null && (
        <Confirm title={`Remove the certificate that was in use until ${dayOf(asked)}?`} yes="Remove it" no="Keep it" danger pending={forget.isPending} problem={forget.error} onYes={() => forget.mutate(asked, { onSuccess: () => setAsked(null) })} onClose={() => setAsked(null)}>
          <p>It goes with its key and cannot be brought back.</p>
        </Confirm>
      )}
    </Card>
  );
}
