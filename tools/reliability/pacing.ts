import type { Member } from "./member.ts";
import { sleep } from "./wait.ts";

/**
 * All members together send so many messages a second, one after the other, at even distances. Milliseconds from when
 * each message was due, sent or not, to its acknowledgement.
 */
export async function sendEvenly(
  members: readonly Member[],
  { rate, seconds }: { readonly rate: number; readonly seconds: number },
): Promise<number[]> {
  const latencies: number[] = [];
  const underWay: Promise<void>[] = [];
  const began = performance.now();
  const moment = (index: number) => began + ((index + 1) * 1_000) / rate;
  const send = async (member: Member, due: number) => {
    await member.sayNext();
    latencies.push(performance.now() - due);
  };
  for (let sent = 0; sent < seconds * rate; ) {
    for (; sent < seconds * rate && moment(sent) <= performance.now(); sent++) {
      const member = members[sent % members.length];
      if (member !== undefined) underWay.push(send(member, moment(sent)));
    }
    await sleep(1);
  }
  await Promise.all(underWay);
  return latencies;
}
