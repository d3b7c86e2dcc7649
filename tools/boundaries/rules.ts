/**
 * Who may import whom, and what a room must never contain: the table of ARCHITECTURE.md as data.
 * A rule that is changed here is changed there too, with a record in docs/decisions.
 */
export interface Room {
  /**
   * What the sources may import: package names, `@scope/*` for a scope, `node:*` for Node's own modules and `third-party`
   * for whatever package.json declares outside of this workspace. Their sub-paths are included.
   */
  readonly imports: readonly string[];
  /** Synchronous and closed: no clock, no randomness, no I/O, no promises. */
  readonly pure: boolean;
  /** Sources to which neither `imports` nor `pure` applies, as path prefixes below the room. */
  readonly exempt?: readonly string[];
  /** Words that neither code nor comments may hold. */
  readonly words?: readonly string[];
}

export interface Rules {
  readonly rooms: Readonly<Record<string, Room>>;
  /** Exports that only apps may import: the rooms below them get such a thing injected. */
  readonly injected: readonly string[];
  /** Dependencies of these scopes are pinned to one exact version. */
  readonly pinned: readonly string[];
  /** Lines of a file from which on it is reported, and from which on it is refused. */
  readonly size: { readonly warn: number; readonly fail: number; readonly exempt: RegExp };
  /** The least number of modules that a run must have seen; fewer mean that the tool looked in the wrong place. */
  readonly plausibleModules: number;
}

const standard = { imports: ["@noble/*"], pure: true, words: ["room", "relay", "session"] };

export const rules: Rules = {
  rooms: {
    "packages/wire": { imports: [], pure: true },
    // Node's own cryptography lives in the backends only, which apps inject.
    "packages/spake2": { ...standard, exempt: ["src/node.ts", "src/node/"] },
    "packages/noise": { ...standard, exempt: ["src/node.ts", "src/node/", "src/sodium.ts", "src/sodium/"] },
    "packages/handshake": {
      imports: ["@countersign/wire", "@countersign/spake2", "@countersign/noise", "@noble/*", "@scure/base"],
      pure: true,
    },
    "packages/session": {
      imports: ["@countersign/wire", "@noble/hashes"],
      pure: true,
      // What plugs in may answer by promises; the machine never waits for one.
      exempt: ["src/round-protocol.ts"],
    },
    "packages/rpc": { imports: ["@countersign/wire", "valibot"], pure: true },
    "packages/relay": {
      imports: ["@countersign/wire", "@countersign/rpc"],
      pure: true,
      // The port to a log store is asynchronous by nature; the machine that reads the log is not.
      exempt: [
        "src/log-store.ts",
        "src/memory-store.ts",
        "src/shared-log-store.ts",
        "src/shared-memory.ts",
        "src/shared-memory-facts.ts",
        "src/shared-memory-view.ts",
        "src/store-contract.ts",
        "src/store-contract/",
      ],
    },
    "packages/signing": {
      imports: ["@countersign/session", "@countersign/wire", "@noble/*", "@scure/*"],
      pure: true,
      // A user's consent takes as long as the user does.
      exempt: ["src/sign/approval.ts"],
    },
    "packages/client": {
      imports: [
        "@countersign/rpc",
        "@countersign/handshake",
        "@countersign/session",
        "@countersign/wire",
        "@noble/curves",
        "@noble/hashes",
      ],
      pure: false,
    },
    "packages/cosign": {
      imports: [
        "@countersign/client",
        "@countersign/rpc",
        "@countersign/signing",
        "@countersign/wire",
        "@noble/curves",
        "@scure/*",
      ],
      pure: false,
    },
    "packages/testkit": { imports: ["third-party", "@countersign/*", "@noble/*", "node:*"], pure: false },
    "apps/relay-server": {
      // Nothing that could decrypt.
      imports: ["third-party", "node:*", "@countersign/relay", "@countersign/rpc", "@countersign/wire"],
      pure: false,
    },
    "apps/cli": {
      imports: [
        "third-party",
        "node:*",
        "@countersign/client",
        "@countersign/cosign",
        "@countersign/handshake",
        "@countersign/noise",
        "@countersign/session",
        "@countersign/signing",
        "@countersign/spake2",
        "@countersign/wire",
        // Seals the journals of sessions.
        "@noble/ciphers",
      ],
      pure: false,
    },
    // They stand where an application would, and inject what it would.
    examples: {
      imports: [
        "third-party",
        "node:*",
        "@countersign/cli",
        "@countersign/handshake",
        "@countersign/noise",
        "@countersign/testkit",
        "@countersign/wire",
      ],
      pure: false,
    },
  },
  injected: ["@countersign/noise/node", "@countersign/noise/sodium", "@countersign/spake2/node"],
  pinned: ["@noble/", "@scure/"],
  size: { warn: 300, fail: 500, exempt: /(words?|vectors)(\.test)?\.ts$/ },
  plausibleModules: 200,
};
