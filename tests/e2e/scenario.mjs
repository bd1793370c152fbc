// A small day of the provider: what an endpoint sees between two imports, with the failures that really happen.
import { provider, user } from "./support.mjs";

export const FAILED = "grace.hopper@example.org";

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Sends it with pauses like those of an agent; `pace` 0 sends it at once. */
export async function sendADay(server, pace = 1) {
  const agent = provider(server);
  const core = provider(server, { application: "core" });
  const stranger = provider(server, { token: "0".repeat(32) });
  let seed = 7;
  const rest = () => {
    seed = (seed * 16807) % 2147483647;
    return pause(pace * (60 + (seed % 700)));
  };
  const steps = [
    () => agent.get("ServiceProviderConfig"),
    () => agent.get("Schemas"),
    () => agent.get("Entitlements?startIndex=1&count=100"),
    ...[1, 6, 11].map((start) => () => agent.get(`Users?startIndex=${start}&count=5`)),
    () => agent.lookUp("ada.lovelace@example.org"),
    () => agent.post("Users", user("ada.lovelace@example.org", { TITLE: "Analyst", DEPARTMENT: "Engines", HIREDATE: "2024-12-10" }, { entitlements: [1, 2] })),
    () => agent.lookUp(FAILED),
    () => agent.post("Users", user(FAILED, { TITLE: "Rear Admiral", DEPARTMENT: "Compilers", HIREDATE: "2024-12-09", EMPLOYEENUMBER: "10044" }, { entitlements: [1, 7] })),
    () => agent.lookUp("alan.turing@example.org"),
    () => agent.post("Users", user("alan.turing@example.org", { TITLE: "Reader", DEPARTMENT: "Logic", HIREDATE: "2024-11-04" })),
    () => core.get("Users?startIndex=1&count=10"),
    () => agent.get("Users/leia.organa@galaxy.local"),
    () => agent.put("Users/leia.organa@galaxy.local", user("leia.organa@galaxy.local", { TITLE: "General", DEPARTMENT: "Command", DISPLAYNAME: "Leia Organa" })),
    () => stranger.get("Users?startIndex=1&count=100"),
    () => agent.get("Users/han.solo@galaxy.local"),
    () => agent.put("Users/han.solo@galaxy.local", user("han.solo@galaxy.local", { DISPLAYNAME: "Han Solo" }, { active: false })),
    () => agent.get("Users/nobody@example.org"),
    () => agent.lookUp("luke.skywalker@galaxy.local"),
    () => agent.post("Users", user("luke.skywalker@galaxy.local")),
    () => agent.put("Users/han.solo@galaxy.local", user("han.solo@galaxy.local", { DISPLAYNAME: "Han Solo" }, { active: true })),
    () => agent.get("Users/alan.turing@example.org"),
    () => agent.put("Users/alan.turing@example.org", user("alan.turing@example.org", { TITLE: "Fellow", DEPARTMENT: "Logic" }, { entitlements: [2, 5] })),
    () => agent.put("Users/ada.lovelace@example.org", user("ada.lovelace@example.org", { TITLE: "Analyst" }, { entitlements: [1, 99] })),
    () => agent.get(`Users/${FAILED}`),
    () => agent.put(`Users/${FAILED}`, user(FAILED, { TITLE: "Rear Admiral", DEPARTMENT: "Compilers", HIREDATE: "31/12/2024", EMPLOYEENUMBER: "10044" }, { entitlements: [1, 7] })),
    () => agent.get("Users/yoda@galaxy.local"),
    () => agent.put("Users/yoda@galaxy.local", user("yoda@galaxy.local", { DISPLAYNAME: "Yoda", TITLE: "Grand Master" }, { active: false })),
    ...[1, 6, 11].map((start) => () => agent.get(`Users?startIndex=${start}&count=5`)),
  ];
  const answers = [];
  for (const step of steps) {
    answers.push(await step());
    await rest();
  }
  for (const caller of [agent, core, stranger]) caller.close();
  return answers;
}
