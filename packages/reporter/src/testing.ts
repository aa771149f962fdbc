export { checkLaws, LAWS, type Counterexample, type LawOptions, type LawReport, type LawResult } from './testing/check-laws.js';
export { checkSettling, type UnsettledCase } from './testing/check-settling.js';
export type { BudgetClaim, Law, LawName, Trial } from './testing/law.js';
export { policyTester, type FailedCase, type PolicyCase } from './testing/policy-tester.js';
export { randomOf, type Random } from './testing/random.js';
export type { ReporterLike, ReporterMaker } from './testing/rig.js';
export { randomFailure, type EventMaker, type Pace, type Script, type Step } from './testing/script.js';
export { VirtualTime } from './testing/virtual-time.js';
