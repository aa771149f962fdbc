export { DEFAULT_ATTRIBUTES, faultAttributes, type FaultAttributes, type FaultAttributesInput } from './attributes.js';
export { bootSyntax, parseBootSyntax, type BootAttributes } from './boot-syntax.js';
export { FaultError, type FaultErrorCode } from './errors.js';
export type { PageFaultPoint, RuntimeFaultPoint } from './fault-point.js';
export { createInjector, FaultInjector, type FaultTask, type Injection, type InjectorOptions, type InjectorState } from './injector.js';
export { dumpText, injectionText, type DumpContext, type InjectionNumbers } from './message.js';
export type { Percentile } from './random.js';
export { faultRules, type FaultRules } from './rules.js';
export { captureStack, frameText, parseStack, type CallSite, type StackEntry } from './stack.js';
