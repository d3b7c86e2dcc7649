import { optional } from "../arguments/argument.ts";
import type { Daemon } from "../daemon.ts";
import { quotable } from "../error.ts";
import { helpIndex, helpText } from "../help/help-text.ts";
import { defineMethod, type Method } from "../method.ts";
import { openRpcDocument } from "../open-rpc/document.ts";
import type { ActiveCall } from "../rpc.ts";

/** What methods about methods look at. */
export interface Table {
  readonly methods: () => ReadonlyMap<string, Method>;
  readonly active: () => Iterable<ActiveCall>;
}

/** Methods that every node has: about the daemon itself. */
export function controlMethods(daemon: Daemon, table: Table): readonly Method[] {
  const begun = daemon.now();
  return [
    help(daemon, table),
    defineMethod({
      name: "stop",
      category: "Control",
      description: "Ends the daemon. Calls that are under way are answered first.",
      arguments: {},
      results: [{ shape: { type: "string", description: "That it stops" } }],
      examples: [{ arguments: [] }],
      run: () => {
        daemon.stop();
        return "Countersign stopping";
      },
    }),
    defineMethod({
      name: "uptime",
      category: "Control",
      description: "For how long the daemon has been running.",
      arguments: {},
      results: [{ shape: { type: "number", description: "Whole seconds" } }],
      examples: [{ arguments: [] }],
      run: () => Math.floor((daemon.now() - begun) / 1_000),
    }),
    getRpcInfo(daemon, table),
    defineMethod({
      name: "rpc.discover",
      category: "Control",
      description: "Describes all methods as an OpenRPC document.",
      arguments: {},
      results: [{ shape: { type: "any", description: "A document of OpenRPC 1.2.6" } }],
      examples: [{ arguments: [] }],
      run: () => openRpcDocument(table.methods().values(), daemon.version),
    }),
  ];
}

function help(daemon: Daemon, table: Table): Method {
  return defineMethod({
    name: "help",
    category: "Control",
    description: "Lists all methods, or explains one.",
    arguments: { command: optional("string", "The method to explain", { hint: "all methods" }) },
    results: [{ shape: { type: "string", description: "The text" } }],
    examples: [{ arguments: [] }, { arguments: ["cosign.ping"] }],
    run: ({ command }) => {
      const methods = table.methods();
      if (command === undefined) return helpIndex(methods.values());
      const method = methods.get(command);
      return method === undefined ? `help: unknown command: ${quotable(command)}` : helpText(method, daemon.forms());
    },
  });
}

function getRpcInfo(daemon: Daemon, table: Table): Method {
  return defineMethod({
    name: "getrpcinfo",
    category: "Control",
    description: "What the RPC server is doing.",
    arguments: {},
    results: [
      {
        shape: {
          type: "object",
          description: "",
          members: {
            active_commands: {
              type: "array",
              description: "Calls that are under way, this one among them",
              items: {
                type: "object",
                description: "",
                members: {
                  method: { type: "string", description: "What was called" },
                  duration: { type: "number", description: "For how long, in microseconds" },
                },
              },
            },
            logpath: { type: "string", description: "Empty: the log goes to stderr" },
          },
        },
      },
    ],
    examples: [{ arguments: [] }],
    run: () => ({
      active_commands: Array.from(table.active(), ({ method, since }) => ({
        method: quotable(method),
        duration: Math.round((daemon.now() - since) * 1_000),
      })),
      logpath: "",
    }),
  });
}
