import { play } from "./play";
import { WORKSTATION } from "./workstation";

play(WORKSTATION);
