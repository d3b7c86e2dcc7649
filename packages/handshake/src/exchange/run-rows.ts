// Parts of rows that the states of a run have in common (transitions.ts).

/** Nothing happens. */
export function stay<S extends string>(next: S) {
  return { next, actions: [] } as const;
}

/** Nothing happens but that it is told. */
export function drop<S extends string>(next: S) {
  return { next, actions: ["drop"] } as const;
}

const wiped = { next: "gone", actions: ["wipe"] } as const;

/** Nothing was offered, so that there is nothing to decide. */
export function undecided<S extends string>(next: S) {
  return {
    accepted: stay(next),
    "accepted-finishing": stay(next),
    "accepted-tentative": stay(next),
    refused: stay(next),
  } as const;
}

/** A flight may be out, and something is waited for. */
export function waiting<S extends string>(next: S) {
  return {
    reply: drop(next),
    repeat: { next, actions: ["resend-answer"] },
    bad: drop(next),
    "bad-guess": drop(next),
    heard: stay(next),
    "resend-due": { next, actions: ["resend-flight"] },
    reconnected: { next, actions: ["resend-flight"] },
    replaced: wiped,
  } as const;
}

/** An accepted run takes late messages of further types, and the application can still change its mind. */
export function accepted<S extends string>(next: S) {
  return {
    ...undecided(next),
    ...waiting(next),
    message: { next, actions: ["offer"] },
    refused: { next: "refused", actions: ["discard", "wipe", "remember"] },
    fault: drop(next),
  } as const;
}

/** Nothing that comes is looked at. */
export function deaf<S extends string>(next: S) {
  return {
    ...undecided(next),
    reply: drop(next),
    message: drop(next),
    repeat: drop(next),
    bad: drop(next),
    "bad-guess": drop(next),
    fault: drop(next),
    heard: stay(next),
    "resend-due": stay(next),
    reconnected: stay(next),
  } as const;
}
