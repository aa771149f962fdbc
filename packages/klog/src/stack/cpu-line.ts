/** What the first line of the stack part says of who was running, and on which kernel. */
export interface CpuLine {
  readonly cpu: number | null;
  readonly uid: number | null;
  readonly pid: number | null;
  readonly comm: string | null;
  /** Kernel release; null when the line breaks off before it. */
  readonly release: string | null;
}

const SINCE_3_10 = /^CPU:? ?(\d+)[,:]? (?:UID: (\d+) )?PID: (\d+)[,:]? Comm: ?(.{0,40}?)(?:[ \t]{1,9}(?:Kdump: loaded[ \t]{1,9})?(?:(?:Not tainted|Tainted:|\d+\.\d\S* #\d).*)?)?$/;
const UNTIL_3_9 = /^Pid: (\d+), comm: ?(.{0,40}?)(?:[ \t]{1,9}(?:(?:Not tainted|Tainted:|\d+\.\d\S* #\d).*)?)?$/;
// arch/s390/kernel/traps.c, dump_stack(), v2.6.28: two lines, the CPU with the release and then the task.
const S390_CPU = /^CPU: (\d+)[ \t]+(?:Not tainted|Tainted:)/;
const S390_TASK = /^Process (.{1,16}?) \(pid: (\d+), task: [0-9a-f]+, ksp:/;
// People who leave out the taint leave the release behind the name.
const RELEASE = /(?:(?:Not tainted|Tainted:)[\sA-Z()-]*?[ \t-]|^CPU:?.* Comm: .*?[ \t](?=\d+\.\d\S* #\d))(\d+\.\d[\w.+~^:-]*)(?!\ufffd|[\w.+~^:-])/;
const BANNER = /^Linux version (\d+\.\d[\w.+~^-]*)/;
const WARNED = /^CPU: \d+ (?:UID: \d+ )?PID: \d+ at /;

/** The number of the build comes behind the release: one of two numbers that the line ends with is cut (`6.1` of `6.12.3`). */
function releaseOf(text: string): string | null {
  const release = RELEASE.exec(text)?.[1];
  return release === undefined || (text.endsWith(release) && /^\d+\.\d+\.?$/.test(release)) ? null : release;
}

/** Reads `CPU: 0 UID: 0 PID: 30 Comm: x Not tainted 6.12.1 #1` and `Pid: 30, comm: x Not tainted 2.6.32 #1`, on s390 each of the two lines; null for every other line. */
export function parseCpuLine(text: string): CpuLine | null {
  if (!text.startsWith('CPU') && !text.startsWith('P')) return null;
  if (WARNED.test(text)) return null;
  const found = SINCE_3_10.exec(text);
  const release = releaseOf(text);
  if (found !== null) return { cpu: Number(found[1]), uid: found[2] === undefined ? null : Number(found[2]), pid: Number(found[3]), comm: found[4] ?? null, release };
  const old = UNTIL_3_9.exec(text);
  if (old !== null) return { cpu: null, uid: null, pid: Number(old[1]), comm: old[2] ?? null, release };
  const cpu = S390_CPU.exec(text)?.[1], task = S390_TASK.exec(text);
  if (cpu !== undefined && release !== null) return { cpu: Number(cpu), uid: null, pid: null, comm: null, release };
  return task === null ? null : { cpu: null, uid: null, pid: Number(task[2]), comm: task[1] ?? null, release: null };
}

/** The release in the boot banner; null for every other line. */
export function releaseOfBanner(text: string): string | null {
  return text.startsWith('Linux version') ? (BANNER.exec(text)?.[1] ?? null) : null;
}
