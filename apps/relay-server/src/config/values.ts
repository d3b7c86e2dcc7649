import * as v from "valibot";
import { isNetwork } from "../http/client-address.ts";
import { isOrigin } from "../http/origins.ts";
import type { TrustProxy } from "../relay-options.ts";
import { readDurability } from "../store/redis/durability.ts";
import { readEngineAddress } from "../store/redis/engine-address.ts";

/** Where something listens. */
export interface Listen {
  readonly host: string;
  readonly port: number;
}

/** `HOST:PORT` */
export const listen = v.pipe(
  v.string("must be HOST:PORT"),
  v.transform(readListen),
  v.check((value) => value !== undefined, "must be HOST:PORT, like 127.0.0.1:8765 or [::1]:8765"),
  v.transform((value) => value as Listen),
);

export const path = v.pipe(v.string("must be a path"), v.minLength(1, "must be a path"));

const ENGINE = "must be redis://HOST:PORT, rediss://HOST:PORT or unix:///PATH, without a password";

export const engine = v.pipe(
  v.string(ENGINE),
  v.check((text) => readEngineAddress(text) !== undefined, ENGINE),
);

const DURABILITY = "must be always, everysec, replicas=N or synced=N";

export const durability = v.pipe(
  v.string(DURABILITY),
  v.check((text) => readDurability(text) !== undefined, DURABILITY),
);

const PREFIX = "must be 1 to 64 letters, digits, dots, hyphens and underscores";

export const prefix = v.pipe(v.string(PREFIX), v.regex(/^[\w.-]{1,64}$/, PREFIX));

export const flag = v.pipe(
  v.union([v.boolean(), v.picklist(["true", "false", "1", "0"])], "must be true or false"),
  v.transform((value) => value === true || value === "true" || value === "1"),
);

/** A whole number of something. Flags and the environment bring text, the file brings numbers. */
export function whole(unit: string, { min, max }: { readonly min: number; readonly max: number }) {
  const reason = `must be ${unit} from ${min} to ${max}`;
  const text = v.pipe(v.string(reason), v.regex(/^\d{1,15}$/, reason), v.transform(Number));
  return v.pipe(
    v.union([v.number(), text], reason),
    v.integer(reason),
    v.minValue(min, reason),
    v.maxValue(max, reason),
  );
}

export const seconds = (min: number, max: number) => whole("whole seconds", { min, max });

/** A text with commas, or an array of the file. */
const list = v.union([
  v.pipe(
    v.string(),
    v.transform((text) => text.split(",").map((entry) => entry.trim())),
  ),
  v.array(v.string()),
]);

const ORIGINS = "must be origins of pages, like https://example.org";

export const origins = v.pipe(
  v.union([list], ORIGINS),
  v.check((all) => all.length > 0 && all.every(isOrigin), ORIGINS),
);

const MAX_HOPS = 16;
const PROXIES = `must be a number of proxies from 0 to ${MAX_HOPS}, or addresses and networks, like 10.0.0.0/8`;

export const trustProxy = v.pipe(
  v.union([v.number(), list], PROXIES),
  v.transform(readTrustProxy),
  v.check((value) => value !== undefined, PROXIES),
  v.transform((value) => value as TrustProxy),
);

function readListen(text: string): Listen | undefined {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host !== undefined && port <= 65_535 ? { host, port } : undefined;
}

function readTrustProxy(value: number | string[]): TrustProxy | undefined {
  const [first = ""] = typeof value === "number" ? [String(value)] : value;
  const isNumber = typeof value === "number" || value.length === 1;
  if (isNumber && /^\d{1,2}$/.test(first)) return Number(first) <= MAX_HOPS ? Number(first) : undefined;
  return typeof value !== "number" && value.length > 0 && value.every(isNetwork) ? value : undefined;
}
