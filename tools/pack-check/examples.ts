/** A program out of a README. */
export interface Example {
  /** `example-client-1.mjs` */
  readonly file: string;
  readonly source: string;
}

/** Every block of code in a README that imports something of ours. Each is meant to run as it stands. */
export function examplesOf(name: string, readme: string): readonly Example[] {
  const short = name.replace(/^@countersign\//, "");
  return [...readme.matchAll(/^```(js|ts)\n([\s\S]*?)^```$/gm)]
    .filter(([, , source = ""]) => source.includes('from "@countersign/'))
    .map(([, language, source = ""], index) => ({
      file: `example-${short}-${index + 1}.${language === "ts" ? "mts" : "mjs"}`,
      source,
    }));
}
