import type { Explanation } from '@nopage/explain';
import { hexOf, type FailureEvent, type FreeBlocks, type ModeReading, type ZoneState } from '@nopage/gfp';

/**
 * One report as `--json` shows it: what was read and the verdict in one object. The names are the command's promise
 * (`"v": 1`); fields may be added, none changed.
 */
export function explainedJson(event: FailureEvent, explanation: Explanation): Record<string, unknown> {
  return {
    v: 1,
    kind: event.kind,
    file: event.source?.file ?? null,
    line: event.source?.line ?? null,
    at: secondsOf(event.at),
    comm: event.comm,
    pid: event.pid,
    cpu: event.cpu,
    kernel: event.kernel,
    arch: event.arch,
    order: event.order,
    bytes: event.bytes,
    mode: event.mode && modeJson(event.mode),
    permits: event.permits,
    nodemask: event.nodemask,
    cpuset: event.cpuset,
    memsAllowed: event.memsAllowed,
    site: event.site,
    stack: event.stack,
    truncated: event.truncated,
    suppressed: event.suppressed,
    repeats: event.repeats,
    zones: event.zones.map((zone, index) => zoneJson(zone, explanation.zones[index])),
    memory: event.memory,
    detail: event.detail,
    cause: explanation.cause,
    severity: explanation.severity,
    confidence: explanation.confidence,
    why: explanation.why,
    advice: explanation.advice,
    means: explanation.means,
    named: explanation.named,
    notToBlame: explanation.notToBlame,
    frequency: explanation.frequency,
    alsoTrue: explanation.alsoTrue,
    signatures: explanation.signatures,
    missing: explanation.missing,
  };
}

/** Milliseconds as the seconds that the log printed. */
export const secondsOf = (at: number | null): number | null => (at === null ? null : Math.round(at * 1000) / 1e6);

const modeJson = ({ mask, candidates, ...mode }: ModeReading): Record<string, unknown> => ({ mask: mask === null ? null : hexOf(mask), ...mode, candidates });

function zoneJson(zone: ZoneState, verdict: Explanation['zones'][number] | undefined): Record<string, unknown> {
  const { counters: _counters, freeBlocks, ...numbers } = zone;
  return { ...numbers, freeBlocks: freeBlocks.map(({ count, types }: FreeBlocks) => [count, types]), verdict: verdict ?? null };
}
