import { setTimeout as pause } from "node:timers/promises";
import { ConfigError } from "../daemon/config/given.ts";
import { optionLines } from "../daemon/config/options.ts";
import { readCommandLine } from "../daemon/config/read-arguments.ts";
import { Settings } from "../daemon/config/settings.ts";
import { spellOutLines } from "../screens/spell-out.ts";
import { call, type Reply } from "./call.ts";
import { numberOf, printExactly } from "./json-text.ts";
import { parametersOf } from "./parameters.ts";
import { LocalError, NotThereError } from "./rpc-error.ts";
import { type Target, targetOf } from "./target.ts";

/** Milliseconds between tries. */
const AGAIN = 1_000;
/** The daemon says that it is not ready yet. */
const WARM_UP = -28;
const LOCAL_FAILURE = 1;

const USAGE = `Usage: countersign rpc [-NAME=VALUE…] METHOD [ARGUMENT…]

Calls a method of countersign daemon, as bitcoin-cli calls those of a node. "countersign rpc help" lists them.

${optionLines("client")}

Exit status: 0 the method worked, 1 it could not be called, else the number of its error without the sign, modulo 256.
`;

/** `countersign rpc`: one call, its result on stdout, its error on stderr. Answers the exit status. */
export async function runRpc(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  try {
    const { given, words, wantsHelp } = readCommandLine(args, "client");
    if (wantsHelp) {
      process.stdout.write(USAGE);
      return 0;
    }
    const settings = await Settings.read(given, environment);
    const input = settings.switch("stdin") || settings.switch("stdinrpcpass") ? await linesOf(process.stdin) : [];
    const password = settings.switch("stdinrpcpass") ? (input.shift() ?? "") : undefined;
    const [method, ...rest] = settings.switch("stdin") ? [...words, ...input] : words;
    if (method === undefined) throw new LocalError("too few parameters (need at least command)");
    const params = parametersOf(rest, settings.switch("named") ?? false);
    return print(await callInTime(targetOf(settings, password), { settings, method, params }));
  } catch (error) {
    if (!(error instanceof LocalError || error instanceof ConfigError)) throw error;
    process.stderr.write(`error: ${error.message}\n`);
    return LOCAL_FAILURE;
  }
}

interface Call {
  readonly settings: Settings;
  readonly method: string;
  readonly params: object;
}

/** With `-rpcwait`, tries until the daemon is there and ready. */
async function callInTime(target: Target, { settings, method, params }: Call): Promise<Reply> {
  const seconds = settings.whole("rpcwaittimeout") ?? 0;
  const deadline = seconds === 0 ? Number.POSITIVE_INFINITY : performance.now() + seconds * 1_000;
  for (;;) {
    try {
      const reply = await call(target, method, params);
      if (!settings.switch("rpcwait") || codeOf(reply.error) !== WARM_UP || performance.now() >= deadline) return reply;
    } catch (error) {
      if (!settings.switch("rpcwait") || !(error instanceof NotThereError)) throw error;
      if (performance.now() >= deadline) throw new LocalError(`timeout on transient error: ${error.message}`);
    }
    await pause(AGAIN);
  }
}

function print({ result, error }: Reply): number {
  if (error !== null) {
    write(process.stderr, describe(error));
    return Math.abs(codeOf(error) ?? LOCAL_FAILURE) % 256;
  }
  if (result !== null) write(process.stdout, typeof result === "string" ? result : printExactly(result));
  return 0;
}

/** What comes from elsewhere is never obeyed by a terminal; a program gets it as it is. */
function write(stream: NodeJS.WriteStream, text: string): void {
  stream.write(`${stream.isTTY ? spellOutLines(text) : text}\n`);
}

function describe(error: unknown): string {
  const { message } = error as { readonly message?: unknown };
  const code = codeOf(error);
  if (code === undefined && typeof message !== "string") return `error: ${printExactly(error)}`;
  return [
    ...(code === undefined ? [] : [`error code: ${code}`]),
    ...(typeof message === "string" ? ["error message:", message] : []),
  ].join("\n");
}

function codeOf(error: unknown): number | undefined {
  return typeof error === "object" && error !== null
    ? numberOf((error as { readonly code?: unknown }).code)
    : undefined;
}

async function linesOf(stream: NodeJS.ReadableStream): Promise<string[]> {
  let text = "";
  stream.setEncoding("utf8");
  for await (const part of stream) text += part;
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}
