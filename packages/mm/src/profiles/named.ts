import { MmError } from '../errors.js';
import { linux61 } from './linux-6.1.js';
import { linux612 } from './linux-6.12.js';
import type { Profile } from './profile.js';

/** Names of the eras that come with the package. */
export type ProfileName = 'linux-6.12' | 'linux-6.1';

/** The names, newest first. */
export const PROFILE_NAMES: readonly ProfileName[] = ['linux-6.12', 'linux-6.1'];

const PROFILES: Readonly<Record<ProfileName, () => Profile>> = { 'linux-6.12': linux612, 'linux-6.1': linux61 };

/**
 * A profile by its name.
 *
 * @throws {MmError} `UNKNOWN_PROFILE`.
 */
export function profileNamed(name: ProfileName): Profile {
  if (Object.hasOwn(PROFILES, name)) return PROFILES[name]();
  throw new MmError('UNKNOWN_PROFILE', `no profile is called ${JSON.stringify(name)}; there are ${PROFILE_NAMES.join(', ')}`);
}

/** The profile that reproduces a kernel, by its release; null when none does. */
export function profileOfRelease(release: string): Profile | null {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(release) ?? [];
  const name = PROFILE_NAMES.find((known) => known === `linux-${major ?? ''}.${minor ?? ''}`);
  return name === undefined ? null : profileNamed(name);
}
