import { play } from "./play";
import { PROCEDURES } from "./procedures";

play(PROCEDURES);
