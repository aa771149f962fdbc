import { frameText } from '../stack.js';
import { inTurn } from './in-turn.js';
import { judge, judgeRecovery, parting, sweepCase, type Baseline } from './judge.js';
import { sweepSettings, type SweepOptions, type SweepSettings } from './options.js';
import { interruption, nothingSelected, notSelected, sweepReport, type SweepCase, type SweepReport, type SweepTrouble } from './report.js';
import { runOnce, type Run, type Scenario } from './run.js';
import { siteHasher } from './site-hashes.js';
import { errorText } from './tells.js';

/**
 * Counts the requests that `scenario` makes, then runs it once for each of them with just that request failing, and
 * says of each run how it ended. Instrumented globals are put back before it resolves, whatever happens.
 *
 * A scenario must make the same requests each time: give it seeded randomness and fresh state. One that makes none,
 * throws, or does not end without any failure, is not swept; the report's `trouble` says so. Sweeps that are started
 * while one is on wait for its end, but for those that patch and watch nothing (`parallel` above 1).
 *
 * @throws {FaultError} `BAD_OPTION` or `UNKNOWN_ATTRIBUTE`. Nothing has been run then.
 */
export async function sweep<T>(scenario: Scenario<T>, options: SweepOptions<T> = {}): Promise<SweepReport> {
  const settings = sweepSettings(scenario, options);
  const run = (): Promise<SweepReport> => sweepBy(scenario, settings);
  return settings.parallel > 1 ? run() : inTurn(run);
}

/** The sweep itself, by checked settings. */
export async function sweepBy<T>(scenario: Scenario<T>, settings: SweepSettings<T>): Promise<SweepReport> {
  const counted = await countRequests(scenario, settings);
  const { notes, files, trail } = counted;
  const finish = (cases: readonly SweepCase[], trouble: SweepTrouble | null): SweepReport =>
    sweepReport({ name: settings.name, requests: trail.length, then: settings.then, cases, trouble, notes }, siteHasher(files, settings.readSource));
  if (counted.trouble) return finish([], counted.trouble);
  settings.onCounted(trail, files);
  const numbers = settings.select(trail);
  if (numbers.length === 0) return finish([], nothingSelected(trail.length));
  if (numbers.length < trail.length) notes.push(notSelected(numbers.length, trail.length));
  const cases = await runCases(scenario, numbers, counted.baseline, settings);
  return finish(cases, cases.length < numbers.length ? interruption(cases.length, numbers.length) : null);
}

interface Counted<T> {
  readonly trail: readonly string[];
  readonly files: ReadonlyMap<string, string>;
  readonly baseline: Baseline<T>;
  readonly trouble: SweepTrouble | null;
  readonly notes: string[];
}

/** Two runs without failure that agree, or a third when the first one only warmed something up. */
async function countRequests<T>(scenario: Scenario<T>, settings: SweepSettings<T>): Promise<Counted<T>> {
  const notes: string[] = [];
  const first = await runOnce(scenario, 0, settings);
  const trouble = troubleOf(first, settings);
  const { trail, files } = first.point;
  if (settings.signal.aborted) return { trail, files, baseline: baselineOf(first, first, settings), trouble: interruption(0, null), notes };
  if (trouble || first.ending.how !== 'returned') return { trail, files, baseline: baselineOf(first, first, settings), trouble, notes };
  let [expected, again] = [first, await runOnce(scenario, 0, settings)];
  const warmed = parted(expected, again);
  if (warmed !== null) {
    [expected, again] = [again, await runOnce(scenario, 0, settings)];
    notes.push(`the first run is not like the second (${warmed}): what only a first run allocates was not failed`);
  }
  const baseline = baselineOf(expected, again, settings);
  const strayed = parted(expected, again);
  const found = troubleOf(expected, settings) ?? troubleOf(again, settings) ?? (strayed === null ? null : { code: 'nondeterministic' as const, text: `two runs without failure differ: ${strayed}` });
  if (!baseline.comparable) notes.push(`${baseline.incomparable}: results were not compared`);
  for (const [name, more] of baseline.grown) notes.push(`a run without failure leaves ${name} +${more}: only more than that counts as a leak`);
  return { trail: expected.point.trail, files: expected.point.files, baseline, trouble: found, notes };
}

