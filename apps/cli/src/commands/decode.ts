import type { Command } from '@commander-js/extra-typings';
import { examples, type Finish } from '../command.js';

export function addDecode(program: Command, finish: Finish): void {
  program
    .command('decode')
    .description('GFP flag words to names and back, as a given kernel prints them')
    .argument('[words...]', 'a mask (hexadecimal, with or without 0x), names, or both, also as pasted from a log; - or nothing: MASK[<TAB>KERNEL] lines from standard input')
    .option('--kernel <release>', 'the kernel that printed it, as much of uname -r as is known: 4.9, 5.15.0-91-generic')
    .option('--json', 'one JSON object a line')
    .addHelpText('before', examples('nopage decode 0x24040c0 --kernel 4.9', "nopage decode 'GFP_KERNEL|__GFP_COMP' --kernel 6.1", "nopage decode 'mode:0xcc0(GFP_KERNEL)'"))
    .action((words, { kernel = null, json = false }) =>
      finish(async (context) => {
        const { decodeLines, decodeWords } = await import('../actions/decode-words.js');
        return words.every((word) => word === '-') ? decodeLines(context, words, kernel, json) : decodeWords(context, words, kernel, json);
      }),
    );
}
