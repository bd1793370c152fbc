import type { Exchange, JsonValue } from "@/api/contract";
import { SECRET } from "@/components/secret";

/** Set by the client itself, or carrying what must not leave: the token, cookies, the provider's connection data. */
const LEFT_OUT = /^(authorization|proxy-authorization|cookie|host|content-length|connection|accept-encoding|user-agent|x-okta-onprem-data)$/i;
const SECRET_KEY = /password|passwd|secret|token|credential/i;

const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

function withoutSecrets(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => inner !== SECRET && !(SECRET_KEY.test(key) && (typeof inner === "string" || typeof inner === "number")))
      .map(([key, inner]) => [key, withoutSecrets(inner)]),
  );
}

function bodyWithoutSecrets(text: string): string | null {
  try {
    return JSON.stringify(withoutSecrets(JSON.parse(text) as JsonValue));
  } catch {
    // What cannot be read cannot be cleaned.
    return null;
  }
}

/** The request as a command line. The token stays a variable that the reader sets. */
export function curlCommand(exchange: Exchange, baseUrl: string | null): string {
  const { method, path } = exchange.summary;
  let origin = "$SLUICE_URL";
  try {
    if (baseUrl) origin = new URL(baseUrl).origin;
  } catch {
    // An address that cannot be read is left to the reader.
  }
  const lines = [`curl -X ${method} ${origin.startsWith("$") ? `"${origin}"` : ""}${quote(origin.startsWith("$") ? path : origin + path)}`];
  lines.push(`-H "Authorization: Bearer $SLUICE_TOKEN"`);
  for (const [name, value] of exchange.request.headers) {
    if (!LEFT_OUT.test(name) && !value.includes(SECRET)) lines.push(`-H ${quote(`${name}: ${value}`)}`);
  }
  const body = exchange.request.body;
  if (body && body.text !== "") {
    const clean = body.truncated ? null : bodyWithoutSecrets(body.text);
    if (clean !== null) lines.push(`--data-raw ${quote(clean)}`);
    else lines.push("--data-raw @body.json");
  }
  return lines.join(" \\\n  ");
}
