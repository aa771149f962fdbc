import { replayShare } from './shared-recordings.js';

replayShare(1, 4);
