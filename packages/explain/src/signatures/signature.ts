import type { FailureKind } from '@nopage/gfp';
import type { Role } from '../caller/roles.js';

/** What a report must show to fit; every condition given must hold. */
export interface SignatureConditions {
  readonly kinds?: readonly FailureKind[];
  /** A function of the stack, or the call site. */
  readonly frames?: RegExp;
  /** What the caller was doing, by a frame or by the name of the process. */
  readonly role?: Role;
  /** The release is this one or newer. */
  readonly since?: string;
  /** The release is older than this one. With frames or a role a release that is not known fits, without them it does not. */
  readonly before?: string;
  /** The release as its distributor names it: what it has of its own is not told by the version. */
  readonly release?: RegExp;
  /** Bytes asked for, exactly. */
  readonly bytes?: number;
  readonly minOrder?: number;
  readonly maxOrder?: number;
  readonly canSleep?: boolean;
  /** Does the request wake kswapd? */
  readonly wakesKswapd?: boolean;
  /** Flags that must all be in the mask. */
  readonly flags?: readonly string[];
  /** Flags of which none may be in it. */
  readonly without?: readonly string[];
  /** The architecture as the report has it. */
  readonly arch?: RegExp;
  /** The SLUB cache is that of a control group. */
  readonly ofGroup?: true;
  /** All free blocks of a zone carry just these letters. */
  readonly onlyTypes?: string;
}

/** A known fault, or a message that a later kernel no longer prints. */
export interface Signature {
  readonly id: string;
  /** What was wrong and what changed; completes "Upgrade to kernel N or newer: ...". */
  readonly text: string;
  /** First mainline release with the cure; null when no source at hand names it. */
  readonly fixedIn: string | null;
  /** `fault`: the kernel was wrong. `noise`: it was right, and later kernels are silent about it. */
  readonly nature: 'fault' | 'noise';
  /** True when the owners of the code say that it copes. */
  readonly harmless?: true;
  readonly source: string;
  readonly when: SignatureConditions;
}

/** The kinds of most signatures: those of a call site that asks for pages. */
export const PAGE_FAILURE: readonly FailureKind[] = ['page-allocation-failure'];
