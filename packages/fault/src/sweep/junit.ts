import type { SweepReport } from './report.js';
import { outcomeCounts, requestText } from './table.js';

/** The report as JUnit XML: one test case a failed request; trouble is an error of the suite's one case. */
export function sweepJUnit(report: SweepReport): string {
  const counts = outcomeCounts(report);
  const failures = report.cases.length - counts.ok;
  const cases = report.cases.map((result) => {
    const head = `    <testcase classname="${escape(report.name)}" name="${escape(`request ${result.n} (${requestText(result)}) fails at ${result.site}`)}"`;
    if (result.outcome === 'ok') return `${head}/>`;
    return `${head}>\n      <failure type="${result.outcome}" message="${escape(result.detail)}">${escape(result.stack.map((frame) => `at ${frame}`).join('\n'))}</failure>\n    </testcase>`;
  });
  const { trouble } = report;
  if (trouble) {
    cases.push(`    <testcase classname="${escape(report.name)}" name="runs without failure">\n      <error type="${trouble.code}" message="${escape(trouble.text)}"/>\n    </testcase>`);
  }
  const totals = `tests="${cases.length}" failures="${failures}" errors="${trouble ? 1 : 0}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${totals}>`,
    `  <testsuite name="${escape(report.name)}" ${totals} skipped="0">`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function escape(text: string): string {
  // XML 1.0 has no way to write most control characters, nor halves of surrogate pairs.
  // eslint-disable-next-line no-control-regex -- they are what is taken out
  const legal = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
  return legal.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll('\n', '&#10;');
}
