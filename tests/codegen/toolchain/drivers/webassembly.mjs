// Runs Python code on MicroPython's WebAssembly port, with a copy of this folder's files.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript";

const micropython = await loadMicroPython({
    heapsize: 4 * 1024 * 1024,
    linebuffer: true,
    stdout: (line) => console.log(line),
    stderr: (line) => console.error(line),
});
for (const name of readdirSync(".")) {
    micropython.FS.writeFile(name, readFileSync(name));
}
try {
    micropython.runPython(process.argv[2]);
} catch (error) {
    // The traceback alone; an uncaught error would come with a page of the package's own code.
    console.error(error.message ?? error);
    process.exit(1);
}
writeFileSync("results", micropython.FS.readFile("results"));
