import { isSinceBoot, type SummaryRow } from '@nopage/explain';
import { columns } from '../terminal/columns.js';
import type { Paint } from '../terminal/paint.js';
import { secondsOf } from './explained-json.js';

/** One kind of failure as `--summary --json` shows it; moments in seconds, as in `--json`. */
export const summaryJson = (row: SummaryRow): Record<string, unknown> => ({ v: 1, ...row, first: secondsOf(row.first), last: secondsOf(row.last) });

/** One row for each kind of failure, the worst first. */
export function summaryText(rows: readonly SummaryRow[], paint: Paint): string {
  if (rows.length === 0) return '';
  const colour = { benign: paint.green, watch: paint.yellow, act: paint.red };
  return columns(
    ['severity', 'count', 'an hour', 'problem from', 'what', 'order', 'mask', 'about', 'cause', 'first seen', 'last seen'],
    rows.map((row) => [
      colour[row.severity](row.severity),
      String(row.count),
      row.perHour === null ? '-' : String(Math.round(row.perHour * 10) / 10),
      String(row.problemPerHour),
      row.kind,
      row.order === null ? '-' : String(row.order),
      row.mask ?? '-',
      row.subject ?? '-',
      row.cause,
      moment(row.first),
      `${moment(row.last)}${row.boots > 1 ? ` (boot ${row.boots})` : ''}`,
    ]),
    paint,
  );
}

const moment = (ms: number | null): string => (ms === null ? '-' : isSinceBoot(ms) ? `${(ms / 1000).toFixed(3)} s` : `${new Date(ms).toISOString().slice(0, 19)}Z`);
