import { ReporterError } from './errors.js';
import { linuxGate, type GateEvent, type GateOptions } from './presets/linux-gate.js';
import { recommendedPolicy } from './presets/recommended.js';
import { parseRelease } from './presets/release.js';
import { shown } from './shown.js';
import { defineWarnings, type Warnings } from './warnings.js';

/** The presets that have a name of their own. */
export const PRESET_NAMES = ['linux-2.4', 'linux-2.6', 'linux-3.2', 'linux-5.4', 'recommended'] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

/** The one account of a kernel, which does not tell one caller from another. */
const MACHINE = '(machine)';

/** `2.6` alone is the kernel of spring 2008, whose limiter is still printk's token bucket. */
const EPONYM: Readonly<Record<string, string>> = { '2.4': '2.4.32', '2.6': '2.6.25' };

/**
 * A preset by name: one of {@link PRESET_NAMES}, or `linux-` with any release from 2.4 on (`linux-2.6.32`,
 * `linux-6.12`): its gate, its limiter and its words.
 *
 * @throws {ReporterError} `UNKNOWN_PRESET`.
 */
export function preset(name: string, options: GateOptions = {}): Warnings<GateEvent> {
  if (name === 'recommended') {
    return defineWarnings<GateEvent>({ name, policies: [recommendedPolicy()] });
  }
  const [, text = ''] = /^linux-(.+)$/s.exec(typeof (name as unknown) === 'string' ? name : '') ?? [];
  const release = parseRelease(EPONYM[text] ?? text);
  if (release === null || release.major < 2 || (release.major === 2 && release.minor < 4)) {
    throw new ReporterError('UNKNOWN_PRESET', `${shown(name)} is no preset; there are ${PRESET_NAMES.join(', ')}, and linux- with any release since 2.4`);
  }
  return { ...defineWarnings<GateEvent>({ name, policies: [{ ...linuxGate(release, options), name }], keyOf: () => MACHINE }), countedBy: 'policy' };
}
