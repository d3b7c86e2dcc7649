export { type MachineSuite, machineSuite, type Runner } from "./machine-suite.ts";
export { flipBit, type Hostility, hostileRelay, type Weather, weather } from "./policies.ts";
export { SeededRandom } from "./seeded-random.ts";
export {
  type Delivery,
  type Envelope,
  type NetworkPolicy,
  perfectNetwork,
  type SimulatedMachine,
  Simulation,
} from "./simulation.ts";
export { VirtualClock } from "./virtual-clock.ts";
