import { play } from "./play";
import { TRAFFIC } from "./traffic";

play(TRAFFIC);
