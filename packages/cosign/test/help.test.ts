import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { helpText } from "../src/help/help-text.ts";
import { createRpc, defineMethod, optional, required, withDefault } from "../src/index.ts";
import { forms } from "./asking.ts";

const method = defineMethod({
  name: "cosign.handshake_auto",
  category: "Cosign",
  description: "Completes the handshake.\n\nOver the established transport.",
  arguments: {
    session_id: required("string", "Session ID"),
    is_initiator: withDefault("boolean", "Who begins", { fallback: false, aliases: ["initiator"] }),
    label: optional("string", "What the others see,\nand for how long", { hint: "the number" }),
    payload: optional("object", "Anything"),
  },
  results: [
    {
      shape: {
        type: "object",
        description: "",
        members: {
          handshake_complete: { type: "boolean", description: "Whether it went well" },
          sas: { type: "string", description: "5 words", isOptional: true },
          peers: {
            type: "array",
            description: "All others",
            items: {
              type: "object",
              description: "",
              members: { number: { type: "number", description: "Its number" } },
            },
          },
        },
      },
    },
    { condition: "without a peer", shape: { type: "string", description: "Why" } },
  ],
  examples: [
    { arguments: ["6f1c", true] },
    { title: "With a label:", arguments: ["6f1c", false, "Bob's", { a: "it's" }] },
  ],
  run: () => "",
});

it("help says all that the table knows", () => {
  expect(helpText(method, forms)).toBe(`cosign.handshake_auto "session_id" ( is_initiator "label" payload )

Completes the handshake.

Over the established transport.

Arguments:
1. session_id                (string, required) Session ID
2. is_initiator|initiator    (boolean, optional, default=false) Who begins
3. label                     (string, optional, default=the number) What the others see,
                             and for how long
4. payload                   (json object, optional) Anything

Result:
{                                       (json object)
  "handshake_complete" : true|false,    (boolean) Whether it went well
  "sas" : "str",                        (string, optional) 5 words
  "peers" : [                           (json array) All others
    {                                   (json object)
      "number" : n,                     (numeric) Its number
    },
    ...
  ],
}

Result (without a peer):
"str"    (string) Why

Examples:
> countersign rpc cosign.handshake_auto "6f1c" true
> curl --user alice --data-binary '{"jsonrpc":"2.0","id":"help","method":"cosign.handshake_auto","params":["6f1c",true]}' -H 'content-type: application/json' http://127.0.0.1:8339/

With a label:
> countersign rpc cosign.handshake_auto "6f1c" false 'Bob'\\''s' '{"a":"it'\\''s"}'
> curl --user alice --data-binary '{"jsonrpc":"2.0","id":"help","method":"cosign.handshake_auto","params":["6f1c",false,"Bob'\\''s",{"a":"it'\\''s"}]}' -H 'content-type: application/json' http://127.0.0.1:8339/
`);
});

it("examples are what they show after a shell has read them", () => {
  const [, line = ""] = /^> (countersign rpc .*Bob.*)$/m.exec(helpText(method, forms)) ?? [];
  const { stdout } = spawnSync("sh", ["-c", line.replace("countersign rpc", "printf '%s\\n'")], { encoding: "utf8" });
  expect(stdout.split("\n")).toEqual(["cosign.handshake_auto", "6f1c", "false", "Bob's", `{"a":"it's"}`, ""]);
});

describe("the methods of every node", () => {
  let ms = 500;
  let isStopped = false;
  const rpc = createRpc({
    version: "1.2.3",
    gitCommit: "abc",
    transports: ["websocket"],
    forms: () => forms,
    now: () => ms,
    phase: () => ({ state: "running" }),
    stop: () => {
      isStopped = true;
    },
    failed: (_, error) => {
      throw error;
    },
  });
  const call = async (name: string, ...params: unknown[]) => {
    const body = new TextEncoder().encode(JSON.stringify({ id: 1, method: name, params }));
    const answer = await rpc.answer(body, { signal: new AbortController().signal, waiting: (run) => run() });
    return JSON.parse(answer.body ?? "").result;
  };

  it("help lists all methods under their headings, one line for each", async () => {
    const index: string = await call("help");
    expect(index).toMatch(
      /^== Control ==\ngetrpcinfo\nhelp \( "command" \)\nrpc\.discover\nstop\nuptime\n\n== Cosign ==\n/,
    );
    expect(index).toContain("\ncosign.ping\ncosign.version");
  });

  it("help explains each of them", async () => {
    for (const name of rpc.methods.keys()) expect(await call("help", name)).toMatch(new RegExp(`^${name}[ \n]`));
  });

  it("help for what there is not is an answer, and repeats little of it", async () => {
    expect(await call("help", "nonsense")).toBe("help: unknown command: nonsense");
    expect(await call("help", "x".repeat(1_000))).toBe(`help: unknown command: ${"x".repeat(64)}…`);
  });

  it("uptime counts whole seconds", async () => {
    ms = 62_400;
    expect(await call("uptime")).toBe(61);
    ms = 62_500;
    expect(await call("uptime")).toBe(62);
  });

  it("getrpcinfo shows itself at work", async () => {
    expect(await call("getrpcinfo")).toEqual({ active_commands: [{ method: "getrpcinfo", duration: 0 }], logpath: "" });
  });

  it("cosign.ping and cosign.version say what is true", async () => {
    ms = 1_500;
    expect(await call("cosign.ping")).toEqual({
      bridge_alive: true,
      version: "1.2.3",
      transports: ["websocket"],
      uptime_sec: 1,
      capabilities: [...rpc.methods.keys()].flatMap((name) => /^cosign\.(.*)/.exec(name)?.[1] ?? []),
    });
    expect(await call("cosign.version")).toEqual({
      api_version: 1,
      git_commit: "abc",
      build_flags: [],
      bridge_version: "1.2.3",
    });
  });

  it("stop stops", async () => {
    expect(await call("stop")).toBe("Countersign stopping");
    expect(isStopped).toBe(true);
  });
});
