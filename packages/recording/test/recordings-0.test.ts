import { replayShare } from './shared-recordings.js';

replayShare(0, 4);
