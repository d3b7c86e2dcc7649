import { type Clock, Hand, type RandomBytes } from "@countersign/client";

/** What carries a session of two parties by hand, or stands by while a relay does. */
export function handOf({ clock, randomBytes }: { readonly clock: Clock; readonly randomBytes: RandomBytes }): Hand {
  return new Hand({ clock, randomBytes });
}
