import path from 'node:path';
import { editingBenchmarks } from './benchmarks.js';

const folder = path.dirname(process.argv[1] ?? '');
void editingBenchmarks({ own: path.join(folder, 'start-server.js'), bare: path.join(folder, 'bare-server.js') }, process.argv.includes('--quick')).then((rows) => console.log(JSON.stringify(rows)));
