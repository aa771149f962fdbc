import { FAULTS } from './faults.js';
import { NOISE } from './noise.js';
import type { Signature } from './signature.js';

/** Known signatures, faults first. */
export const SIGNATURES: readonly Signature[] = [...FAULTS, ...NOISE];
