import { Link } from "@tanstack/react-router";
import type { Token, Tokens } from "marked";
import { Fragment, type ReactNode } from "react";
import { CopyIcon } from "@/components/copy";
import { SCREENS } from "@/components/shell/screens";
import { anchorOf, DOCUMENTS, wordsOf } from "./text";
import type { Values } from "./values";

export type Setting = {
  /** what stands in place of an example */
  values: Values;
  /** what stands between `<!-- name -->` and `<!-- end -->`, in place of the example there */
  blocks: Record<string, ReactNode>;
};

/**
 * Markdown as elements. Nothing of it becomes HTML by itself, so no text can bring a script or an address with it. Pictures are left
 * out: they are of the screens that the reader is in. A link leads to a document that is here, else it is its words.
 */
export function Markdown({ tokens, setting }: { tokens: Token[]; setting: Setting }) {
  const shown: ReactNode[] = [];
  let inside: string | null = null;
  tokens.forEach((token, index) => {
    const mark = token.type === "html" ? /^<!--\s*(\w+)\s*-->/.exec(token.raw)?.[1] : undefined;
    if (mark === "end") inside = null;
    else if (mark !== undefined && mark in setting.blocks && setting.blocks[mark]) {
      inside = mark;
      shown.push(<Fragment key={index}>{setting.blocks[mark]}</Fragment>);
    } else if (inside === null) shown.push(<Block key={index} token={token} setting={setting} />);
  });
  return shown;
}

const HEADINGS = { 1: "mb-2 text-24 font-semibold", 2: "mt-8 mb-2 text-18 font-semibold", 3: "mt-5 mb-1 text-15 font-semibold" } as const;

function Block({ token, setting }: { token: Token; setting: Setting }) {
  switch (token.type) {
    case "heading": {
      const { depth, tokens } = token as Tokens.Heading;
      const level = depth === 1 || depth === 2 ? depth : 3;
      const Heading = `h${level}` as const;
      return (
        <Heading id={anchorOf(wordsOf(tokens))} tabIndex={-1} className={`scroll-mt-4 outline-none ${HEADINGS[level]}`}>
          <Inline tokens={tokens} setting={setting} />
        </Heading>
      );
    }
    case "paragraph": {
      const { tokens } = token as Tokens.Paragraph;
      if (tokens.every((one) => one.type === "image")) return null;
      return (
        <p className="my-2.5">
          <Inline tokens={tokens} setting={setting} />
        </p>
      );
    }
    case "list": {
      const { ordered, items, start } = token as Tokens.List;
      const List = ordered ? "ol" : "ul";
      return (
        <List start={typeof start === "number" && ordered ? start : undefined} className={`my-2.5 flex flex-col gap-1.5 pl-6 ${ordered ? "list-decimal" : "list-disc"}`}>
          {items.map((item, index) => (
            <li key={index}>
              <Inline tokens={item.tokens} setting={setting} />
            </li>
          ))}
        </List>
      );
    }
    case "code":
      return <Code text={(token as Tokens.Code).text} />;
    case "table":
      return <Table table={token as Tokens.Table} setting={setting} />;
    case "blockquote":
      return (
        <blockquote className="my-2.5 border-l-2 border-line-2 pl-3 text-text-2">
          <Markdown tokens={(token as Tokens.Blockquote).tokens} setting={setting} />
        </blockquote>
      );
    case "space":
    case "html":
      return null;
    default:
      return <>{"text" in token ? String(token.text) : token.raw}</>;
  }
}

function Code({ text }: { text: string }) {
  return (
    <div className="relative my-2.5">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0} aria-label="To be typed" className="selectable mono overflow-x-auto rounded-md border border-line bg-surface-2 py-2 pr-10 pl-3 text-12 leading-[20px]">
        {text}
      </pre>
      <span className="absolute top-1 right-1">
        <CopyIcon text={text} label="Copy what is to be typed" />
      </span>
    </div>
  );
}

function Table({ table, setting }: { table: Tokens.Table; setting: Setting }) {
  return (
    <div className="my-2.5 overflow-x-auto rounded-lg border border-line bg-surface-1">
      <table className="w-full border-collapse text-left">
        <thead>
          <tr className="border-b border-line text-12 text-text-2">
            {table.header.map((cell, index) => (
              <th key={index} scope="col" className="px-3 py-1.5 font-medium">
                <Inline tokens={cell.tokens} setting={setting} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            <tr key={index} className="border-b border-line align-top last:border-b-0">
              {row.map((cell, at) => (
                <td key={at} className="px-3 py-1.5">
                  <Inline tokens={cell.tokens} setting={setting} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Inline({ tokens, setting }: { tokens: Token[]; setting: Setting }) {
  return tokens.map((token, index) => <Word key={index} token={token} setting={setting} />);
}

function Word({ token, setting }: { token: Token; setting: Setting }): ReactNode {
  switch (token.type) {
    case "codespan":
      return <Span text={(token as Tokens.Codespan).text} values={setting.values} />;
    case "strong": {
      const words = wordsOf((token as Tokens.Strong).tokens);
      const screen = SCREENS.find(({ title }) => title === words);
      if (!screen) return <strong className="font-semibold">{words}</strong>;
      return (
        <Link to={screen.path} className="rounded-sm font-semibold text-accent hover:underline">
          {words}
        </Link>
      );
    }
    case "em":
      return (
        <em>
          <Inline tokens={(token as Tokens.Em).tokens} setting={setting} />
        </em>
      );
    case "link": {
      const { href, tokens } = token as Tokens.Link;
      const [file, part] = href.split("#");
      const here = DOCUMENTS.find((document) => document.file === file);
      const words = <Inline tokens={tokens} setting={setting} />;
      if (!here && file !== "") return words;
      return (
        <Link to="/guide" search={((before: Record<string, unknown>) => ({ ...before, ...(here && { doc: here.id }), part })) as never} className="rounded-sm text-accent underline underline-offset-2">
          {words}
        </Link>
      );
    }
    case "image":
      return null;
    case "br":
      return <br />;
    default:
      if ("tokens" in token && token.tokens) return <Inline tokens={token.tokens} setting={setting} />;
      return "text" in token ? String(token.text) : null;
  }
}

/** What is to be entered: this workspace's own value with a way to copy it, or the example. */
function Span({ text, values }: { text: string; values: Values }) {
  const own = values.get(text);
  if (own === undefined) return <code className="selectable mono rounded-sm bg-surface-2 px-1 text-12 [overflow-wrap:anywhere]">{text}</code>;
  return (
    <>
      <code title="As this workspace has it" className="selectable mono rounded-sm bg-accent-soft px-1 text-12 [overflow-wrap:anywhere]">
        {own}
      </code>
      <span className="inline-block align-middle">
        <CopyIcon text={own} label={`Copy ${own}`} />
      </span>
    </>
  );
}
