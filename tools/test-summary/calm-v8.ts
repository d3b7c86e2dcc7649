import { setFlagsFromString } from "node:v8";

// Node takes the types out of what a thread loads with a module of WebAssembly, and V8 13.6 has ended a process now and
// then when it compiled a wrapper of that module anew in a thread of the store (FreeDeadCode under TierUpWasmToJSWrapper).
// Programs that are built have no types to take out; tests need not have such a wrapper twice.
setFlagsFromString("--wasm-wrapper-tiering-budget=1000000000");
