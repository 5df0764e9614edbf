// Bundles the tests of the modules and runs them: node test/run.mjs [arguments of node --test]

import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const target = await mkdtemp(join(tmpdir(), "certificate-test-"));
try {
  const files = await bundle(
    ["bytes.test.ts", "certificate.test.ts", "devices.test.ts", "old.test.ts", "timetable.test.ts"].map((name) => join(here, name)),
    target,
  );
  const { status } = spawnSync(process.execPath, ["--test", ...process.argv.slice(2), ...files], {
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
} finally {
  await rm(target, { recursive: true, force: true });
}
