/** Where an engine is. */
export interface EngineAddress {
  /** A host and a port, or the path of a socket. */
  readonly at: { readonly host: string; readonly port: number } | { readonly path: string };
  readonly isTls: boolean;
  readonly user: string | undefined;
  readonly database: number;
}

const PORT = 6_379;

/**
 * Reads `redis://`, `rediss://` (TLS) or `unix://`, with a user and the number of a database where need be. Undefined
 * for anything else, and for a URL with a password: that is a secret, and others see what is in a URL.
 */
export function readEngineAddress(text: string): EngineAddress | undefined {
  const socket = /^unix:\/\/(?:([\w.-]+)@)?(\/[^?#]+)(?:\?db=(\d{1,4}))?$/.exec(text);
  if (socket !== null) {
    const [, user, path = "", database = "0"] = socket;
    return { at: { path }, isTls: false, user, database: Number(database) };
  }
  if (!/^rediss?:\/\//.test(text) || !URL.canParse(text)) return undefined;
  const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(text);
  const database = /^\/?(\d{0,4})$/.exec(pathname)?.[1];
  if (hostname === "" || password !== "" || search !== "" || hash !== "" || database === undefined) return undefined;
  return {
    at: { host: hostname.replace(/^\[(.*)\]$/, "$1"), port: port === "" ? PORT : Number(port) },
    isTls: protocol === "rediss:",
    user: username === "" ? undefined : decodeURIComponent(username),
    database: Number(database),
  };
}
