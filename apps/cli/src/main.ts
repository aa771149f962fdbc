#!/usr/bin/env node
import { reasonOf } from './input/attempt.js';
import { runCli } from './program.js';

const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // The second one means it.
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort();
  });
}
// `nopage … | head` closes our output early; that is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(`nopage: standard output: ${reasonOf(error)}\n`);
  process.exit(1);
});

process.exitCode = await runCli(process.argv.slice(2), {
  // Looking at one of them opens it: most commands need no standard input, and have nothing to say.
  get stdin() {
    return process.stdin;
  },
  stdout: process.stdout,
  get stderr() {
    return process.stderr;
  },
  env: process.env,
  interrupted: interrupt.signal,
  now: () => performance.now(),
});
