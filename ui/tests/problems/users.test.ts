import { play } from "./play";
import { USERS } from "./users";

play(USERS);
