import type { Command } from '@commander-js/extra-typings';
import { examples, type Finish } from '../command.js';

export function addWatch(program: Command, finish: Finish): void {
  program
    .command('watch')
    .description('follow the kernel log: explain what fails, tell it by policy, serve counts to Prometheus')
    .option('--source <source>', 'kmsg (/dev/kmsg), journal, a FILE (followed through rotation), or - for standard input', 'kmsg')
    .option('--listen <address>', 'HOST:PORT of /metrics and /healthz, or off', '127.0.0.1:9847')
    .option('--allow-host <name...>', 'names that it answers to when a proxy passes them on; on the loopback address otherwise only loopback names')
    .option('--policy <policy>', 'what is told: a preset or a file', 'recommended')
    .option('--state <dir>', 'keep counters and place there, so that a restart goes on where this run ended')
    .option('--kernel <release>', "the kernel, when the log doesn't say")
    .option('--proc <dir>', 'read the memory of the host from here instead of /proc')
    .option('--node-exporter', 'serve what node_exporter serves, too, also by its names (node_buddyinfo_blocks)')
    .option('--json', 'one JSON object for each told line')
    .addHelpText('before', examples('sudo nopage watch', 'nopage watch --source journal --policy linux-5.4', 'nopage watch --source /var/log/kern.log --state /var/lib/nopage', 'ssh host dmesg --follow | nopage watch --source - --listen off'))
    .action(({ source, listen, allowHost: allowHosts = [], policy, state = null, kernel = null, proc = null, nodeExporter = false, json = false }) =>
      finish(async (context) => {
        const { watchLog } = await import('../actions/watch-log.js');
        return watchLog(context, { source, listen, allowHosts, policy, state, json, kernel, proc, nodeExporter });
      }),
    );
}
