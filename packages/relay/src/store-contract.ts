import { durabilityCases } from "./store-contract/durability.ts";
import { operationCases } from "./store-contract/operations.ts";
import type { StoreCase, StoreTrait } from "./store-contract/place.ts";
import { sharingCases } from "./store-contract/sharing.ts";

export type { StoreCase, StoreFaults, StorePlace, StoreTrait } from "./store-contract/place.ts";

/** What every store has to do. For use with any test runner: one test per case, each with a fresh place. */
export const storeContract: readonly StoreCase[] = [...operationCases, ...durabilityCases, ...sharingCases];

/** What a store has to do of which all of this holds. */
export function storeContractFor(...traits: readonly StoreTrait[]): readonly StoreCase[] {
  return storeContract.filter(({ needs }) => needs.every((need) => traits.includes(need)));
}
