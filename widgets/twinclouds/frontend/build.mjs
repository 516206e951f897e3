// Bundles src/ into the folder given as the first argument; called by hatch_build.py.
import { copyFile, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build, transform } from "esbuild";

const out = process.argv[2] ?? "../ui/static";
await mkdir(out, { recursive: true });

// Each browser takes the first font of a list that it knows, and all of today's know WOFF2: the others would only be weight.
const onlyWoff2 = {
  name: "only-woff2",
  setup(builder) {
    builder.onLoad({ filter: /katex\.css$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replace(/,\s*url\([^)]*\.(woff|ttf)\)\s*format\([^)]*\)/g, ""),
      loader: "css",
    }));
  },
};

// Style sheets travel as strings, which nobody would make smaller later.
const smallStyles = {
  name: "small-styles",
  setup(builder) {
    builder.onLoad({ filter: /\.css$/ }, async ({ path }) => ({
      contents: (await transform(await readFile(path, "utf8"), { loader: "css", minify: true, charset: "utf8" })).code,
      loader: "text",
    }));
  },
};

// Of 3Dmol.js we need the viewer alone: it is bundled from its sources, and what reads files, images and archives is left
// out. That is a third of what the built file weighs.
const viewerOnly = {
  name: "viewer-only",
  setup(builder) {
    const viewer = resolve("node_modules/3dmol/src/GLViewer.ts");
    builder.onResolve({ filter: /^3dmol\/build\// }, () => ({ path: viewer }));
    builder.onResolve({ filter: /^(upng-js|netcdfjs|pako|\.\/parsers)$/ }, ({ path, importer }) =>
      importer.includes("3dmol") ? { path, namespace: "left-out" } : undefined,
    );
    const names = ["decode", "encode", "toRGBA8", "NetCDFReader", "Parsers", "inflate"];
    const contents = `const none = () => { throw new Error("left out of the bundle"); };
      export { ${names.map((name) => `none as ${name}`).join(", ")} };`;
    builder.onLoad({ filter: /./, namespace: "left-out" }, () => ({ contents, loader: "js" }));
  },
};

// No source maps and no comments: the output depends on the sources alone, and stays small.
const common = {
  bundle: true,
  minify: true,
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
};
const ours = { format: "esm", loader: { ".frag": "text", ".vert": "text" }, plugins: [viewerOnly, smallStyles] };
const forPages = { format: "iife", loader: { ".woff2": "dataurl", ".svg": "dataurl" }, plugins: [onlyWoff2] };
const packages = new Set();
for (const [source, target, options] of [
  ["src/index.ts", "library.js", ours],
  ["src/shim.ts", "shim.js", ours],
  // What an exported page needs besides: see src/offline.
  ["src/offline/page.ts", "page.js", forPages],
  ["src/offline/page.css", "page.css", forPages],
  ["src/offline/maths.ts", "maths.js", forPages],
  ["node_modules/katex/dist/katex.css", "maths.css", forPages],
]) {
  // esbuild has said what is wrong by then; a stack trace of its own would bury it.
  const made = await build({ ...common, ...options, entryPoints: [source], outfile: join(out, target) }).catch(() =>
    process.exit(1),
  );
  for (const input of Object.keys(made.metafile.inputs)) {
    const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (found) packages.add(found[1]);
  }
}

// A classic script as well, for pages that speak the py3Dmol dialect.
await copyFile("node_modules/3dmol/build/3Dmol-min.js", join(out, "3Dmol.js"));

// 3Dmol.js comes as one file that has these in it.
for (const name of ["iobuffer", "netcdfjs", "pako", "upng-js"]) packages.add(name);
let licences = "The files in this folder contain the following third-party software.\n";
for (const name of [...packages].sort()) {
  const folder = join("node_modules", name);
  const { version, license, author, repository } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const terms = (await readdir(folder)).find((file) => /^licen[cs]e/i.test(file));
  licences += `\n${"=".repeat(78)}\n${name} ${version} (${license})\n${"=".repeat(78)}\n\n`;
  licences += terms
    ? await readFile(join(folder, terms), "utf8")
    : `Copyright: ${author?.name ?? author ?? "its authors"}. The package has no text of its licence; the terms are those of\n` +
      `${license}, see https://spdx.org/licenses/ and ${repository?.url ?? repository ?? "the package of this name"}\n`;
}
await writeFile(join(out, "THIRD_PARTY.txt"), licences);
