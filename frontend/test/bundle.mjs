// node test/bundle.mjs TARGET FILE… : bundles each file for node, into the folder TARGET.

import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import * as esbuild from "esbuild";

/** Returns the paths of the bundles. */
export async function bundle(entryPoints, outdir) {
  await esbuild.build({
    entryPoints,
    outdir,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    outExtension: { ".js": ".mjs" },
    logLevel: "warning",
  });
  return entryPoints.map((path) => join(outdir, basename(path).replace(/\.ts$/, ".mjs")));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [target, ...files] = process.argv.slice(2);
  await bundle(files, target);
}
