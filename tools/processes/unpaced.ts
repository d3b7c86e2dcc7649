const shares = {
  "connections-per-address": 20_000,
  "new-connections-per-second": 1_000_000,
  "sessions-per-address": 10_000_000,
  "bytes-per-address": 1024 ** 4,
  "bytes-per-session": 64 * 1024 ** 3,
  bytes: 1024 ** 4,
};

const rates = {
  "messages-per-second": 1_000_000_000,
  "bytes-per-second": 1024 ** 3,
  "address-messages-per-second": 1_000_000_000,
  "address-bytes-per-second": 64 * 1024 ** 3,
};

const refusals = {
  "refusals-per-second": 1_000_000_000,
  "address-refusals-per-second": 1_000_000_000,
};

/** Arguments of a relay that is loaded from one address, which may have all connections and sessions, and keep all bytes. */
export const shared: readonly string[] = argumentsOf(shares);

/** The same where it may also send what is good as fast as it can. */
export const unpacedUnlessRefused: readonly string[] = argumentsOf({ ...shares, ...rates });

/** Arguments of a relay that is to be loaded from one address as fast as it can: no rate or share holds anybody back. */
export const unpaced: readonly string[] = argumentsOf({ ...shares, ...rates, ...refusals });

function argumentsOf(settings: { readonly [name: string]: number }): readonly string[] {
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, `${value}`]);
}
