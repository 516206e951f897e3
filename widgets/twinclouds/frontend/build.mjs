// Bundles src/ into the folder given as the first argument; called by hatch_build.py.
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

const out = process.argv[2] ?? "../ui/static";
await mkdir(out, { recursive: true });

// No source maps and no comments: the output depends on the sources alone, and stays small.
const common = {
  bundle: true,
  format: "esm",
  minify: true,
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  loader: { ".css": "text" },
};
for (const [source, target] of [
  ["src/index.ts", "library.js"],
  ["src/shim.ts", "shim.js"],
]) {
  // esbuild has said what is wrong by then; a stack trace of its own would bury it.
  await build({ ...common, entryPoints: [source], outfile: join(out, target) }).catch(() => process.exit(1));
}

// A classic script as well, for pages that speak the py3Dmol dialect.
await copyFile("node_modules/3dmol/build/3Dmol-min.js", join(out, "3Dmol.js"));

let licences = "The files in this folder contain the following third-party software.\n";
for (const name of ["3dmol", "iobuffer", "netcdfjs", "pako", "upng-js"]) {
  const folder = join("node_modules", name);
  const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  licences += `\n${"=".repeat(78)}\n${name} ${version} (${license})\n${"=".repeat(78)}\n\n`;
  licences += await readFile(join(folder, "LICENSE"), "utf8").catch(() => "See the package of this name for its terms.\n");
}
await writeFile(join(out, "THIRD_PARTY.txt"), licences);
