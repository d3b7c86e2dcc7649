import type { Reporter, SerializedError, TestCase, TestModule } from "vitest/node";

/**
 * Ends a run of the tests with a line for people and programs, `N passed, N failed, N skipped`, and before it names every
 * test that was skipped, so that none is forgotten. To be listed as the last reporter.
 */
export class ClosingLine implements Reporter {
  readonly #print: (line: string) => void;

  constructor(print: (line: string) => void = console.log) {
    this.#print = print;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const withState = (state: string) => tests.filter((test) => test.result().state === state);
    const skipped = withState("skipped");
    for (const test of skipped) this.#print(`skipped: ${describe(test)}`);

    const passed = withState("passed").length;
    // A file that does not load and an error outside of any test are failures too, though no test stands for them.
    const failed = withState("failed").length + modules.flatMap(errorsOf).length + unhandled.length;
    this.#print(`${passed} passed, ${failed} failed, ${skipped.length} skipped`);
  }
}

function errorsOf(module: TestModule): SerializedError[] {
  return [...module.errors(), ...[...module.children.allSuites()].flatMap((suite) => suite.errors())];
}

function describe(test: TestCase): string {
  const result = test.result();
  const reason = result.state === "skipped" && result.note !== undefined ? ` (${result.note})` : "";
  return `${test.module.relativeModuleId} > ${test.fullName}${reason}`;
}
