// As mm.mjs, with a fault injector in its seam that is switched off.
import { FaultInjector } from '@nopage/fault';
import { Arena } from './mm.mjs';

export const create = (pages) => new Arena(pages, { pcp: false, fault: new FaultInjector({ probability: 0 }, {}) });
