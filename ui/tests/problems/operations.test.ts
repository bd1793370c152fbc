import { play } from "./play";
import { OPERATIONS } from "./operations";

play(OPERATIONS);
