import { expect, it } from "vitest";
import { writeSection } from "../sections.ts";

const document =
  "# All\n\n<!-- bench:one -->\n\n1\n\n<!-- /bench:one -->\n\n<!-- bench:two -->\n<!-- /bench:two -->\n\nend\n";

it("puts a part between its marks and leaves the others", () => {
  const written = writeSection(document, "two", "2 $1");
  expect(written).toContain("<!-- bench:one -->\n\n1\n\n<!-- /bench:one -->");
  expect(written).toContain("<!-- bench:two -->\n\n2 $1\n\n<!-- /bench:two -->\n\nend\n");
  expect(writeSection(written, "two", "2 $1")).toBe(written);
});

it("begins a section for a part that has none", () => {
  expect(writeSection(document, "three", "3")).toBe(
    `${document}\n## three\n\n<!-- bench:three -->\n\n3\n\n<!-- /bench:three -->\n`,
  );
});
