import { describe, expect, it } from "vitest";
import type { Exchange } from "@/api/contract";
import { curlCommand } from "@/features/traffic/curl";
import { exchange, summary } from "./fixture/exchanges";

const make = (part: Partial<Exchange["request"]>): Exchange => {
  const made = exchange(summary(11, 0));
  return { ...made, request: { ...made.request, ...part } };
};

describe("the copied cURL", () => {
  it("leaves secret values out, wherever they stand", () => {
    const text = curlCommand(
      make({
        headers: [["Authorization", "Bearer abc123"], ["Cookie", "s=1"], ["X-OKTA-ONPREM-DATA", "cGFzc3dvcmQ="], ["X-Other", "•••"], ["Accept", "application/scim+json"]],
        body: { text: JSON.stringify({ userName: "o'hara", password: "hunter2", nested: { clientSecret: "s3", keep: 1 }, hidden: "•••" }), bytes: 1, truncated: false },
      }),
      "https://gw:1443/ws/rest/a",
    );
    for (const secret of ["abc123", "s=1", "cGFzc3dvcmQ", "hunter2", "s3", "•••"]) expect(text).not.toContain(secret);
    expect(text).toContain("$SLUICE_TOKEN");
    expect(text).toContain("Accept: application/scim+json");
    expect(text).toContain(String.raw`o'\''hara`);
    expect(text).toContain('"keep":1');
  });

  it("leaves out a body that cannot be read, because it cannot be cleaned", () => {
    const text = curlCommand(make({ body: { text: '{"password":"hunter2', bytes: 999, truncated: true } }), null);
    expect(text).not.toContain("hunter2");
    expect(text).toContain("@body.json");
    expect(text).toContain('"$SLUICE_URL"');
  });
});
