import { benchmarks } from './benchmarks.js';

console.log(JSON.stringify([...benchmarks(process.argv.includes('--quick'))]));
