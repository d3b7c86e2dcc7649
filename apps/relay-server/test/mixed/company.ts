import type { MethodParams, MethodResult } from "@countersign/rpc";
import { Client, secret } from "../client.ts";
import { type MpcSocket, team } from "../mpc/mpc-socket.ts";

/** A group of connections, a session in it, and clients of countersign.v1 that can open it. */
export interface Company {
  readonly group: string;
  readonly session: string;
  readonly kind: "keygen" | "sign";
  readonly members: readonly MpcSocket[];
  readonly client: Client;
}

interface CompanyOptions {
  /** Connections of mpc-websocket. */
  readonly size: number;
  readonly parties?: number;
  readonly threshold?: number;
  readonly kind?: "keygen" | "sign";
}

/** A group with a session in it, which nobody has joined yet. */
export async function company(
  url: string,
  { size, parties = size + 1, threshold = 1, kind = "keygen" }: CompanyOptions,
): Promise<Company> {
  const { group, members } = await team(url, { size, parties, threshold });
  const session = (await members[0]?.result<{ uuid: string }>("Session.create", [group, kind, null]))?.uuid ?? "";
  if (kind === "keygen") for (const member of members.slice(1)) await member.next();
  return { group, session, kind, members, client: await Client.connect(url) };
}

/** What the n-th client of countersign.v1 opens the session of a company with. */
export function seat(
  { group, session, kind }: Company,
  n: number,
  { parties, threshold = 2, ...more }: Partial<MethodParams<"Session.open">> & { readonly parties: number },
): MethodParams<"Session.open"> {
  return { group, session, kind, parties, threshold, eid: secret(n), versions: "AQ", token: secret(100 + n), ...more };
}

/** A keygen session of two that is complete: a connection is 1, a client of countersign.v1 2. */
export async function pair(
  url: string,
): Promise<Company & { readonly mpc: MpcSocket; readonly opened: MethodResult<"Session.open"> }> {
  const made = await company(url, { size: 1 });
  const [mpc] = made.members as [MpcSocket];
  await signup(made, mpc);
  const opened = await made.client.call("Session.open", seat(made, 1, { parties: 2 }));
  if ((await mpc.next()) !== event("sessionSignup", made.session)) throw new Error("not complete");
  await made.client.until((events) => events.length > 0);
  return { ...made, mpc, opened };
}

export function signup({ group, session, kind }: Company, member: MpcSocket): Promise<number> {
  return member.result<number>("Session.signup", [group, session, kind]);
}

/** An event as mpc-websocket says it. */
export function event(name: string, payload: unknown): string {
  return JSON.stringify({ jsonrpc: "2.0", id: 0, result: [name, payload] });
}
