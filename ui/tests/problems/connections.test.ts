import { CONNECTIONS } from "./connections";
import { play } from "./play";

play(CONNECTIONS);
