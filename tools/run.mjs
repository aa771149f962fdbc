// The entry points `npm run setup`, `npm start` and `npm test`, on a machine with only node and npm.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = new URL('..', import.meta.url);
const { packageManager } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
const bin = (name) => fileURLToPath(new URL(`node_modules/.bin/${name}`, root));

// pnpm would read npm's own settings as its own; where to fetch from and where to cache are the user's to say.
const keep = new Set(['npm_config_cache', 'npm_config_registry']);
// turbo looks for pnpm on the path.
const PATH = [bin('.'), process.env.PATH].join(delimiter);
const env = { ...process.env, PATH, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', TURBO_NO_UPDATE_NOTIFIER: '1', npm_config_update_notifier: 'false' };
for (const key of Object.keys(process.env)) {
  if (/^npm_(config|package|lifecycle|command|execpath|node_execpath)/i.test(key) && !keep.has(key)) delete env[key];
}

/** Runs a command in the foreground; the run ends with it when it fails. */
function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env });
  if (error) console.error(`${command}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

function step(title, command, args) {
  const begin = performance.now();
  run(command, args);
  console.log(`${title}: ${((performance.now() - begin) / 1000).toFixed(1)} s`);
}

const install = () => step('install', 'npx', ['--yes', packageManager, 'install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only', '--loglevel=warn']);
const turbo = (title, ...tasks) => step(title, bin('turbo'), ['run', ...tasks, '--output-logs=errors-only', '--concurrency=2']);

/** Hands the terminal and its signals to the demo: Ctrl-C ends both, and its exit code is ours. */
function serve() {
  const demo = spawn(process.execPath, ['apps/cli/dist/main.js', 'demo', '--port', process.env.PORT ?? '9848'], { cwd: root, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => demo.kill(signal));
  demo.on('exit', (code, signal) => process.exit(signal ? 130 : (code ?? 1)));
}

const commands = {
  setup() {
    install();
    turbo('build', 'build');
  },
  start() {
    commands.setup();
    console.log('explain a kernel log:  dmesg | npm run -s nopage -- explain');
    serve();
  },
  test() {
    install();
    turbo('build, lint, types, packages', 'build', 'lint', 'check:types', 'check:package');
    step('dead code', bin('knip'), []);
    // Its last line, `N passed, N failed`, is the last line of all.
    run(bin('vitest'), ['run']);
  },
};

const command = commands[process.argv[2]];
if (!command) {
  console.error('usage: node tools/run.mjs setup|start|test');
  process.exit(2);
}
command();
