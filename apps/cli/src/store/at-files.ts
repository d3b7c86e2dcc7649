import { createHash } from "node:crypto";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { decodeBase64url, encodeBase64url, UsageError, utf8 } from "@countersign/wire";
import { CommandError } from "../command-error.ts";
import { ExitStatus } from "../exit-status.ts";
import { privateDirectory, unlessMissing, writeDurably } from "./durable-file.ts";

const SUFFIX = ".at";
const LAST_AT = (1n << 64n) - 1n;

/**
 * The highest `at` between an endpoint of ours and each of its peers, so that no handshake of a later run has one that
 * was used before, whatever became of the process and of the clock (spec 0003, section 3).
 *
 * One file for each peer, in a folder for each endpoint of ours. A crash leaves the old content or the new one, and a
 * file that was changed by anything else is an error: not knowing which times were used is not the same as none. One
 * process at a time uses an endpoint; a second one is refused what the first has used since.
 */
export class AtFiles {
  private readonly folder: string;
  private readonly own: Uint8Array;
  private readonly known: Map<string, Highest>;
  private ready: Promise<void> | undefined;

  private constructor(folder: string, own: Uint8Array, known: Map<string, Highest>) {
    this.folder = folder;
    this.own = own;
    this.known = known;
  }

  /**
   * Reads what is known of the endpoint `own` (what the peers know it by: a public key, a hashname). Throws
   * `CommandError` if any of it is damaged or cannot be read.
   */
  static async open(directory: string, own: Uint8Array): Promise<AtFiles> {
    const folder = join(directory, nameOf(own));
    const known = new Map<string, Highest>();
    for (const name of (await unlessMissing(readdir(folder)).catch(unreadable)) ?? []) {
      // What a run wrote when it was killed, and never came to count.
      if (name.endsWith(".tmp")) await rm(join(folder, name), { force: true });
      if (!name.endsWith(SUFFIX)) continue;
      const path = join(folder, name);
      const found = parse(own, await readFile(path, "utf8").catch(unreadable));
      if (found === undefined || nameOf(found.peer) + SUFFIX !== name) throw damaged(path);
      known.set(name, found);
    }
    return new AtFiles(folder, own, known);
  }

  /** The highest `at` with this peer; 0n where there was none. */
  highest(peer: Uint8Array): bigint {
    return this.known.get(fileOf(peer))?.at ?? 0n;
  }

  /** All peers, and the highest `at` with each. */
  get all(): readonly { readonly peer: Uint8Array; readonly at: bigint }[] {
    return [...this.known.values()].map(({ peer, at }) => ({ peer, at }));
  }

  /**
   * Has `at` on disk before it resolves; only then may it be used. Throws `CommandError` unless it is above all before it,
   * those of other processes included.
   */
  async raise(peer: Uint8Array, at: bigint): Promise<void> {
    if (at < 1n || at > LAST_AT) throw new UsageError("usage.out-of-range", "an at has 64 bits and is positive");
    const name = fileOf(peer);
    const before = this.known.get(name);
    // Known at once, so that of two calls that overlap the second is held against the first.
    if (before !== undefined && at <= before.at) throw used(join(this.folder, name));
    const written = (before?.written ?? Promise.resolve()).then(() => this.write(peer, at));
    this.known.set(name, { peer, at, written: written.catch(() => undefined) });
    await written;
  }

  private async write(peer: Uint8Array, at: bigint): Promise<void> {
    this.ready ??= privateDirectory(this.folder);
    await this.ready;
    const path = join(this.folder, fileOf(peer));
    const text = await unlessMissing(readFile(path, "utf8")).catch(unreadable);
    const found = text === undefined ? undefined : parse(this.own, text);
    if (text !== undefined && found === undefined) throw damaged(path);
    if (found !== undefined && at <= found.at) throw used(path);
    await writeDurably(path, utf8(format(this.own, peer, at)));
  }
}

interface Highest {
  readonly peer: Uint8Array;
  readonly at: bigint;
  /** When the last write is over, well or not. */
  readonly written?: Promise<void>;
}

/** Names say nothing about whom somebody meets, and fit every file system. */
function nameOf(id: Uint8Array): string {
  return createHash("sha256").update(id).digest("hex").slice(0, 32);
}

const fileOf = (peer: Uint8Array) => nameOf(peer) + SUFFIX;

function format(own: Uint8Array, peer: Uint8Array, at: bigint): string {
  const [from, to] = [encodeBase64url(own), encodeBase64url(peer)];
  const checksum = createHash("sha256").update(`countersign at 1\n${from}\n${to}\n${at}`).digest("base64url");
  return `${JSON.stringify({ version: 1, own: from, peer: to, at: `${at}`, checksum })}\n`;
}

/** Undefined for every text but the one that `format` makes for this endpoint. */
function parse(own: Uint8Array, text: string): Omit<Highest, "written"> | undefined {
  const [, id = "", digits = ""] = /"peer":"([\w-]*)","at":"([0-9]{1,20})"/.exec(text) ?? [];
  const peer = decodeBase64url(id);
  if (!peer.ok || digits === "") return undefined;
  const at = BigInt(digits);
  return text === format(own, peer.value, at) ? { peer: peer.value, at } : undefined;
}

function unreadable(cause: unknown): never {
  const reason = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown error";
  const message = `Which handshake times were used cannot be read (${reason}), so none is. Check the disk and its permissions.`;
  throw new CommandError(ExitStatus.error, "local.at-unreadable", message, { cause });
}

function damaged(path: string): CommandError {
  const message = `${path} is damaged: it would say which handshake times were used with this peer. Meet the peer with new keys; then the file can go.`;
  return new CommandError(ExitStatus.error, "local.at-damaged", message);
}

function used(path: string): CommandError {
  const message = `${path} has this handshake time or a higher one already. Is another process running with the same keys? End it, and start again.`;
  return new CommandError(ExitStatus.error, "local.at-used", message);
}
