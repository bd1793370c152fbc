import { Toggle } from "@base-ui/react/toggle";
import { ToggleGroup } from "@base-ui/react/toggle-group";
import { isPlay, PLAYS, type Play } from "./words";

/** What the provider is played to do; one of them is always chosen. */
export function Plays({ value, onChange }: { value: Play; onChange: (play: Play) => void }) {
  return (
    <ToggleGroup
      aria-label="What the provider does"
      value={[value]}
      onValueChange={([next]) => {
        if (isPlay(next)) onChange(next);
      }}
      className="flex h-7 shrink-0 overflow-hidden rounded-md border border-line-2"
    >
      {PLAYS.map(({ id, title }) => (
        <Toggle key={id} value={id} className="px-2.5 text-13 font-medium text-text-2 -outline-offset-2 hover:bg-surface-2 hover:text-text data-pressed:bg-accent-soft data-pressed:text-accent">
          {title}
        </Toggle>
      ))}
    </ToggleGroup>
  );
}
