import { messageOf, StartError } from "../../failure.ts";
import { accepted, type Command, type Engine, EngineRefusal, type Reply } from "./engine.ts";

/**
 * When an entry is called durable. `always`: it is in the engine's append-only file, which was synced. `everysec`: it is
 * in that file, which is synced about once a second. `replicas=N`: N replicas have it in memory. `synced=N`: it is in the
 * synced files of the engine and of N replicas.
 */
export type Durability =
  | { readonly mode: "always" }
  | { readonly mode: "everysec" }
  | { readonly mode: "replicas"; readonly replicas: number }
  | { readonly mode: "synced"; readonly replicas: number };

/** Milliseconds that the engine waits for replicas before it says how many there are. */
const PATIENCE = "1000";
/** Milliseconds for which something is kept that was written to find out whether it would be. */
const TRIED = "60000";
/** How often, one wait after the other, it is tried at the start. */
const ATTEMPTS = 4;
const MAX_REPLICAS = 16;

/** Reads `always`, `everysec`, `replicas=N` or `synced=N`; undefined for anything else. */
export function readDurability(text: string): Durability | undefined {
  if (text === "always" || text === "everysec") return { mode: text };
  const [, mode, digits] = /^(replicas|synced)=(\d{1,2})$/.exec(text) ?? [];
  const replicas = Number(digits);
  if (mode === undefined || replicas > MAX_REPLICAS || (mode === "replicas" && replicas === 0)) return undefined;
  return { mode: mode === "replicas" ? mode : "synced", replicas };
}

/**
 * What is sent right behind an append, and has to be answered before it is durable: the last of it says whether it is.
 *
 * A replica that is asked for its file in the same moment in which it is sent an entry says what it had synced before,
 * and nothing more for a second. So it is asked first whether it has the entry at all: by then its file has it, too.
 */
export function waitFor(durability: Durability): readonly Command[] {
  if (durability.mode === "replicas") return [["WAIT", String(durability.replicas), PATIENCE]];
  if (durability.mode !== "synced") return [];
  const [replicas, own] = [String(durability.replicas), "1"];
  const file: Command = ["WAITAOF", own, replicas, PATIENCE];
  return durability.replicas === 0 ? [file] : [["WAIT", replicas, PATIENCE], file];
}

/** Whether what was answered to `waitFor` says that it is durable. */
export function isDurable(durability: Durability, replies: readonly Reply[]): boolean {
  const reply = replies.at(-1);
  if (durability.mode === "always" || durability.mode === "everysec") return true;
  // What it was sent behind may have been carried out all the same.
  if (reply instanceof EngineRefusal) return false;
  if (durability.mode === "replicas") return Number(reply) >= durability.replicas;
  const [own, others] = reply as [number, number];
  return Number(own) >= 1 && Number(others) >= durability.replicas;
}

/** Rejects with `StartError` unless all engines do what the mode promises, and forget nothing by themselves. */
export async function checkDurability(engine: Engine, durability: Durability): Promise<void> {
  for (const info of await engine.sendToAll(["INFO", "replication"])) {
    const { role, connected_slaves: replicas } = fieldsOf(info);
    if (role !== undefined && role !== "master")
      throw new StartError("the store is a replica: nothing can be written there");
    const wanted = "replicas" in durability ? durability.replicas : 0;
    if (Number(replicas ?? 0) < wanted) {
      throw new StartError(`the store has ${replicas ?? 0} replicas, and ${nameOf(durability)} wants ${wanted}`);
    }
  }
  await checkEviction(engine);
  if (durability.mode === "replicas") await checkWait(engine, durability);
  if (durability.mode === "synced") await checkWaitAof(engine, durability);
  if (durability.mode === "always" || durability.mode === "everysec") await checkSync(engine, durability.mode);
}

/** Writes something that nobody needs, and finds out whether that becomes durable. */
export async function tryDurability(engine: Engine, durability: Durability, key: string): Promise<boolean> {
  const [reply, ...rest] = await engine.send(key, [["SET", key, "1", "PX", TRIED], ...waitFor(durability)]);
  accepted(reply);
  return isDurable(durability, rest);
}

