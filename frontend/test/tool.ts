/** The module behind a pipe, under node: a request a line, an answer a line (`acts`). */

import { createInterface } from "node:readline";
import { ask } from "./acts";

for await (const line of createInterface({ input: process.stdin })) console.log(await ask(line));
