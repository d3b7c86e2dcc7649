import type { Reporter, SerializedError, TestCase, TestModule } from "vitest/node";

/**
 * Ends a run of the tests with a line for people and programs, `N passed, N failed, N skipped`. Before it names every test
 * that was skipped, so that none is forgotten, and everything that failed with the first line of its error, so that the end
 * of a long log is enough. To be listed as the last reporter.
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

    const failed = [
      ...withState("failed").map((test) => failure(describe(test), test.result().errors ?? [])),
      // A file that does not load and an error outside of any test are failures too, though no test stands for them.
      ...modules.flatMap((module) => errorsOf(module).map((error) => failure(module.relativeModuleId, [error]))),
      ...unhandled.map((error) => failure("outside of any test", [error])),
    ];
    for (const line of failed) this.#print(line);
    this.#print(`${withState("passed").length} passed, ${failed.length} failed, ${skipped.length} skipped`);
  }
}

function errorsOf(module: TestModule): SerializedError[] {
  return [...module.errors(), ...[...module.children.allSuites()].flatMap((suite) => suite.errors())];
}

function failure(where: string, errors: readonly Pick<SerializedError, "message">[]): string {
  return `failed: ${where}: ${errors[0]?.message.split("\n", 1)[0] ?? "without an error"}`;
}

function describe(test: TestCase): string {
  const result = test.result();
  const reason = result.state === "skipped" && result.note !== undefined ? ` (${result.note})` : "";
  return `${test.module.relativeModuleId} > ${test.fullName}${reason}`;
}
