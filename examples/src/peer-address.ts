import { decodeBase32, encodeBase32, formatHashname, rollUp } from "@countersign/handshake/e3x";
import * as v from "valibot";
import { NetworkPath } from "./path.ts";

/** Who somebody is and where: all that it takes to link with an endpoint. Public. */
export interface PeerAddress {
  readonly hashname: string;
  /** By CSID. */
  readonly keys: ReadonlyMap<number, Uint8Array>;
  readonly paths: readonly NetworkPath[];
}

/** The address of an endpoint with these keys. Throws where they make no hashname. */
export function addressOf(keys: ReadonlyMap<number, Uint8Array>, paths: readonly NetworkPath[]): PeerAddress {
  const rolled = rollUp([...keys].map(([csid, key]) => ({ csid, key })));
  if (!rolled.ok) throw new Error(`These keys make no hashname: ${rolled.detail}.`);
  return { hashname: formatHashname(rolled.value), keys, paths };
}

const LinkJson = v.object({
  hashname: v.optional(v.string()),
  keys: v.record(v.pipe(v.string(), v.regex(/^[0-9a-f]{2}$/)), v.string()),
  paths: v.optional(v.array(v.unknown()), []),
});

/** `{"hashname": …, "keys": {"3a": …}, "paths": […]}`, as telehash's implementations print and read it. */
export function formatLinkJson({ hashname, keys, paths }: PeerAddress): string {
  const texts = [...keys].map(([csid, key]) => [hex(csid), encodeBase32(key)]);
  return JSON.stringify({ hashname, keys: Object.fromEntries(texts), paths });
}

/** Reads the same. Paths of kinds that are not known here are left out. Throws a sentence for everything else. */
export function parseLinkJson(text: string): PeerAddress {
  const json = v.safeParse(v.pipe(v.string(), v.parseJson(), LinkJson), text);
  if (!json.success) throw new Error(`This is no JSON of a link: ${json.issues[0].message}.`);
  const { hashname, keys, paths } = json.output;
  const read = new Map(Object.entries(keys).map(([csid, key]) => [Number.parseInt(csid, 16), keyOf(key)]));
  const address = addressOf(
    read,
    paths.filter((path) => v.is(NetworkPath, path)),
  );
  if (hashname !== undefined && hashname !== address.hashname) throw new Error("The hashname is not that of the keys.");
  return address;
}

/** `link://HOST:PORT/?cs3a=KEY`. It does not say which protocol is spoken there. */
export function formatLinkUri({ keys, paths: [path] }: PeerAddress): string {
  if (path === undefined) throw new Error("A URI wants a path.");
  const host = path.ip.includes(":") ? `[${path.ip}]` : path.ip;
  const query = [...keys].map(([csid, key]) => `cs${hex(csid)}=${encodeBase32(key)}`);
  return `link://${host}:${path.port}/?${query.join("&")}`;
}

/** What a URI says: keys, and a host that may be a name. */
export interface LinkUri {
  readonly host: string;
  readonly port: number;
  readonly keys: ReadonlyMap<number, Uint8Array>;
}

/** The port of a URI that names none. */
const DEFAULT_PORT = 42_424;

/** Reads a URI. Throws a sentence for what is none. */
export function parseLinkUri(text: string): LinkUri {
  const uri = URL.parse(text);
  if (uri?.protocol !== "link:" || uri.hostname === "")
    throw new Error(`"${text}" is no URI like link://HOST:PORT/?cs3a=KEY.`);
  const keys = new Map<number, Uint8Array>();
  for (const [name, value] of uri.searchParams) {
    const [, csid] = /^cs([0-9a-f]{2})$/.exec(name) ?? [];
    if (csid !== undefined) keys.set(Number.parseInt(csid, 16), keyOf(value));
  }
  if (keys.size === 0) throw new Error("The URI has no key, so nobody could be recognised there.");
  const port = uri.port === "" ? DEFAULT_PORT : Number(uri.port);
  return { host: uri.hostname.replace(/^\[(.*)\]$/, "$1"), port, keys };
}

function keyOf(text: string): Uint8Array {
  const key = decodeBase32(text);
  if (!key.ok) throw new Error(`A key is not base32 as telehash writes it: ${key.detail}.`);
  return key.value;
}

const hex = (csid: number) => csid.toString(16).padStart(2, "0");
