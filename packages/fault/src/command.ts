export { sweepCommand, type SweepCommandOptions } from './command/sweep-command.js';
export { sweepModule, type SweepModuleOptions } from './command/sweep-module.js';
