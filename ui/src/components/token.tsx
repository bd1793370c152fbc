import { Eye, EyeOff } from "lucide-react";
import { useEffect, useState } from "react";
import { useApi } from "@/api/context";
import type { Problem } from "@/api/contract";
import { useReveal } from "@/api/queries";
import { IconButton } from "./button";
import { CopyIcon } from "./copy";

/** ms that a token stands on the screen: one that stays is read by somebody else sooner or later. */
const SHOWN_FOR = 30_000;

/** As the provider's field wants it: with its scheme. */
const withScheme = (token: string) => (/^bearer /i.test(token) ? token : `Bearer ${token}`);

export type ShownToken = { token: string | null; toggle: () => void; pending: boolean; problem: Problem | null };

/** The endpoint's token, covered until it is asked for and covered again by itself. It lives in the component that asked, nowhere else. */
export function useShownToken(): ShownToken {
  const reveal = useReveal();
  const [token, setToken] = useState<string | null>(null);
  useEffect(() => {
    if (token === null) return;
    const timer = setTimeout(() => setToken(null), SHOWN_FOR);
    return () => clearTimeout(timer);
  }, [token]);
  const toggle = () => {
    if (token !== null) setToken(null);
    else reveal.mutate(undefined, { onSuccess: (answer) => setToken(answer.token) });
  };
  return { token, toggle, pending: reveal.isPending, problem: reveal.error };
}

export function TokenText({ shown: { token }, masked }: { shown: ShownToken; masked: string }) {
  return <span className={token === null ? "mono text-12" : "selectable mono text-12 [overflow-wrap:anywhere]"}>{withScheme(token ?? masked)}</span>;
}

/** Reveal or hide, and copy; a copy asks for the token on the press, so that it need not be shown. */
export function TokenButtons({ shown: { token, toggle, pending } }: { shown: ShownToken }) {
  const { host } = useApi();
  return (
    <>
      <IconButton icon={token === null ? Eye : EyeOff} label={token === null ? "Reveal the token" : "Hide the token"} onClick={toggle} disabled={pending} />
      <CopyIcon text={() => host.call("credentials.reveal", {}).then((answer) => withScheme(answer.token))} label="Copy the token" />
    </>
  );
}
