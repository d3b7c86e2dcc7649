import { durabilityCases } from "./store-contract/durability.ts";
import { operationCases } from "./store-contract/operations.ts";
import type { StoreCase } from "./store-contract/place.ts";

export type { StoreCase, StoreFaults, StorePlace } from "./store-contract/place.ts";

/** What every store has to do. For use with any test runner: one test per case, each with a fresh place. */
export const storeContract: readonly StoreCase[] = [...operationCases, ...durabilityCases];
