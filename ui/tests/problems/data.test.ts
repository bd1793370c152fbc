import { play } from "./play";
import { DATA } from "./data";

play(DATA);
