import { type IncomingHttpHeaders, request } from "node:http";

export interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** `USER:PASSWORD` */
  readonly user?: string;
  readonly body?: string | Uint8Array;
}

export interface Response {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** One request over a connection of its own. */
export function http(
  url: string,
  { method = "POST", path = "/", headers = {}, user, body = "" }: Sent,
): Promise<Response> {
  const basic = user === undefined ? {} : { authorization: `Basic ${Buffer.from(user).toString("base64")}` };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, path, agent: false, headers: { ...basic, ...headers } }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part) => (text += part));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
