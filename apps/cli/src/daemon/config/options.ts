/** One option of the daemon or of its client, with one name on the command line and in the file. */
export interface Option {
  /** `list` may be given several times; `switch` takes 0 or 1, or nothing. */
  readonly kind: "text" | "whole" | "switch" | "list";
  /** Who reads it. */
  readonly of: "daemon" | "client" | "both";
  /** A file that is shared by both may say it, too. */
  readonly inFile: boolean;
  /** Whether `-noNAME` turns it off. A switch has that anyway. */
  readonly canBeOff?: true;
  /** Bounds of a whole number. */
  readonly range?: readonly [least: number, most: number];
  /** What stands for the value in the help. */
  readonly placeholder?: string;
  readonly help: string;
  /** What it means to the client, where that is something else. */
  readonly clientHelp?: string;
}

export const DEFAULT_PORT = 8339;

/** All options, in the order of the help. The names are those of Bitcoin Core wherever they mean the same. */
export const options = {
  datadir: { kind: "text", of: "both", inFile: false, placeholder: "DIR", help: "where the daemon keeps its things" },
  conf: {
    kind: "text",
    of: "both",
    inFile: false,
    placeholder: "FILE",
    help: "options, one NAME=VALUE a line, or TOML; below the datadir (countersign.conf or countersign.toml, if there)",
  },
  relay: {
    kind: "text",
    of: "daemon",
    inFile: true,
    canBeOff: true,
    placeholder: "URL",
    help: "the relay of sessions, ws:// or wss://, or its nodes with commas between; -norelay: none, sessions are carried by hand",
  },
  adaptorkeys: {
    kind: "text",
    of: "daemon",
    inFile: true,
    placeholder: "FILE",
    help: "keys with which cosign.adaptor_roundtrip signs, WIF or 64 digits, one a line, below the datadir; only you may read it; NAME.age: sealed (experimental)",
  },
  rpcport: {
    kind: "whole",
    of: "both",
    inFile: true,
    range: [0, 65_535],
    placeholder: "PORT",
    help: `where to serve; for 0 one that is free (${DEFAULT_PORT})`,
    clientHelp: `the port of the daemon (${DEFAULT_PORT})`,
  },
  rpcuser: {
    kind: "text",
    of: "both",
    inFile: true,
    placeholder: "NAME",
    help: "a user",
    clientHelp: "as whom to call",
  },
  rpcpassword: {
    kind: "text",
    of: "both",
    inFile: true,
    placeholder: "TEXT",
    help: "its password; better in the file than on a command line (without one, a cookie file is made)",
    clientHelp: "the password; better in the file than on a command line (without one, what is in the cookie file)",
  },
  rpcauth: {
    kind: "list",
    of: "daemon",
    inFile: true,
    placeholder: "USER:SALT$HASH",
    help: "a further user, with the HMAC-SHA-256 of the password under the salt",
  },
  rpccookiefile: {
    kind: "text",
    of: "both",
    inFile: true,
    canBeOff: true,
    placeholder: "FILE",
    help: "the cookie file, below the datadir (.cookie); -norpccookiefile: none",
    clientHelp:
      "where the daemon has put its cookie, below the datadir (.cookie); -norpccookiefile: do not look for it",
  },
  rpccookieperms: {
    kind: "text",
    of: "daemon",
    inFile: true,
    placeholder: "WHO",
    help: "who may read the cookie file: owner, group or all (owner)",
  },
  rpcbind: {
    kind: "list",
    of: "daemon",
    inFile: true,
    placeholder: "ADDRESS[:PORT]",
    help: "where to serve others than this machine; only together with -rpcallowip (127.0.0.1 and ::1)",
  },
  rpcallowip: {
    kind: "list",
    of: "daemon",
    inFile: true,
    placeholder: "IP",
    help: "who else may connect: an address, or a network like 10.0.0.0/8 or 10.0.0.0/255.0.0.0",
  },
  rpcwhitelist: {
    kind: "list",
    of: "daemon",
    inFile: true,
    placeholder: "USER:METHODS",
    help: "all that a user may call, with commas; of several for one user, what all of them allow",
  },
  rpcwhitelistdefault: {
    kind: "switch",
    of: "daemon",
    inFile: true,
    help: "users without a whitelist may call nothing (1 if there is any -rpcwhitelist)",
  },
  rpcthreads: {
    kind: "whole",
    of: "daemon",
    inFile: true,
    range: [1, 1_024],
    placeholder: "N",
    help: "requests that are worked on at a time (16)",
  },
  rpcworkqueue: {
    kind: "whole",
    of: "daemon",
    inFile: true,
    range: [1, 65_536],
    placeholder: "N",
    help: "requests that may wait for that; further ones are answered 503 (64)",
  },
  rpcservertimeout: {
    kind: "whole",
    of: "daemon",
    inFile: true,
    range: [1, 86_400],
    placeholder: "SECONDS",
    help: "until a connection that says nothing is closed (30)",
  },
  loglevel: {
    kind: "text",
    of: "daemon",
    inFile: true,
    placeholder: "LEVEL",
    help: "what to log on stderr: fatal, error, warn, info, debug or silent (info)",
  },
  rpcconnect: {
    kind: "text",
    of: "client",
    inFile: true,
    placeholder: "HOST[:PORT]",
    help: "where the daemon is (127.0.0.1)",
  },
  rpcwait: { kind: "switch", of: "client", inFile: true, help: "try again each second until the daemon is there" },
  rpcwaittimeout: {
    kind: "whole",
    of: "client",
    inFile: true,
    range: [0, 1_000_000],
    placeholder: "SECONDS",
    help: "for how long; 0: for ever (0)",
  },
  rpcclienttimeout: {
    kind: "whole",
    of: "client",
    inFile: true,
    range: [0, 1_000_000],
    placeholder: "SECONDS",
    help: "how long to wait for an answer; 0: for ever (900)",
  },
  rpcwallet: { kind: "text", of: "client", inFile: true, placeholder: "NAME", help: "asks at /wallet/NAME" },
  named: { kind: "switch", of: "client", inFile: true, help: "arguments are NAME=VALUE" },
  stdin: { kind: "switch", of: "client", inFile: true, help: "further arguments are lines of stdin" },
  stdinrpcpass: { kind: "switch", of: "client", inFile: true, help: "the password is the first line of stdin" },
} as const satisfies Record<string, Option>;

export type OptionName = keyof typeof options;

/** The option of a name, if there is one. */
export function findOption(name: string): Option | undefined {
  return Object.hasOwn(options, name) ? options[name as OptionName] : undefined;
}

/** The lines of a help text for the options of a reader. */
export function optionLines(reader: "daemon" | "client"): string {
  const rows = Object.entries<Option>(options)
    .filter(([, { of }]) => of === reader || of === "both")
    .map(([name, { placeholder, help, clientHelp }]) => {
      const meaning = reader === "client" ? (clientHelp ?? help) : help;
      return [`  -${name}${placeholder ? `=${placeholder}` : ""}`, meaning] as const;
    });
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, help]) => `${left.padEnd(width)}  ${help}`).join("\n");
}
