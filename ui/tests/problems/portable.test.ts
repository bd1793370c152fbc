import { play } from "./play";
import { PORTABLE } from "./portable";

play(PORTABLE);
