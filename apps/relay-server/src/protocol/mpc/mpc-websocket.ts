import { isPayload, type LiveAnswer, type LiveRequest, type Refusal, sizeOf, violation } from "@countersign/relay";
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
  mpcUnknownMethod,
  readMpcParams,
} from "@countersign/rpc";
import type { Relay } from "../../core/relay.ts";
import { logFailure } from "../../log.ts";
import { CloseCode } from "../close-code.ts";
import { type Caller, type Dialect, type DialectSurroundings, LONG_ANSWER } from "../dialect.ts";
import { outcomeOf } from "../outcome.ts";
import { Preparing } from "../preparing.ts";
import { withoutTraces } from "../without-traces.ts";
import { entries, type Stamp } from "./entries.ts";
import { mpcEvents } from "./events.ts";
import { withinQuotas } from "./within-quotas.ts";

/** A connection as its groups know it. */
interface Client {
  readonly caller: Caller;
  readonly number: number;
  /** Ends when everything before has been answered: the answers of a connection keep the order of its calls. */
  answered: Promise<void>;
}

/** The dialect of mpc-websocket (spec 0006, section 11). Members are connections, and nothing is replayed. */
export function createMpcWebsocket(relay: Relay, { clock, log, meter }: DialectSurroundings): Dialect {
  const clients = new Map<Caller, Client>();
  const preparing = new Preparing();

  /** Does what a call asks for; what belongs into a log is ordered before anything is waited for. */
  const call = async (
    client: Client,
    { method, params }: MpcRequest,
    length: number,
  ): Promise<LiveAnswer | Refusal> => {
    if (!isMpcMethodName(method)) {
      meter.dropped(MPC_WEBSOCKET, "unknown-method");
      return { ok: false, error: mpcUnknownMethod(method) };
    }
    const read = readMpcParams(method, params);
    if (!read.ok) return read;
    try {
      const entry = cutLoose(entryOf(method, read.value, stamp(client)), length);
      // What belongs into the log of a group that is here is decided there.
      const isHere = entry.type === "found" || relay.directory.find(entry.group) !== undefined;
      const ready = preparing.before(client.caller, () => (isHere ? undefined : relay.directory.prepare(entry)));
      if (ready !== undefined) await ready;
      return await append(relay, client, entry);
    } catch (error) {
      logFailure(log, error, { message: "a call failed", method });
      return unavailable;
    }
  };

  const stamp = (client: Client): Stamp => ({ connection: client.number, life: relay.sessionLife });

  return {
    name: MPC_WEBSOCKET,
    closesSilent: false,
    opened: (caller) => {
      clients.set(caller, { caller, number: relay.audience.add(caller), answered: Promise.resolve() });
    },
    receive(caller, text, task) {
      const client = clients.get(caller);
      const decoded = withoutTraces(decodeMpc, text);
      if (!decoded.ok) {
        meter.dropped(MPC_WEBSOCKET, "invalid");
        task.refused();
      }
      if (client === undefined || !decoded.ok) return task.done();
      const { request } = decoded;
      const begun = clock.now();
      const calling = call(client, request, text.length);
      client.answered = client.answered.then(async () => {
        const answered = await calling;
        if (!answered.ok && answered !== unavailable) task.refused();
        meter.called(MPC_WEBSOCKET, request.method, outcomeOf(answered), (clock.now() - begun) / 1_000);
        answer(caller, request, answered);
        task.done();
      });
      if (atLength.has(request.method)) task.weigh({ calls: 1, answerBytes: LONG_ANSWER });
    },
    receiveBinary: () => undefined,
    closed(caller) {
      clients.delete(caller);
      relay.groups.detach(caller);
      relay.audience.remove(caller);
    },
  };
}

/** The one refusal that is the relay's fault. */
const unavailable = violation("unavailable");

/** What is answered with the value of a session, so that a short call may get a long one. */
const atLength: ReadonlySet<string> = new Set<MpcMethodName>(["Session.create", "Session.join"]);

/** The entry of a call. The table guarantees that a method takes what was read for it. */
function entryOf<Name extends MpcMethodName>(method: Name, params: MpcParams<Name>, stamp: Stamp): LiveRequest {
  return entries[method](params, stamp);
}

/** A text that was cut out of a longer one keeps all of that in memory: where it is much longer, the entry is made anew. */
function cutLoose(entry: LiveRequest, length: number): LiveRequest {
  if (!isPayload(entry) || length < 2 * sizeOf(entry)) return entry;
  return JSON.parse(JSON.stringify(entry)) as LiveRequest;
}

async function append(relay: Relay, { caller }: Client, entry: LiveRequest): Promise<LiveAnswer> {
  const { directory, groups } = relay;
  const isFound = entry.type === "found";
  const answer = await withinQuotas(relay, { entry, address: caller.address }, () =>
    isFound ? directory.found(entry, caller.address) : directory.appendLive(entry.group, entry),
  );
  if (answer.ok && entry.type === "begin") await directory.listing?.enter(entry.session, entry.group);
  const host = directory.find(entry.group);
  if (answer.ok && host !== undefined && (isFound || entry.type === "attach")) groups.attach(caller, host, mpcEvents);
  return answer;
}

/** Answers a call: one that worked and has no id wants no answer, one that failed is told in any case. */
function answer(caller: Caller, { id }: MpcRequest, answered: LiveAnswer | Refusal): void {
  if (!answered.ok) {
    caller.send(encodeMpcFailure(id, answered.error));
    if (answered.error.data === CLOSE_CONNECTION) void caller.close(CloseCode.normal, CLOSE_CONNECTION);
  } else if (id !== undefined) caller.send(encodeMpcSuccess(id, answered.result));
}
