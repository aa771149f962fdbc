import type { AddCommand } from '../command.js';
import { addCompletions } from './completions.js';
import { addDecode } from './decode.js';
import { addMan } from './man.js';

/** Every sub-command, in the order of the help. */
export const commands: readonly AddCommand[] = [addDecode, addCompletions, addMan];
