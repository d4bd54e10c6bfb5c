// Checks filings: node check.js YYYY-MM-DD FILE...; - is standard input.
// Exit status: 0 all good, 1 errors, 2 unchecked. KPFD_NODE is the module, if it does not stand beside this file.
'use strict';

const fs = require('fs');
const path = require('path');

const kpfd = require(process.env.KPFD_NODE || path.join(__dirname, 'kpfd_node.node'));

function main(date, names) {
  const engine = kpfd.open(date, 'en');
  let status = 0;
  for (const name of names) {
    const result = name === '-' ? kpfd.check(engine, '', fs.readFileSync(0)) : kpfd.check(engine, name);
    for (const finding of result.findings) {
      console.log(`  line ${finding.line} item ${finding.item} ${finding.severity} [${finding.rule}] ${finding.message}`);
    }
    if (result.verdict === 'unchecked') {
      console.log(`${name}: unchecked (${result.reason})`);
      status = 2;
      continue;
    }
    const summary = JSON.parse(result.summary);
    console.log(`${name}: ${result.verdict} (errors ${summary.errors}, warnings ${summary.warnings})`);
    if (result.verdict !== 'accept' && status === 0) {
      status = 1;
    }
  }
  return status;
}

if (process.argv.length < 4) {
  console.error('usage: node check.js YYYY-MM-DD FILE...');
  process.exitCode = 2;
} else {
  try {
    process.exitCode = main(process.argv[2], process.argv.slice(3));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 2;
  }
}
