import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The built command, serving the demo in a process of its own. */
export interface RunningDemo {
  readonly url: string;
  readonly said: readonly string[];
  stop(): Promise<number | null>;
}

const main = fileURLToPath(new URL('../../cli/dist/main.js', import.meta.url));

/** Starts `nopage demo` and resolves once it has printed its address. */
export async function startDemo(port = 0): Promise<RunningDemo> {
  const child: ChildProcess = spawn(process.execPath, [main, 'demo', '--port', String(port)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  if (!child.stdout || !child.stderr) throw new Error('the demo has no output');
  createInterface(child.stderr).on('line', (line) => said.push(line));
  const ended = once(child, 'exit');
  const url = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout as NodeJS.ReadableStream).once('line', resolve);
    void ended.then(([code]) => reject(new Error(`the demo ended with ${String(code)}: ${said.join('\n')}`)));
  });
  return {
    url,
    said,
    stop: async () => {
      child.kill('SIGINT');
      const [code] = (await ended) as [number | null];
      return code;
    },
  };
}
