import { Popover } from "@base-ui/react/popover";
import { type RefObject, useId, useRef, useState } from "react";
import { Button } from "../button";
import { cx } from "../cx";
import { columnName, type GridColumn } from "./columns";
import { arity, fault, type GridFilter, type Operator, operatorsOf, operatorWord } from "./filters";

const FIELD = "h-7 w-full min-w-0 rounded-md border border-line-3 bg-surface-1 px-2 text-13 focus-visible:outline-accent";

type Props = {
  column: GridColumn<unknown> | null;
  anchor: Element | null;
  filter: GridFilter | undefined;
  back: RefObject<HTMLElement | null>;
  onFilter: (filter: GridFilter | null) => void;
  onClose: () => void;
};

/** The condition of one column, at its title. */
export function FilterEditor({ column, anchor, filter, back, onFilter, onClose }: Props) {
  const popup = useRef<HTMLDivElement>(null);
  // The value is what is typed; the usual condition stands already.
  const first = () => popup.current?.querySelector<HTMLElement>("input, textarea") ?? true;
  return (
    <Popover.Root open={column !== null} onOpenChange={(open) => !open && onClose()}>
      <Popover.Portal>
        <Popover.Positioner anchor={anchor} align="start" sideOffset={2} className="z-50">
          <Popover.Popup ref={popup} initialFocus={first} finalFocus={back} className="layer w-72 rounded-lg border border-line-2 bg-surface-1 p-3 text-13 shadow-layer outline-none">
            {column && <Form key={column.key} column={column} filter={filter} onFilter={onFilter} onClose={onClose} />}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Form({ column, filter, onFilter, onClose }: { column: GridColumn<unknown>; filter: GridFilter | undefined; onFilter: Props["onFilter"]; onClose: () => void }) {
  const kind = column.filter ?? "other";
  const operators = operatorsOf(kind, column.operators);
  const [operator, setOperator] = useState<Operator>(filter?.operator ?? operators[0] ?? "is_null");
  const takes = arity(operator);
  // A list is one value on each line, so that values may hold commas.
  const [values, setValues] = useState<string[]>(filter?.values ?? (kind === "boolean" ? ["1"] : []));
  const [shown, setShown] = useState(false);
  const message = useId();
  const wrong = fault(kind, operator, values);
  const apply = () => {
    if (wrong) return setShown(true);
    onFilter({ column: column.key, operator, values: takes === "many" ? values : values.slice(0, takes).map((value) => (kind === "text" || kind === "choice" ? value : value.trim())) });
    onClose();
  };
  const set = (at: number) => (text: string) => setValues((before) => Array.from({ length: Math.max(before.length, at + 1) }, (_, index) => (index === at ? text : (before[index] ?? ""))));
  const placeholder = kind === "number" ? "42" : kind === "date" ? "2024-12-31" : kind === "moment" ? "2024-12-31 23:59:00" : kind === "time" ? "23:59:00" : "";
  const field = (at: number, label: string) => (
    <input
      aria-label={label}
      aria-invalid={shown && wrong !== null}
      aria-describedby={shown && wrong ? message : undefined}
      value={values[at] ?? ""}
      placeholder={placeholder}
      inputMode={kind === "number" ? "decimal" : undefined}
      spellCheck={false}
      autoComplete="off"
      onChange={(event) => set(at)(event.target.value)}
      className={cx(FIELD, "mono text-12")}
    />
  );
  return (
    <form
      aria-label={`Filter by ${columnName(column)}`}
      onSubmit={(event) => {
        event.preventDefault();
        apply();
      }}
      className="flex flex-col gap-2"
    >
      <Popover.Title className="mono truncate text-12 font-medium">{columnName(column)}</Popover.Title>
      <select aria-label="Condition" value={operator} onChange={(event) => setOperator(event.target.value as Operator)} className={FIELD}>
        {operators.map((each) => (
          <option key={each} value={each}>
            {operatorWord(each, kind)}
          </option>
        ))}
      </select>
      {kind === "boolean" && takes === 1 && (
        <select aria-label="Value" value={values[0] ?? "1"} onChange={(event) => set(0)(event.target.value)} className={FIELD}>
          <option value="1">yes</option>
          <option value="0">no</option>
        </select>
      )}
      {kind !== "boolean" && takes === 1 && field(0, "Value")}
      {takes === 2 && (
        <div className="flex items-center gap-2">
          {field(0, "From")}
          <span className="shrink-0 text-12 text-text-2">and</span>
          {field(1, "To")}
        </div>
      )}
      {takes === "many" && (column.choices ? <Choices choices={column.choices} values={values} onValues={setValues} /> : <Lines values={values} onValues={setValues} />)}
      {shown && wrong && (
        <p id={message} role="alert" className="text-12 text-bad">
          {wrong}
        </p>
      )}
      <div className="mt-1 flex items-center gap-2">
        <Button kind="primary" type="submit">
          Apply
        </Button>
        {filter && (
          <Button
            kind="quiet"
            onClick={() => {
              onFilter(null);
              onClose();
            }}
          >
            Clear
          </Button>
        )}
        <Button kind="quiet" onClick={onClose} className="ml-auto">
          Cancel
        </Button>
      </div>
    </form>
  );
}

function Lines({ values, onValues }: { values: string[]; onValues: (values: string[]) => void }) {
  return (
    <textarea
      aria-label="Values, one on each line"
      placeholder="One value on each line"
      rows={4}
      spellCheck={false}
      defaultValue={values.join("\n")}
      onChange={(event) => onValues(event.target.value.split("\n").filter((line) => line !== ""))}
      className={cx(FIELD, "mono h-auto resize-y py-1.5 text-12")}
    />
  );
}

function Choices({ choices, values, onValues }: { choices: string[]; values: string[]; onValues: (values: string[]) => void }) {
  return (
    <fieldset className="flex max-h-52 flex-col overflow-auto">
      <legend className="sr-only">Values</legend>
      {choices.map((choice) => (
        <label key={choice} className="flex min-h-7 items-center gap-2">
          <input type="checkbox" checked={values.includes(choice)} onChange={(event) => onValues(event.target.checked ? [...values, choice] : values.filter((each) => each !== choice))} className="size-4 accent-accent" />
          <span className="truncate">{choice === "" ? <span className="text-text-3">empty text</span> : choice}</span>
        </label>
      ))}
    </fieldset>
  );
}
