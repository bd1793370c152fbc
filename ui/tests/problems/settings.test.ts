import { play } from "./play";
import { SETTINGS } from "./settings";

play(SETTINGS);
