import type { Daemon } from "../daemon.ts";
import { defineMethod, type Method } from "../method.ts";
import type { Shape } from "../result.ts";

/** Of the methods and their results, counted up when a program that was written for the one before would notice. */
const API_VERSION = 1;
const FAMILY = "cosign.";

/**
 * The methods of the family. Where these began they spoke to a process of its own, the bridge; here it is the daemon
 * itself, and the names of the results stay for those who know them.
 */
export function cosignMethods(daemon: Daemon, methods: () => ReadonlyMap<string, Method>): readonly Method[] {
  const begun = daemon.now();
  return [
    defineMethod({
      name: "cosign.version",
      category: "Cosign",
      description: "Which version of the methods and of the program this is.",
      arguments: {},
      results: [
        {
          shape: {
            type: "object",
            description: "",
            members: {
              api_version: { type: "number", description: "The version of the methods" },
              git_commit: { type: "string", description: 'The commit of the sources, or "unknown"' },
              build_flags: texts("Features that not every build has: so far there are none"),
              bridge_version: { type: "string", description: "The version of the program" },
            },
          },
        },
      ],
      examples: [{ arguments: [] }],
      run: () => ({
        api_version: API_VERSION,
        git_commit: daemon.gitCommit,
        build_flags: [],
        bridge_version: daemon.version,
      }),
    }),
    defineMethod({
      name: "cosign.ping",
      category: "Cosign",
      description: "Whether sessions are served here, and over what.",
      arguments: {},
      results: [
        {
          shape: {
            type: "object",
            description: "",
            members: {
              bridge_alive: { type: "boolean", description: "True: what answers is what serves" },
              version: { type: "string", description: "The version of the program" },
              transports: texts("What carries sessions"),
              uptime_sec: { type: "number", description: "For how many whole seconds the daemon has been running" },
              capabilities: texts("The methods of the family, without its name"),
            },
          },
        },
      ],
      examples: [{ arguments: [] }],
      run: () => ({
        bridge_alive: true,
        version: daemon.version,
        transports: daemon.transports,
        uptime_sec: Math.floor((daemon.now() - begun) / 1_000),
        capabilities: namesOfFamily(methods().keys()),
      }),
    }),
  ];
}

function texts(description: string): Shape {
  return { type: "array", description, items: { type: "string", description: "" } };
}

function namesOfFamily(names: Iterable<string>): readonly string[] {
  return [...names].filter((name) => name.startsWith(FAMILY)).map((name) => name.slice(FAMILY.length));
}