function baselineOf<T>(run: Run<T>, again: Run<T>, settings: SweepSettings<T>): Baseline<T> {
  const result = (run.ending.how === 'returned' ? run.ending.result : undefined) as T;
  const incomparable = run.ending.how === 'returned' && again.ending.how === 'returned' ? difference(run.ending.result, again.ending.result, settings) : 'two runs without failure did not both return';
  // What grew in one of them only was somebody else's: the process has other tenants.
  const grown = new Map([...run.grown].flatMap(([name, more]) => (again.grown.has(name) ? [[name, Math.min(more, again.grown.get(name) ?? 0)] as const] : [])));
  return { trail: run.point.trail, result, grown, comparable: incomparable === '', incomparable };
}

function difference<T>(a: T, b: T, { same }: SweepSettings<T>): string {
  try {
    return same(a, b) ? '' : 'two runs without failure had different results';
  } catch (error) {
    return `comparing the results of two runs without failure threw ${errorText(error)}`;
  }
}

function parted<T>(a: Run<T>, b: Run<T>): string | null {
  return parting(Math.max(a.point.trail.length, b.point.trail.length), b.point.trail, a.point.trail);
}

function troubleOf<T>({ ending, loose, broken, point }: Run<T>, settings: SweepSettings<T>): SweepTrouble | null {
  if (loose[0]) return { code: loose[0].exited ? 'exited' : 'threw', text: `without any failure the scenario ended in an ${loose[0].text}` };
  if (ending.how === 'hung') return { code: 'hung', text: `without any failure the scenario ${ending.why}` };
  if (ending.how === 'threw') return { code: 'threw', text: `without any failure the scenario threw ${errorText(ending.error)}` };
  if (broken.length > 0) return { code: 'corrupted', text: `without any failure: ${broken.join('; ')}` };
  if (point.trail.length > 0) return null;
  const how = settings.adapters.length > 0 ? `through ${settings.adapters.map(({ name }) => name).join(', ')} or the fault point` : 'through the fault point it was given (no adapter is installed)';
  return { code: 'no-requests', text: `the scenario never asked for memory ${how}` };
}

async function runCases<T>(scenario: Scenario<T>, numbers: readonly number[], baseline: Baseline<T>, settings: SweepSettings<T>): Promise<SweepCase[]> {
  const cases: SweepCase[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < numbers.length && !settings.signal.aborted; at = next++) {
      const n = numbers[at] ?? 0;
      const result = await runCase(scenario, n, baseline, settings);
      cases[at] = result;
      settings.onCase(result);
    }
  };
  await Promise.all(Array.from({ length: settings.parallel }, worker));
  // Where it was stopped, there may be holes: cases that never began.
  return Object.values(cases);
}

async function runCase<T>(scenario: Scenario<T>, n: number, baseline: Baseline<T>, settings: SweepSettings<T>): Promise<SweepCase> {
  let run = await runOnce(scenario, n, settings, baseline.grown);
  // A leak must show twice, for the same reason.
  if (settings.parallel === 1 && judge(n, run, baseline, settings).outcome === 'leaked') run = await runOnce(scenario, n, settings, baseline.grown);
  let judgement = judge(n, run, baseline, settings);
  if (judgement.outcome === 'ok' && settings.recovers) {
    judgement = judgeRecovery(await runOnce(scenario, 0, { ...settings, countOnly: true }, baseline.grown), baseline, settings) ?? judgement;
  }
  return sweepCase(n, run, baseline, settings, judgement, (run.point.failed?.frames ?? []).slice(0, 20).map(frameText));
}
