import { Dialog } from "@base-ui/react/dialog";
import { ShieldAlert, ShieldCheck, ShieldQuestion, Trash2 } from "lucide-react";
import { useState } from "react";
import type { Environment, Problem, ShownCertificate, SimulatorTarget, SimulatorTrust } from "@/api/contract";
import { useCertificate, useRemoveTarget, useSaveTarget } from "@/api/simulator";
import { Button } from "@/components/button";
import { absoluteTime } from "@/components/format";
import { ProblemCard } from "@/components/problem";

type Props = { /** the one that is edited; null for a new one */ target: SimulatorTarget | null; onSaved: (name: string) => void; onRemoved: () => void; onClose: () => void };

const FIELD = "h-7 w-full min-w-0 rounded-md border border-line-3 bg-surface-1 px-2 text-13 text-text placeholder:text-text-3";

/** Another SCIM server: where it is, what it is shown, whose certificate is accepted. */
export function TargetDialog({ target, onSaved, onRemoved, onClose }: Props) {
  const [name, setName] = useState(target?.name ?? "");
  const [url, setUrl] = useState(target?.url ?? "https://");
  const [environment, setEnvironment] = useState<Environment>(target?.environment ?? "test");
  const [authorised, setAuthorised] = useState(target ? target.header !== null : true);
  const [header, setHeader] = useState(target?.header ?? "Authorization");
  const [authorization, setAuthorization] = useState("");
  const [withConnector, setWithConnector] = useState(target?.connectorHeader ?? false);
  const [connectorHeader, setConnectorHeader] = useState("");
  const [trust, setTrust] = useState<SimulatorTrust>(target?.trust ?? { kind: "system" });
  const [removing, setRemoving] = useState(false);
  const save = useSaveTarget();
  const remove = useRemoveTarget();
  const at = (field: string) => save.error?.fields[field];

  const submit = () =>
    save.mutate(
      {
        name: name.trim(),
        before: target?.name ?? null,
        url: url.trim(),
        environment,
        header: authorised ? header.trim() : null,
        authorization: authorization === "" ? null : authorization,
        connectorHeader: withConnector ? (connectorHeader === "" ? null : connectorHeader) : "",
        trust,
      },
      { onSuccess: () => onSaved(name.trim()) },
    );
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="layer fixed inset-0 z-40 bg-veil" />
        <Dialog.Popup className="layer fixed top-[7vh] left-1/2 z-50 flex max-h-[86vh] w-150 max-w-[94vw] -translate-x-1/2 flex-col rounded-xl border border-line-2 bg-surface-1 shadow-layer outline-none">
          <form
            className="flex min-h-0 flex-col"
            onSubmit={(event) => {
              event.preventDefault();
              submit();
            }}
          >
            <div className="flex flex-col gap-3 overflow-y-auto p-4">
              <div>
                <Dialog.Title className="text-15 font-semibold">{target ? `Edit the server ${target.name}` : "Another SCIM server"}</Dialog.Title>
                <Dialog.Description className="text-text-2">The simulator calls it as the provider would. What it is given is kept with all other secrets, and goes to this address only.</Dialog.Description>
              </div>
              <Row label="Name" id="target-name" problem={at("name")}>
                <input id="target-name" value={name} required maxLength={200} autoComplete="off" placeholder="vendor" onChange={(event) => setName(event.target.value)} className={FIELD} />
              </Row>
              <Row label="Base URL" id="target-url" problem={at("url")} note="With /v2 in it and a slash at its end, as in the provider’s console.">
                <input id="target-url" value={url} required autoComplete="off" spellCheck={false} onChange={(event) => setUrl(event.target.value)} className={`${FIELD} mono text-12`} />
              </Row>
              <Row label="Environment" id="target-environment">
                <select id="target-environment" value={environment} onChange={(event) => setEnvironment(event.target.value as Environment)} className={FIELD}>
                  <option value="development">Development</option>
                  <option value="test">Test</option>
                  <option value="production">Production: writes want the name typed</option>
                </select>
              </Row>
              <Row label="It asks who calls" id="target-header" problem={at("authorization")}>
                <div className="flex flex-col gap-1.5">
                  <label className="flex min-h-6 items-center gap-2">
                    <input type="checkbox" checked={authorised} onChange={(event) => setAuthorised(event.target.checked)} className="accent-accent" />
                    Send a header with a secret value
                  </label>
                  {authorised && (
                    <div className="flex gap-2">
                      <input id="target-header" aria-label="Name of the header" value={header} required autoComplete="off" spellCheck={false} onChange={(event) => setHeader(event.target.value)} className={`${FIELD} mono max-w-40 text-12`} />
                      <input
                        type="password"
                        aria-label="Value of the header"
                        value={authorization}
                        autoComplete="new-password"
                        placeholder={target?.authorized && target.header ? "kept; type to replace it" : "Bearer …, as in the provider’s console"}
                        onChange={(event) => setAuthorization(event.target.value)}
                        className={`${FIELD} mono text-12 placeholder:font-sans`}
                      />
                    </div>
                  )}
                </div>
              </Row>
              <Row label="Connector header" id="target-connector" note="X-OKTA-ONPREM-DATA, which the vendor’s server wants with each call: Base64, as the agent sends it. It holds a password, so Sluice never records it.">
                <div className="flex flex-col gap-1.5">
                  <label className="flex min-h-6 items-center gap-2">
                    <input type="checkbox" checked={withConnector} onChange={(event) => setWithConnector(event.target.checked)} className="accent-accent" />
                    Send it
                  </label>
                  {withConnector && (
                    <input
                      id="target-connector"
                      type="password"
                      aria-label="Value of the connector header"
                      value={connectorHeader}
                      autoComplete="new-password"
                      placeholder={target?.connectorHeader ? "kept; type to replace it" : "Base64, as the agent sends it"}
                      onChange={(event) => setConnectorHeader(event.target.value)}
                      className={`${FIELD} mono text-12 placeholder:font-sans`}
                    />
                  )}
                </div>
              </Row>
              <TrustChoice url={url.trim()} trust={trust} problem={at("trust")} onTrust={setTrust} />
              {save.error && Object.keys(save.error.fields).length === 0 && <ProblemCard problem={save.error} />}
              {remove.error && <ProblemCard problem={remove.error} />}
              {removing && target && (
                <div role="alert" className="rounded-lg border border-bad-line bg-bad-soft p-3">
                  <p className="font-semibold">Remove the server {target.name} with its secrets and everything that was imported from it?</p>
                  <div className="mt-2 flex gap-2">
                    <Button kind="danger" disabled={remove.isPending} onClick={() => remove.mutate(target.name, { onSuccess: onRemoved })}>
                      Remove {target.name}
                    </Button>
                    <Button onClick={() => setRemoving(false)}>Keep it</Button>
                  </div>
                </div>
              )}
            </div>
            <footer className="flex items-center gap-2 border-t border-line p-3">
              <Button kind="primary" type="submit" disabled={save.isPending}>
                Save
              </Button>
              <Button kind="quiet" onClick={onClose}>
                Cancel
              </Button>
              {target && !removing && (
                <Button kind="quiet" icon={Trash2} className="ml-auto" onClick={() => setRemoving(true)}>
                  Remove…
                </Button>
              )}
            </footer>
          </form>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Row({ label, id, note, problem, children }: { label: string; id: string; note?: string; problem?: string; children: React.ReactNode }) {
  return (
    <div className="grid grid-cols-[130px_minmax(0,1fr)] items-start gap-x-3">
      <label htmlFor={id} className="pt-1 text-text-2">
        {label}
      </label>
      <div>
        {children}
        {note && <p className="mt-0.5 text-12 text-text-2">{note}</p>}
        {problem && (
          <p role="alert" className="mt-0.5 text-12 text-bad">
            {problem}
          </p>
        )}
      </div>
    </div>
  );
}

function TrustChoice({ url, trust, problem, onTrust }: { url: string; trust: SimulatorTrust; problem: string | undefined; onTrust: (trust: SimulatorTrust) => void }) {
  const certificate = useCertificate();
  if (url.startsWith("http://")) {
    return (
      <Row label="Certificate" id="target-trust">
        <p className="pt-1 text-warn">There is no TLS at this address. That is allowed on this machine only.</p>
      </Row>
    );
  }
  const choose = (kind: SimulatorTrust["kind"]) => onTrust(kind === "system" ? { kind } : kind === "authority" ? { kind, pem: trust.kind === "authority" ? trust.pem : "" } : { kind, sha256: trust.kind === "fingerprint" ? trust.sha256 : "" });
  return (
    <Row label="Certificate" id="target-trust" problem={problem}>
      <div className="flex flex-col gap-1.5">
        <select id="target-trust" value={trust.kind} onChange={(event) => choose(event.target.value as SimulatorTrust["kind"])} className={FIELD}>
          <option value="system">From an authority that this machine trusts</option>
          <option value="authority">From an authority given here</option>
          <option value="fingerprint">Exactly one, confirmed by its fingerprint</option>
        </select>
        {trust.kind === "authority" && (
          <>
            <textarea aria-label="Certificate of the authority, PEM" value={trust.pem} rows={4} spellCheck={false} placeholder="-----BEGIN CERTIFICATE-----" onChange={(event) => onTrust({ kind: "authority", pem: event.target.value })} className="mono w-full rounded-md border border-line-3 bg-surface-1 px-2 py-1 text-11 text-text placeholder:text-text-3" />
            <label className="self-start">
              <span className="sr-only">Read the authority’s certificate from a file</span>
              <input
                type="file"
                accept=".pem,.crt,.cer"
                onChange={(event) => {
                  const file = event.target.files?.[0];
                  if (file) void file.text().then((pem) => onTrust({ kind: "authority", pem }));
                }}
                className="text-12 text-text-2"
              />
            </label>
          </>
        )}
        {trust.kind === "fingerprint" && trust.sha256 && <p className="selectable mono text-11 [overflow-wrap:anywhere] text-text-2">SHA-256 {trust.sha256}</p>}
        <div>
          <Button disabled={certificate.isPending} onClick={() => certificate.mutate(url)}>
            Look at its certificate
          </Button>
        </div>
        {certificate.error && <ProblemCard problem={certificate.error as Problem} />}
        {certificate.data && <Shown shown={certificate.data} confirmed={trust.kind === "fingerprint" && trust.sha256 === certificate.data.fingerprint} onConfirm={(sha256) => onTrust({ kind: "fingerprint", sha256 })} />}
      </div>
    </Row>
  );
}

function Shown({ shown, confirmed, onConfirm }: { shown: ShownCertificate; confirmed: boolean; onConfirm: (sha256: string) => void }) {
  const trusted = shown.distrusted === null;
  const Icon = trusted ? ShieldCheck : confirmed ? ShieldQuestion : ShieldAlert;
  return (
    <section aria-label="The certificate it shows" className="rounded-lg border border-line p-3">
      <p className={`flex items-center gap-2 font-medium ${trusted ? "text-ok" : confirmed ? "text-info" : "text-warn"}`}>
        <Icon size={15} strokeWidth={1.75} aria-hidden />
        {trusted ? "This machine trusts it." : confirmed ? "Confirmed: this certificate and no other is accepted." : shown.distrusted}
      </p>
      <dl className="selectable mt-2 grid grid-cols-[80px_minmax(0,1fr)] gap-y-0.5 text-12">
        {[
          ["Made out to", shown.names.join(", ") || "no name"],
          ["Subject", shown.subject],
          ["Issuer", shown.issuer],
          ["Valid", `${absoluteTime(shown.notBefore)} to ${absoluteTime(shown.notAfter)}`],
          ["SHA-256", shown.fingerprint],
        ].map(([name, value]) => (
          <div key={name} className="col-span-2 grid grid-cols-subgrid">
            <dt className="text-text-3">{name}</dt>
            <dd className="mono [overflow-wrap:anywhere]">{value}</dd>
          </div>
        ))}
      </dl>
      {!trusted && !confirmed && (
        <div className="mt-2">
          <p className="mb-1.5 text-12 text-text-2">Compare the fingerprint with the one on the server itself before you confirm it: whoever stands between could show another.</p>
          <Button onClick={() => onConfirm(shown.fingerprint)}>I compared it: accept exactly this certificate</Button>
        </div>
      )}
    </section>
  );
}
