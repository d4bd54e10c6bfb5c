import kpfd from './index.js';

export const { check, checkFile, report, repair, explain, open, version, KpfdError } = kpfd;
