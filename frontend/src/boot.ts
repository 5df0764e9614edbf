/**
 * Runs in the head, before anything is painted: puts the text size and the contrast chosen on this
 * device on the root element. The choices never leave the device. See settings.ts for changing them.
 */
import { apply } from "./settings";

document.documentElement.classList.add("js");
apply();
