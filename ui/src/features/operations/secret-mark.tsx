import { LockKeyhole } from "lucide-react";

/** Says that a field's values are never shown or recorded. */
export function SecretMark() {
  return (
    <span className="inline-flex shrink-0 items-center gap-1 font-sans text-11 text-text-3" title="Never shown or recorded">
      <LockKeyhole size={12} aria-hidden />
      secret
    </span>
  );
}
