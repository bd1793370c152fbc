import { play } from "./play";
import { SHELL } from "./shell";

play(SHELL);
