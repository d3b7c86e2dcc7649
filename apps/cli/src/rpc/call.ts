import { type IncomingMessage, request } from "node:http";
import { parseExactly } from "./json-text.ts";
import { LocalError, NotThereError } from "./rpc-error.ts";
import type { Target } from "./target.ts";

/** An answer of JSON-RPC, with numbers as they were written. */
export interface Reply {
  readonly result: unknown;
  readonly error: unknown;
}

/** Makes one call. Throws `LocalError`. */
export async function call(target: Target, method: string, params: object): Promise<Reply> {
  const { status, text } = await post(target, JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }));
  if (status === 401) throw new LocalError("Authorization failed: Incorrect rpcuser or rpcpassword");
  if (status === 503) throw new LocalError(`Server response: ${text}`);
  // By the older rules errors come with these.
  if (status !== 200 && status !== 400 && status !== 404 && status !== 500) {
    throw new LocalError(`server returned HTTP error ${status}`);
  }
  if (text === "") throw new LocalError("no response from server");
  const { result, error } = (parse(text) ?? {}) as Partial<Reply>;
  if (result === undefined && error === undefined) throw new LocalError("the server's reply is none of JSON-RPC");
  return { result: result ?? null, error: error ?? null };
}

interface Response {
  readonly status: number;
  readonly text: string;
}

function post(target: Target, body: string): Promise<Response> {
  const { host, port, path, patience } = target;
  const headers = {
    authorization: `Basic ${Buffer.from(target.credentials()).toString("base64")}`,
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    connection: "close",
  };
  return new Promise((resolve, reject) => {
    const call = request({ host, port, path, method: "POST", headers, agent: false }, (response) => {
      read(response).then(resolve, () => reject(new LocalError("the daemon went away before it had answered")));
    });
    call.on("error", ({ code }: NodeJS.ErrnoException) => {
      reject(
        new NotThereError(
          `Could not connect to the server ${host}:${port} (${code})\n\nMake sure that countersign daemon is running there, and that this is its port.`,
        ),
      );
    });
    call.setTimeout(patience, () => {
      reject(new LocalError(`timeout: no answer within ${patience / 1_000} s`));
      call.destroy();
    });
    call.end(body);
  });
}

async function read(response: IncomingMessage): Promise<Response> {
  let text = "";
  response.setEncoding("utf8");
  for await (const part of response) text += part;
  return { status: response.statusCode ?? 0, text };
}

function parse(text: string): unknown {
  try {
    return parseExactly(text);
  } catch {
    throw new LocalError("couldn't parse reply from server");
  }
}
