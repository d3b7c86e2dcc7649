import type { LiveAnswer, LiveEntry, Refusal } from "@countersign/relay";
import {
  CLOSE_CONNECTION,
  decodeMpc,
  encodeMpcFailure,
  encodeMpcSuccess,
  isMpcMethodName,
  MPC_WEBSOCKET,
  type MpcMethodName,
  type MpcParams,
  type MpcRequest,
  mpcError,
  mpcRules,
  mpcUnknownMethod,
  readMpcParams,
} from "@countersign/rpc";
import type { Relay } from "../../core/relay.ts";
import { messageOf, StoreError } from "../../failure.ts";
import { CloseCode } from "../close-code.ts";
import type { Caller, Dialect, DialectSurroundings } from "../dialect.ts";
import { outcomeOf } from "../outcome.ts";
import { entries, type Stamp } from "./entries.ts";

/** A connection as its groups know it. */
interface Client {
  readonly number: number;
  /** Where it has asked to be taken in. */
  readonly groups: Set<string>;
  /** Ends when everything before has been answered: the answers of a connection keep the order of its calls. */
  answered: Promise<void>;
}

/** The dialect of mpc-websocket (spec 0006, section 11). Members are connections, and nothing is replayed. */
export function createMpcWebsocket(relay: Relay, { clock, log, meter }: DialectSurroundings): Dialect {
  const clients = new Map<Caller, Client>();

  /** Does what a call asks for; what belongs into a log is ordered before anything is waited for. */
  const call = async (client: Client, { method, params }: MpcRequest): Promise<LiveAnswer> => {
    if (!isMpcMethodName(method)) {
      meter.dropped(MPC_WEBSOCKET, "unknown-method");
      return { ok: false, error: mpcUnknownMethod(method) };
    }
    const read = readMpcParams(method, params);
    if (!read.ok) return read;
    try {
      return await append(relay, client, entryOf(method, read.value, stamp(client)));
    } catch (error) {
      log[error instanceof StoreError ? "debug" : "error"]({ method, reason: messageOf(error) }, "a call failed");
      return violated(mpcRules.unavailable());
    }
  };

  const stamp = (client: Client): Stamp => ({ connection: client.number, life: relay.sessionLife });

  return {
    name: MPC_WEBSOCKET,
    closesSilent: false,
    opened: (caller) => {
      clients.set(caller, { number: relay.audience.add(caller), groups: new Set(), answered: Promise.resolve() });
    },
    receive(caller, text) {
      const client = clients.get(caller);
      const decoded = decodeMpc(text);
      if (!decoded.ok) meter.dropped(MPC_WEBSOCKET, "invalid");
      if (client === undefined || !decoded.ok) return undefined;
      const { request } = decoded;
      const begun = clock.now();
      const calling = call(client, request);
      client.answered = client.answered.then(async () => {
        const answered = await calling;
        meter.called(MPC_WEBSOCKET, request.method, outcomeOf(answered), (clock.now() - begun) / 1_000);
        answer(caller, request, answered);
      });
      return client.answered;
    },
    receiveBinary: () => undefined,
    closed(caller) {
      const client = clients.get(caller);
      clients.delete(caller);
      if (client === undefined) return;
      relay.audience.remove(client.number);
      for (const group of client.groups) relay.directory.find(group)?.detach(client.number);
    },
  };
}

/** The entry of a call. The table guarantees that a method takes what was read for it. */
function entryOf<Name extends MpcMethodName>(method: Name, params: MpcParams<Name>, stamp: Stamp): LiveEntry {
  return entries[method](params, stamp);
}

async function append(relay: Relay, client: Client, entry: LiveEntry): Promise<LiveAnswer> {
  if (entry.type === "found") {
    client.groups.add(entry.group);
    return relay.directory.found(entry);
  }
  const host = relay.directory.find(entry.group);
  if (host === undefined) {
    // Of a proposal nobody wants to know whether anybody is there.
    return entry.type === "propose" ? { ok: true, result: undefined } : violated(mpcRules.unknownGroup(entry.group));
  }
  if (entry.type === "attach") client.groups.add(entry.group);
  return host.appendLive(entry);
}

/** Answers a call: one that worked and has no id wants no answer, one that failed is told in any case. */
function answer(caller: Caller, { id }: MpcRequest, answered: LiveAnswer): void {
  if (!answered.ok) {
    caller.send(encodeMpcFailure(id, answered.error));
    if (answered.error.data === CLOSE_CONNECTION) void caller.close(CloseCode.normal, CLOSE_CONNECTION);
  } else if (id !== undefined) caller.send(encodeMpcSuccess(id, answered.result));
}

function violated(rule: string): Refusal {
  return { ok: false, error: mpcError(rule) };
}
