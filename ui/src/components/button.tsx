import type { LucideIcon } from "lucide-react";
import type { ButtonHTMLAttributes, Ref } from "react";
import { cx } from "./cx";
import { Tooltip } from "./tooltip";

type Kind = "plain" | "primary" | "quiet" | "danger";
type Props = ButtonHTMLAttributes<HTMLButtonElement> & { icon?: LucideIcon; kind?: Kind; ref?: Ref<HTMLButtonElement> };

const KINDS: Record<Kind, string> = {
  plain: "border-line-2 bg-surface-1 text-text hover:bg-surface-2 active:bg-surface-3",
  primary: "border-transparent bg-accent text-on-accent hover:bg-accent-strong",
  quiet: "border-transparent text-text-2 hover:bg-surface-2 hover:text-text active:bg-surface-3",
  danger: "border-transparent bg-bad text-on-bad hover:opacity-90",
};

export function Button({ icon: Icon, kind = "plain", className, children, ...rest }: Props) {
  return (
    <button
      type="button"
      {...rest}
      className={cx(
        "inline-flex h-7 shrink-0 items-center gap-1.5 rounded-md border px-2.5 text-13 font-medium whitespace-nowrap transition-colors duration-100 disabled:opacity-50",
        KINDS[kind],
        className,
      )}
    >
      {Icon && <Icon size={15} strokeWidth={1.75} aria-hidden />}
      {children}
    </button>
  );
}

type IconProps = Omit<Props, "icon" | "children"> & { icon: LucideIcon; label: string; keys?: string; side?: "top" | "bottom" | "left" | "right" };

/** A button that shows only an icon: its name is spoken and shown in the tooltip. */
export function IconButton({ icon: Icon, label, keys, side, kind = "quiet", className, ...rest }: IconProps) {
  return (
    <Tooltip text={label} keys={keys} side={side}>
      <button
        type="button"
        aria-label={label}
        {...rest}
        className={cx(
          "inline-flex size-7 shrink-0 items-center justify-center rounded-md border transition-colors duration-100 disabled:opacity-50",
          KINDS[kind],
          className,
        )}
      >
        <Icon size={15} strokeWidth={1.75} aria-hidden />
      </button>
    </Tooltip>
  );
}
