import kpfd from './index.js';

export const { check, checkFile, repair, explain, open, version, KpfdError } = kpfd;
