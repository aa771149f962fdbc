import { howMany, type SweepCase, type SweepOutcome, type SweepReport } from './report.js';

const OUTCOMES: readonly SweepOutcome[] = ['ok', 'leaked', 'threw', 'swallowed', 'hung', 'corrupted', 'nondeterministic'];

/** How many cases ended in each way. */
export function outcomeCounts(report: SweepReport): Record<SweepOutcome, number> {
  const counts = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<SweepOutcome, number>;
  for (const { outcome } of report.cases) counts[outcome]++;
  return counts;
}

/** One line: `parse: 12 requests, 12 cases: 10 ok, 1 leaked, 1 threw`. */
export function sweepSummary(report: SweepReport): string {
  const { trouble } = report;
  if (trouble && report.cases.length === 0) return `${report.name}: not swept: ${trouble.text}`;
  const counts = outcomeCounts(report);
  const told = OUTCOMES.filter((outcome) => counts[outcome] > 0).map((outcome) => `${counts[outcome]} ${outcome}`);
  return `${report.name}: ${howMany(report.requests, 'request')}, ${howMany(report.cases.length, 'case')}: ${told.join(', ')}${trouble ? `; ${trouble.text}` : ''}`;
}

/** What was asked for, in words: `Buffer.alloc 64 B`, `order 2, gfp 0x820`. */
export function requestText({ request }: Pick<SweepCase, 'request'>): string {
  if (request.order !== null) return `order ${request.order}, gfp 0x${(request.gfp ?? 0).toString(16)}`;
  if (request.bytes === null && request.api === null) return '?';
  return `${request.api ?? 'request'}${request.bytes === null || request.bytes === 0 ? '' : ` ${request.bytes} B`}`;
}

/**
 * The report as text for a terminal, without a newline at the end. Runs of cases that ended alike at one site are one row.
 *
 * @param options - `all` shows the cases that are `ok` too; default: only with nothing else to show, or up to 20 of them.
 *   `columns`: how wide a line may be, 40 at least; longer cells go on below. Default: as wide as it gets.
 */
export function sweepTable(report: SweepReport, options: { readonly all?: boolean; readonly columns?: number } = {}): string {
  const lines = [sweepSummary(report)];
  const broken = report.cases.filter(({ outcome }) => outcome !== 'ok');
  const shown = options.all === true || report.cases.length <= 20 ? report.cases : broken;
  if (shown.length > 0) lines.push(...aligned([['n', 'outcome', 'request', 'site', 'detail'], ...rowsOf(shown)], Math.max(40, options.columns ?? Infinity)));
  for (const note of report.notes) lines.push(`note: ${note}`);
  const width = options.columns === undefined ? Infinity : Math.max(40, options.columns);
  return lines.flatMap((line, i) => (i === 0 || line.startsWith('note: ') ? wrapped(line, width) : [line])).join('\n');
}

function rowsOf(cases: readonly SweepCase[]): string[][] {
  const rows: { first: number; last: number; cells: string[] }[] = [];
  for (const result of cases) {
    const cells = [result.outcome, requestText(result), result.site, result.detail];
    const before = rows.at(-1);
    if (before?.last === result.n - 1 && before.cells.every((cell, i) => cell === cells[i])) before.last = result.n;
    else rows.push({ first: result.n, last: result.n, cells });
  }
  return rows.map(({ first, last, cells }) => [first === last ? String(first) : `${first}-${last}`, ...cells]);
}

const GAP = 2;

/** Cells side by side; where the whole is too wide, the widest columns give way and their cells go on in the next line. */
function aligned(rows: readonly (readonly string[])[], width: number): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const room = width - GAP * (widths.length - 1);
  for (let over = sum(widths) - room; over > 0; over = sum(widths) - room) {
    const widest = Math.max(...widths);
    const next = Math.max(...widths.filter((each) => each < widest), 1);
    const at = widths.indexOf(widest);
    widths[at] = Math.max(next - 1, widest - over);
  }
  return rows.flatMap((row) => {
    const cells = row.map((cell, i) => wrapped(cell, widths[i] ?? Infinity));
    return Array.from({ length: Math.max(...cells.map(({ length }) => length)) }, (_, line) =>
      cells.map((cell, i) => (cell[line] ?? '').padEnd(widths[i] ?? 0)).join(' '.repeat(GAP)).trimEnd());
  });
}

/** Text in lines of at most `width`, broken at spaces or slashes where there are any. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const slash = rest.lastIndexOf('/', width - 1) + 1;
    const space = rest.lastIndexOf(' ', width);
    const at = Math.max(space, slash) > width / 3 ? Math.max(space, slash) : width;
    lines.push(rest.slice(0, at).trimEnd());
    rest = rest.slice(at).trimStart();
  }
  return [...lines, rest];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
