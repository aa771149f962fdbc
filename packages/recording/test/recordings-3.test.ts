import { replayShare } from './shared-recordings.js';

replayShare(3, 4);
