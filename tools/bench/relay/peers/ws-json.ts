import { serveGroups } from "./ws-groups.ts";

// A peer of the relay: the path is the group; a request is parsed, looked at, and written once as an event, which goes
// to all others in the group. No answers, no order, no log.

interface Request {
  readonly jsonrpc?: unknown;
  readonly method?: unknown;
  readonly params?: { readonly session?: unknown; readonly body?: unknown };
}

serveGroups((sender, members, data) => {
  const text = eventFor(data.toString());
  if (text === undefined) return sender.close(1008);
  for (const member of members) if (member !== sender) member.send(text);
});

function eventFor(text: string): string | undefined {
  try {
    const { jsonrpc, method, params } = JSON.parse(text) as Request;
    if (jsonrpc !== "2.0" || method !== "Session.message") return undefined;
    const { session, body } = params ?? {};
    if (typeof session !== "string" || typeof body !== "string" || !/^[A-Za-z0-9_-]*$/.test(body)) return undefined;
    return JSON.stringify({ jsonrpc: "2.0", method: "message", params: { session, body } });
  } catch {
    return undefined;
  }
}
