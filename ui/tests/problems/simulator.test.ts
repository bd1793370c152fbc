import { play } from "./play";
import { SIMULATOR } from "./simulator";

play(SIMULATOR);
