import path from 'node:path';
import { editingBenchmarks } from './benchmarks.js';
import { tableOf } from './table.js';

const folder = path.dirname(process.argv[1] ?? '');
void editingBenchmarks({ own: path.join(folder, 'server.js'), bare: path.join(folder, 'bare-server.js') }, process.argv.includes('--quick')).then((rows) => {
    console.log(process.argv.includes('--json') ? JSON.stringify(rows, null, 2) : tableOf(rows));
    process.exitCode = rows.every(({ met }) => met) ? 0 : 1;
});
