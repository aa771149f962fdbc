import { replayShare } from './shared-recordings.js';

replayShare(2, 4);
