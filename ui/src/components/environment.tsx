import { Circle, CircleDot, FlaskConical, type LucideIcon, OctagonAlert } from "lucide-react";
import type { Environment } from "@/api/contract";
import { cx } from "./cx";

const LOOK: Record<Environment, { word: string; icon: LucideIcon; look: string }> = {
  development: { word: "Development", icon: FlaskConical, look: "bg-info-soft text-info" },
  test: { word: "Test", icon: CircleDot, look: "bg-warn-soft text-warn" },
  production: { word: "Production", icon: OctagonAlert, look: "bg-bad-soft text-bad" },
};

/** Where a mistake would land: icon, word and colour. */
export function EnvironmentLabel({ environment, small = false }: { environment: Environment; small?: boolean }) {
  const { word, icon: Icon, look } = LOOK[environment] ?? { word: environment, icon: Circle, look: "bg-surface-2 text-text-2" };
  return (
    <span className={cx("inline-flex items-center gap-1.5 rounded-md font-medium", small ? "h-5 px-1.5 text-11" : "h-6 px-2 text-12", look)}>
      <Icon size={small ? 12 : 14} strokeWidth={2} aria-hidden />
      {word}
    </span>
  );
}
