// Runs before a package is packed (`prepack`, in the package's folder): lays both license texts beside its package.json,
// since pnpm brings along the workspace's LICENSE only, which points to them. Git ignores the copies.
import { copyFileSync } from "node:fs";

for (const name of ["LICENSE-MIT", "LICENSE-APACHE"]) copyFileSync(new URL(`../${name}`, import.meta.url), name);
