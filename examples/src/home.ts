import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AtFiles } from "@countersign/cli/at-files";
import { formatHashname, parseHashname, rollUp } from "@countersign/handshake/e3x";
import type { KeyPair } from "@countersign/noise";
import { nodeBackend } from "@countersign/noise/node";

const { dh } = nodeBackend;

/** What an endpoint has on disk: who it is, and which handshake times it has used. */
export interface Home {
  readonly hashname: string;
  /** For cipher set 3a. Secret. */
  readonly keyPair: KeyPair;
  /** By hashname. */
  readonly highest: ReadonlyMap<string, bigint>;
  /** Has an `at` on disk before it resolves. */
  raise(hashname: string, at: bigint): Promise<void>;
}

/** Opens the folder of an endpoint; one that is empty becomes that of a new endpoint. */
export async function openHome(folder: string): Promise<Home> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const keyPair = dh.keyPair(await readOrMakeKey(join(folder, "key-3a")));
  const own = hashnameOf(keyPair.publicKey);
  const files = await AtFiles.open(join(folder, "at"), own);
  return {
    hashname: formatHashname(own),
    keyPair,
    highest: new Map(files.all.map(({ peer, at }) => [formatHashname(peer), at])),
    raise: (hashname, at) => files.raise(bytesOf(hashname), at),
  };
}

/** The key is the endpoint: in a file for its user only, and never written over. */
async function readOrMakeKey(path: string): Promise<Uint8Array> {
  const made = dh.generateKeyPair().privateKey;
  try {
    await writeFile(path, made, { mode: 0o600, flag: "wx", flush: true });
    return made;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  const key = new Uint8Array(await readFile(path));
  if (key.length !== dh.DHLEN) throw new Error(`${path} is no key. Move it away, and a new endpoint is made.`);
  return key;
}

function hashnameOf(key: Uint8Array): Uint8Array {
  const rolled = rollUp([{ csid: 0x3a, key }]);
  if (!rolled.ok) throw new Error(rolled.detail);
  return rolled.value;
}

function bytesOf(hashname: string): Uint8Array {
  const parsed = parseHashname(hashname);
  if (!parsed.ok) throw new Error(parsed.detail);
  return parsed.value;
}
