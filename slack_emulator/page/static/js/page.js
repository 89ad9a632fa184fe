// Starts every part of the page.
import { startBlocks } from "./blocks.js";
import { startComposers } from "./composer.js";
import { startFrame } from "./frame.js";
import { startLive } from "./live.js";
import { startMenus } from "./menus.js";
import { arrange, startMessages } from "./messages.js";
import { startModal } from "./modal.js";
import { startTables } from "./tables.js";

startFrame();
startMenus();
startBlocks();
startTables();
startModal();
startMessages();
startComposers();
arrange({ toEnd: true });
startLive();
document.documentElement.dataset.ready = "yes";
