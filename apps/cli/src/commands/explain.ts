import { Option, type Command } from '@commander-js/extra-typings';
import { usageError } from '../cli-error.js';
import { examples, type Finish } from '../command.js';

const FORMATS = ['text', 'kernel', 'json'] as const;

export function addExplain(program: Command, finish: Finish): void {
  program
    .command('explain')
    .description('every allocation-failure report in a kernel log: is it a problem, why, and what to try')
    .argument('[files...]', 'kernel logs, plain or gzip; - or nothing: standard input')
    .addOption(new Option('--format <format>', 'text for people, kernel: the report as the kernel prints it, json').choices(FORMATS).default('text' as const))
    .option('--json', 'one JSON object a line (the same as --format json)')
    .option('--kernel <release>', "the kernel, when the log doesn't say: 4.9, 5.15.0-91-generic")
    .addOption(new Option('--fail-on <severity>', 'exit 3 when a report is at least this bad').choices(['watch', 'act'] as const))
    .option('--follow', 'keep reading as the log grows, through rotation and truncation')
    .option('--summary', 'one row for each kind of failure')
    .option('--year <year>', 'the year of dates that are printed without one (classic syslog): 2026', yearOf)
    .addHelpText('before', examples('dmesg | nopage explain', 'nopage explain /var/log/kern.log.1.gz --summary', 'journalctl -k -o short-monotonic | nopage explain --json'))
    .action((files, { format, json = false, kernel = null, failOn = null, follow = false, summary = false, year = null }) =>
      finish(async (context) => {
        if (format === 'kernel' && (json || summary)) throw usageError(`--format kernel prints reports as they were, and ${json ? '--json' : '--summary'} does not`);
        const { explainLogs } = await import('../actions/explain-logs.js');
        return explainLogs(context, files, { format: json ? 'json' : format, kernel, failOn, follow, summary, year });
      }),
    );
}

function yearOf(text: string): number {
  if (!/^\d{4}$/.test(text)) throw usageError(`--year takes four digits, not '${text}'`);
  return Number(text);
}
