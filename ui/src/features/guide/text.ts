import { lexer, type Token, type Tokens, type TokensList } from "marked";
import guide from "../../../../docs/guide.md?raw";
import handover from "../../../../docs/handover.md?raw";

/** The documents of the screen: the same files as in docs, taken in when the console is built. */
export const DOCUMENTS = [
  { id: "guide", file: "guide.md", text: guide },
  { id: "handover", file: "handover.md", text: handover },
] as const;

export type DocumentId = (typeof DOCUMENTS)[number]["id"];

export type Part = { title: string; depth: number; anchor: string };

/** A heading's address, as the usual viewers of Markdown make it: letters, digits, hyphens. */
export const anchorOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");

/** The words of a heading without its marks. */
export const wordsOf = (tokens: Token[]): string => tokens.map((token) => ("tokens" in token && token.tokens ? wordsOf(token.tokens) : "text" in token ? String(token.text) : "")).join("");

export type Read = { title: string; tokens: TokensList; parts: Part[] };

/** Reads a document; its parts are the headings below its title. */
export function read(text: string): Read {
  const tokens = lexer(text);
  const headings = tokens.filter((token): token is Tokens.Heading => token.type === "heading");
  const parts = headings.slice(1).map((heading) => ({ title: wordsOf(heading.tokens), depth: heading.depth, anchor: anchorOf(wordsOf(heading.tokens)) }));
  return { title: headings[0] ? wordsOf(headings[0].tokens) : "", tokens, parts };
}
