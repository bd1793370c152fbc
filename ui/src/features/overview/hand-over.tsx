import { Link } from "@tanstack/react-router";
import { ChevronDown, Download, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { toast } from "sonner";
import { useApi } from "@/api/context";
import type { Overview } from "@/api/contract";
import { IconButton } from "@/components/button";
import { Card } from "@/components/card";
import { CopyIcon } from "@/components/copy";
import { absoluteTime, plural } from "@/components/format";
import { ProblemCard } from "@/components/problem";
import { tellProblem } from "@/components/problem-toast";
import { useApplication } from "@/components/shell/application";
import { Status } from "@/components/status";
import { TokenButtons, TokenText, useShownToken } from "@/components/token";

const RENEW_FROM_DAYS = 30;

export function HandOver({ overview }: { overview: Overview }) {
  const { applications, application, choose } = useApplication();
  const { certificate, token } = overview;
  const url = application?.baseUrl ?? null;
  return (
    <Card
      title="To paste into the provider’s console"
      actions={
        <Link to="/guide" search={{ doc: "handover" }} className="inline-flex min-h-6 items-center rounded-sm px-1 text-12 text-accent hover:underline">
          Screen by screen
        </Link>
      }
    >
      <dl>
        {applications.length > 1 && (
          <Line title="Application">
            <span className="relative self-start">
              <select
                aria-label="Application"
                value={application?.name}
                onChange={(event) => choose(event.target.value)}
                className="mono h-7 appearance-none rounded-md border border-line-3 bg-surface-1 pr-7 pl-2 text-12"
              >
                {applications.map((candidate) => (
                  <option key={candidate.name}>{candidate.name}</option>
                ))}
              </select>
              <ChevronDown size={14} aria-hidden className="pointer-events-none absolute top-1/2 right-2 -translate-y-1/2 text-text-3" />
            </span>
          </Line>
        )}
        <Line title="Base URL" action={<CopyIcon text={url ?? ""} label="Copy the base URL" disabled={!url} />}>
          {url ? (
            <Address url={url} />
          ) : (
            <span className="text-text-2">{application ? "Start the endpoint to see its address." : "It ends with an application’s name: add one first."}</span>
          )}
        </Line>
        {application === undefined || application.authentication === "bearer" ? (
          <TokenLine masked={token.masked} store={token.store} />
        ) : (
          <OwnSecretLine application={application} />
        )}
        <Line
          title="Public key"
          action={
            <>
              <SaveCertificate certificate={certificate} />
              <CopyIcon text={certificate.pem} label="Copy the certificate as PEM" />
            </>
          }
        >
          <span className="selectable mono text-12 [overflow-wrap:anywhere]">{certificate.path}</span>
          <span className="flex flex-wrap gap-x-3 text-12 text-text-2">
            <span className="num" title={absoluteTime(certificate.notAfter)}>
              {certificate.daysLeft < RENEW_FROM_DAYS ? (
                <Status tone="bad">{certificate.daysLeft < 0 ? "expired" : `${plural(certificate.daysLeft, "day")} left`}</Status>
              ) : (
                `${plural(certificate.daysLeft, "day")} left`
              )}
            </span>
            <span className="selectable [overflow-wrap:anywhere]">for {certificate.names.join(", ")}</span>
            <Link to="/configuration/$section" params={{ section: "certificate" }} className="rounded-sm text-accent hover:underline">
              Renew or replace
            </Link>
          </span>
          {certificate.warnings.length > 0 && (
            <ul aria-label="Warnings about the certificate" className="mt-1 flex flex-col gap-1">
              {certificate.warnings.map((warning) => (
                <li key={warning} className="flex items-start gap-1.5 rounded-md bg-warn-soft px-2 py-1 text-12">
                  <span className="inline-flex shrink-0 items-center gap-1 font-medium text-warn">
                    <TriangleAlert size={14} strokeWidth={2} aria-hidden />
                    Warning
                  </span>
                  <span className="selectable min-w-0 [overflow-wrap:anywhere]">{warning}</span>
                </li>
              ))}
            </ul>
          )}
        </Line>
        <Line title="Fingerprint" action={<CopyIcon text={certificate.fingerprint} label="Copy the fingerprint" />}>
          <span className="selectable mono text-11 text-text-2 [overflow-wrap:anywhere]">{certificate.fingerprint}</span>
        </Line>
      </dl>
    </Card>
  );
}

/** The file that the provider's console takes as public key. */
function SaveCertificate({ certificate }: { certificate: Overview["certificate"] }) {
  const { host } = useApi();
  const name = certificate.path.split(/[\\/]/).at(-1) ?? "sluice.crt";
  const save = () =>
    host.save({ name, mime: "application/x-pem-file", content: certificate.pem }).then(
      (saved) => saved && toast.success(`${saved.name} saved`, { description: saved.path ?? undefined }),
      (cause: unknown) => tellProblem("The certificate was not saved", cause),
    );
  return <IconButton icon={Download} label="Save the certificate" onClick={() => void save()} />;
}

/** Breaks after a slash, where an address can be read on. */
function Address({ url }: { url: string }) {
  return (
    <span className="selectable mono text-12">
      {url.split(/(?<=[^:/]\/)/).map((part, index) => (
        <span key={index} className="inline-block max-w-full [overflow-wrap:anywhere]">
          {part}
        </span>
      ))}
    </span>
  );
}

function TokenLine({ masked, store }: { masked: string; store: string }) {
  const shown = useShownToken();
  return (
    <>
      <Line title="API token" action={<TokenButtons shown={shown} />}>
        <TokenText shown={shown} masked={masked} />
        <span className="text-12 text-text-2">kept in {store}</span>
      </Line>
      {shown.problem && <ProblemCard problem={shown.problem} className="mx-3 mb-2" />}
    </>
  );
}

/** An application with a secret of its own. The secret is never shown: it was set from outside. */
function OwnSecretLine({ application }: { application: Overview["applications"][number] }) {
  const basic = application.authentication === "basic";
  const name = application.shownAs ?? "";
  return (
    <Line title={basic ? "Basic" : "HTTP header"} action={<CopyIcon text={name} label={basic ? "Copy the user" : "Copy the header’s name"} />}>
      <span className="selectable mono text-12 [overflow-wrap:anywhere]">{name}</span>
      <span className="text-12 text-text-2">
        with {basic ? "the password" : "the value"} that was set by{" "}
        <span className="selectable mono">sluice-server password --application {application.name}</span>; the endpoint’s token does not open this application
      </span>
    </Line>
  );
}

function Line({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) {
  return (
    <div className="grid min-h-9 grid-cols-[84px_minmax(0,1fr)_auto] items-start gap-x-3 border-b border-line px-3 py-1 last:border-b-0">
      <dt className="py-1 text-text-2">{title}</dt>
      <dd className="flex min-w-0 flex-col gap-0.5 py-1">{children}</dd>
      <dd className="flex items-center">{action}</dd>
    </div>
  );
}
