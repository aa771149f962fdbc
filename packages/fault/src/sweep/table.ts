import type { SweepCase, SweepOutcome, SweepReport } from './report.js';

const OUTCOMES: readonly SweepOutcome[] = ['ok', 'leaked', 'threw', 'swallowed', 'hung', 'corrupted', 'nondeterministic'];

/** How many cases ended in each way. */
export function outcomeCounts(report: SweepReport): Record<SweepOutcome, number> {
  const counts = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<SweepOutcome, number>;
  for (const { outcome } of report.cases) counts[outcome]++;
  return counts;
}

/** One line: `parse: 12 requests, 12 cases: 10 ok, 1 leaked, 1 threw`. */
export function sweepSummary(report: SweepReport): string {
  if (report.trouble) return `${report.name}: not swept: ${report.trouble.text}`;
  const counts = outcomeCounts(report);
  const told = OUTCOMES.filter((outcome) => counts[outcome] > 0).map((outcome) => `${counts[outcome]} ${outcome}`);
  return `${report.name}: ${report.requests} requests, ${report.cases.length} cases: ${told.join(', ')}`;
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
 */
export function sweepTable(report: SweepReport, options: { readonly all?: boolean } = {}): string {
  const lines = [sweepSummary(report)];
  const broken = report.cases.filter(({ outcome }) => outcome !== 'ok');
  const shown = options.all === true || report.cases.length <= 20 ? report.cases : broken;
  if (shown.length > 0) lines.push(...columns([['n', 'outcome', 'request', 'site', 'detail'], ...rowsOf(shown)]));
  for (const note of report.notes) lines.push(`note: ${note}`);
  return lines.join('\n');
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

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ').trimEnd());
}
