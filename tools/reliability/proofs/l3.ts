import { allowConnections, crowd, forAll, quantile } from "../crowd.ts";
import { total } from "../member.ts";
import { sendEvenly } from "../pacing.ts";
import type { Figure, Proof } from "../proof.ts";
import { Relay, temporaryFolder } from "../relay.ts";
import { until } from "../wait.ts";

const SIZE = 5;
const LANES = 64;
/** Characters of a body. */
const BODY = 512;
/** Seconds that the last messages may be under way. */
const SETTLING = 10;

/** Every member of a thousand sessions sends once a second, and nothing is lost on the way. */
export const l3: Proof = {
  id: "l3",
  title: "many sessions, acknowledged durable messages",
  async run(scale, { progress }): Promise<readonly Figure[]> {
    const { sessions, seconds } = scale === "quick" ? { sessions: 200, seconds: 6 } : { sessions: 1_000, seconds: 60 };
    // Base64url makes four characters of three bytes.
    const { members, ledgers } = crowd({ sessions, size: SIZE, bodyBytes: (BODY * 3) / 4 });
    const relay = new Relay({ data: temporaryFolder() });
    const { url } = await relay.ready();
    allowConnections(relay, members.length);
    await forAll(members, LANES, (member) => member.connect(url));
    const rate = members.length;
    progress(`${rate} messages a second for ${seconds} s`);
    const latencies = await sendEvenly(members, { rate, seconds });
    const sent = rate * seconds;
    await until(() => total(ledgers, "delivered") >= sent * (SIZE - 1), SETTLING);
    await relay.end("SIGKILL");
    const missing = sent * (SIZE - 1) - total(ledgers, "delivered");
    return [
      { name: "sessions of five", value: sessions, unit: "" },
      { name: "messages", value: rate, unit: "1/s", ...(scale === "full" ? { target: { atLeast: 5_000 } } : {}) },
      { name: "acknowledged", value: total(ledgers, "acknowledged"), unit: "", target: { atLeast: sent } },
      { name: "deliveries missing", value: missing + total(ledgers, "lost"), unit: "", target: { atMost: 0 } },
      { name: "delivered twice", value: total(ledgers, "duplicated"), unit: "", target: { atMost: 0 } },
      { name: "places in the order that differ", value: total(ledgers, "reordered"), unit: "", target: { atMost: 0 } },
      { name: "acknowledged after, median", value: quantile(latencies, 0.5), unit: "ms" },
      { name: "acknowledged after, p99", value: quantile(latencies, 0.99), unit: "ms", target: { atMost: 25 } },
    ];
  },
};
