/** The module in a page of a browser, for tests: `ask(request)` (`acts`). */

import { ask } from "./acts";

Object.assign(globalThis, { ask });