/**
 * Rejects with `StartError` unless what is written is as durable as the mode wants it: settings do not say that of
 * replicas. One that has only just come may still be at the beginning of its file.
 */
export async function proveDurability(engine: Engine, durability: Durability, key: string): Promise<void> {
  try {
    for (let i = 0; i < ATTEMPTS; i++) if (await tryDurability(engine, durability, key)) return;
  } catch (error) {
    throw new StartError(`nothing can be written to the store: ${messageOf(error)}`);
  }
  const file = durability.mode === "synced" ? ", and do they keep an append-only file" : "";
  throw new StartError(
    `the store does not say in time that what is written is as durable as ${nameOf(durability)} wants it: are its replicas there${file}?`,
  );
}

/** The mode as it is written in the configuration. */
export function nameOf(durability: Durability): string {
  return "replicas" in durability ? `${durability.mode}=${durability.replicas}` : durability.mode;
}

async function checkSync(engine: Engine, mode: "always" | "everysec"): Promise<void> {
  for (const info of await engine.sendToAll(["INFO", "persistence"])) {
    if (fieldsOf(info)["aof_enabled"] !== "1") {
      throw new StartError(`the store keeps no append-only file (appendonly no), and ${mode} wants one`);
    }
  }
  for (const [name, wanted] of [
    ["appendfsync", mode === "always" ? ["always"] : ["always", "everysec"]],
    ["no-appendfsync-on-rewrite", ["no"]],
  ] as const) {
    for (const reply of await engine.sendToAll(["CONFIG", "GET", name])) {
      if (reply instanceof EngineRefusal) {
        throw new StartError(
          `the store does not say how it syncs (${reply.code} for CONFIG GET ${name}): allow +config|get, or use synced=0 or replicas=N, which are answered for each entry`,
        );
      }
      const value = settingOf(reply, name);
      if (value === undefined || !(wanted as readonly string[]).includes(value)) {
        throw new StartError(`the store has ${name} ${value ?? "unset"}, and ${mode} wants ${wanted.join(" or ")}`);
      }
    }
  }
}

async function checkWait(engine: Engine, durability: Durability): Promise<void> {
  for (const reply of await engine.sendToAll(["WAIT", "0", PATIENCE])) {
    if (reply instanceof EngineRefusal) throw new StartError(`${nameOf(durability)} wants WAIT: ${reply.message}`);
  }
}

async function checkWaitAof(engine: Engine, durability: Durability): Promise<void> {
  for (const reply of await engine.sendToAll(["WAITAOF", "1", "0", PATIENCE])) {
    if (reply instanceof EngineRefusal) {
      throw new StartError(
        `${nameOf(durability)} wants an engine with WAITAOF (Redis 7.2, Valkey) that keeps an append-only file: ${reply.message}`,
      );
    }
  }
}

/** An engine that drops keys when its memory is full drops what was acknowledged. */
async function checkEviction(engine: Engine): Promise<void> {
  for (const info of await engine.sendToAll(["INFO", "memory"])) {
    const { maxmemory, maxmemory_policy: policy } = fieldsOf(info);
    if (maxmemory !== "0" && policy !== undefined && policy !== "noeviction") {
      throw new StartError(`the store drops keys when its memory is full (maxmemory-policy ${policy}): set noeviction`);
    }
  }
}

function fieldsOf(info: Reply): Readonly<Record<string, string>> {
  if (info instanceof EngineRefusal) throw new StartError(`the store does not say what it is: ${info.message}`);
  return Object.fromEntries(
    String(info)
      .split("\r\n")
      .map((line) => [line.split(":")[0] ?? "", line.slice(line.indexOf(":") + 1)]),
  );
}

/** CONFIG GET answers pairs, as a list or as a map. */
function settingOf(reply: Reply, name: string): string | undefined {
  if (Array.isArray(reply)) return reply[reply.indexOf(name) + 1];
  if (reply instanceof Map) return reply.get(name);
  return (reply as Record<string, string>)[name];
}
