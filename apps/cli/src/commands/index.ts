import type { AddCommand } from '../command.js';

/** Every sub-command, in the order of the help. */
export const commands: readonly AddCommand[] = [];
