/** Arguments of a relay that is to be loaded from one address as fast as it can: no rate or share holds anybody back. */
export const unpaced: readonly string[] = Object.entries({
  "connections-per-address": 20_000,
  "new-connections-per-second": 1_000_000,
  "messages-per-second": 1_000_000_000,
  "bytes-per-second": 1024 ** 3,
  "address-messages-per-second": 1_000_000_000,
  "address-bytes-per-second": 64 * 1024 ** 3,
  "sessions-per-address": 10_000_000,
  "bytes-per-address": 1024 ** 4,
  "bytes-per-session": 64 * 1024 ** 3,
  bytes: 1024 ** 4,
}).flatMap(([name, value]) => [`--${name}`, `${value}`]);
