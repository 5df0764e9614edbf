// Builds what the browser gets (src/baroalgi/platform/static/dist) and lays down the fonts of the
// printed papers (src/baroalgi/platform/fonts). Both places are git-ignored and shipped in the wheel.
//
//   node build.mjs            once
//   node build.mjs --watch    again after each change
//
// Everything is made in a fresh folder and moved into place at the end: a build that fails leaves
// the last good one untouched.

import { cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const platform = join(here, "..", "src", "baroalgi", "platform");
const dist = join(platform, "static", "dist");
const fonts = join(platform, "fonts");
const watch = process.argv.includes("--watch");

const exists = (path) => stat(path).then(() => true, () => false);

const shared = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  target: ["es2022", "chrome109", "firefox115", "safari16.4"],
  charset: "utf8",
  entryNames: "[name]",
  legalComments: "linked",
  logLevel: "warning",
};

/** app.css and app.js; modules that only one kind of page needs are fetched when that page asks. */
const page = (outdir) => ({
  ...shared,
  entryPoints: ["src/app.css", "src/app.ts"],
  outdir,
  splitting: true,
  format: "esm",
  chunkNames: "c/[name]-[hash]",
  assetNames: "f/[name]-[hash]",
  loader: { ".woff2": "file" },
});

/** boot.js stands in the head as a plain blocking script: text size and contrast before the first paint. */
const boot = (outdir) => ({ ...shared, entryPoints: ["src/boot.ts"], outdir, format: "iife" });

/** Fonts of the PDFs: Typst reads OTF and TTF, not WOFF2. Pretendard has no Hanja, Noto Sans KR has. */
async function layFonts(target) {
  const pretendard = join(modules, "pretendard", "dist");
  const noto = join(modules, "@expo-google-fonts", "noto-sans-kr");
  const files = [
    [join(pretendard, "public/static/Pretendard-Regular.otf"), "Pretendard-Regular.otf"],
    [join(pretendard, "public/static/Pretendard-Bold.otf"), "Pretendard-Bold.otf"],
    [join(pretendard, "LICENSE.txt"), "Pretendard-LICENSE.txt"],
    [join(noto, "400Regular/NotoSansKR_400Regular.ttf"), "NotoSansKR-Regular.ttf"],
    [join(noto, "LICENSE_FONT"), "NotoSansKR-LICENSE.txt"],
  ];
  await mkdir(target, { recursive: true });
  for (const [from, name] of files) await cp(from, join(target, name));
}

/** Lays compressed copies beside the texts: WhiteNoise sends them to browsers that take them. Fonts are so already. */
async function layCompressed(folder) {
  for (const name of await readdir(folder, { recursive: true })) {
    if (![".css", ".js", ".svg"].includes(extname(name))) continue;
    const content = await readFile(join(folder, name));
    await writeFile(join(folder, `${name}.br`), brotliCompressSync(content));
    await writeFile(join(folder, `${name}.gz`), gzipSync(content, { level: 9 }));
  }
}

async function replace(fresh, target) {
  await rm(target, { recursive: true, force: true });
  await mkdir(dirname(target), { recursive: true });
  await rename(fresh, target);
}

if (watch) {
  if (!(await exists(fonts))) await layFonts(fonts);
  await rm(dist, { recursive: true, force: true }); // compressed copies of an earlier build would be sent instead
  await mkdir(dist, { recursive: true });
  await cp(join(here, "src/icons/mark.svg"), join(dist, "mark.svg"));
  for (const options of [page(dist), boot(dist)]) {
    const context = await esbuild.context({ ...options, logLevel: "info" });
    await context.watch();
  }
} else {
  const fresh = `${dist}.new`;
  const freshFonts = `${fonts}.new`;
  await rm(fresh, { recursive: true, force: true });
  await rm(freshFonts, { recursive: true, force: true });
  try {
    await esbuild.build(page(fresh));
    await esbuild.build(boot(fresh));
    await cp(join(here, "src/icons/mark.svg"), join(fresh, "mark.svg"));
    await cp(join(modules, "pretendard-gov/dist/LICENSE.txt"), join(fresh, "f", "PretendardGOV-LICENSE.txt"));
    await layCompressed(fresh);
    await layFonts(freshFonts);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    await rm(freshFonts, { recursive: true, force: true });
    throw error;
  }
  await replace(freshFonts, fonts);
  await replace(fresh, dist);
}
