/** What follows `pnpm simulate --seed N` for each kind. */
export type KindFlags = (typeof kinds)[number]["flags"];

/** One in forty is played without stand-ins. */
const few = (asked: number) => Math.ceil(asked / 40);
/** One of these takes as long as two of the others. */
const half = (asked: number) => Math.ceil(asked / 2);

/** All kinds of worlds, and how many seeds of each are played where so many are asked for. */
export const kinds = [
  { name: "ceremonies, with stand-ins", flags: "", seeds: (asked: number) => asked },
  { name: "ceremonies, with FROST and Ed25519", flags: " --real", seeds: few },
  { name: "sessions, with stand-ins", flags: " --whole", seeds: (asked: number) => asked },
  { name: "sessions, as they are", flags: " --whole --real", seeds: few },
  { name: "relay and clients, with stand-ins", flags: " --relay", seeds: half },
  { name: "relay and clients, as they are", flags: " --relay --real", seeds: few },
] as const;

/** Whether there is such a kind. */
export function isKind(flags: string): flags is KindFlags {
  return kinds.some((kind) => kind.flags === flags);
}
