import type { AddCommand } from '../command.js';
import { addCheck } from './check.js';
import { addCompletions } from './completions.js';
import { addDecode } from './decode.js';
import { addDemo } from './demo.js';
import { addExplain } from './explain.js';
import { addFrag } from './frag.js';
import { addMan } from './man.js';
import { addPolicy } from './policy.js';
import { addReplay } from './replay.js';
import { addRun } from './run.js';
import { addSweep } from './sweep.js';
import { addWatch } from './watch.js';

/** Every sub-command, in the order of the help. */
export const commands: readonly AddCommand[] = [addExplain, addDecode, addCheck, addFrag, addWatch, addRun, addReplay, addSweep, addPolicy, addDemo, addCompletions, addMan];
