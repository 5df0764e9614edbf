// node test/bundle.mjs TARGET FILE… : bundles each file for node, into the folder TARGET.
// node test/bundle.mjs --browser TARGET FILE… : for a browser, in chunks, as build.mjs does.

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

/** As the product's own pages get it: what is imported on demand lies in files of its own. */
async function bundleForBrowser(entryPoints, outdir) {
  await esbuild.build({
    entryPoints,
    outdir,
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    target: ["es2022", "chrome109"],
    chunkNames: "c/[name]-[hash]",
    logLevel: "warning",
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const browser = process.argv[2] === "--browser";
  const [target, ...files] = process.argv.slice(browser ? 3 : 2);
  await (browser ? bundleForBrowser : bundle)(files, target);
}
