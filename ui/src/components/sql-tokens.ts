export type SqlToken =
  | { kind: "keyword" | "text" | "string" | "number" | "comment"; text: string }
  /** a place where a value was bound; counts from 1 */
  | { kind: "place"; text: string; position: number };

const WORDS =
  "add all alter and as asc begin between by call case cast coalesce commit create cross current_date current_timestamp declare default delete desc distinct drop else end escape except exec execute exists false fetch first for from full function group having if in index inner insert intersect into is join left like limit merge natural not null offset on or order outer over partition primary procedure references replace returning returns right rollback row rows select set table then top true truncate union unique update using values view when where while with";
const KEYWORDS = new Set(WORDS.split(" "));

const LEXER =
  /(--[^\n]*|\/\*[\s\S]*?\*\/)|('(?:''|\\.|[^'\\])*')|("(?:""|[^"])*"|`(?:``|[^`])*`|\[[^\]]*\])|(\?)|\$(\d+)\b|([A-Za-z_][\w$]*)|(\d+(?:\.\d+)?)/g;

/** Cuts a statement into parts. A question mark inside a string, a comment or a quoted name is not a place. */
export function sqlTokens(sql: string): SqlToken[] {
  const out: SqlToken[] = [];
  const plain = (text: string) => {
    const last = out[out.length - 1];
    if (last?.kind === "text") last.text += text;
    else out.push({ kind: "text", text });
  };
  let end = 0;
  let places = 0;
  for (const match of sql.matchAll(LEXER)) {
    if (match.index > end) plain(sql.slice(end, match.index));
    end = match.index + match[0].length;
    const [text, comment, string, , question, dollar, word, number] = match;
    if (comment) out.push({ kind: "comment", text });
    else if (string) out.push({ kind: "string", text });
    else if (question) {
      places += 1;
      out.push({ kind: "place", text, position: places });
    } else if (dollar) out.push({ kind: "place", text, position: Number(dollar) });
    else if (word && KEYWORDS.has(word.toLowerCase())) out.push({ kind: "keyword", text });
    else if (number) out.push({ kind: "number", text });
    else plain(text);
  }
  if (end < sql.length) plain(sql.slice(end));
  return out;
}
