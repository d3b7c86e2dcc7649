import type { MethodResult } from "@countersign/rpc";
import { type Client, secret } from "../client.ts";

/** A group for three of whom two sign, with its maker and `joined` - 1 others in it. */
export async function groupOfThree(
  connect: () => Promise<Client>,
  joined = 3,
): Promise<{ readonly group: string; readonly clients: readonly [Client, Client, Client] }> {
  const clients = await Promise.all([connect(), connect(), connect()]);
  const [first] = clients;
  const { group } = await first.call("Group.create", { label: "treasury", parties: 3, threshold: 2 });
  for (const client of clients.slice(1, joined)) await client.call("Group.join", { group });
  return { group, clients };
}

/** With what member `n` takes a place. */
export const credentials = (n: number) => ({ eid: secret(n), versions: "AQ", token: secret(100 + n) });

/** A session of the group, made by somebody in it. */
export async function createSession(
  client: Client,
  group: string,
  kind: "keygen" | "sign" | "exchange" = "keygen",
): Promise<MethodResult<"Session.create">> {
  return client.call("Session.create", { group, kind });
}
