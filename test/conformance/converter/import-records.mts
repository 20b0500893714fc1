// Copies what is compared out of a folder of observations, one JSON file a kernel, into test/conformance/records.
//   node test/conformance/converter/import-records.mts FOLDER
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { OBSERVED_KERNELS, RECORDS_FOLDER } from './record.mts';

/** The order of the fields in a line. */
const FIELDS = ['case', 'group', 'setup', 'inject', 'errno', 'calls', 'log', 'signals', 'later', 'exit', 'counters', 'panic', 'kernelDied', 'stable', 'unstableIn', 'notSetUp'];

interface Operation { readonly op: string; readonly result: string }

/** What a page table entry holds besides the frame is not predicted. */
function withoutPagemapValue(operation: Operation): Operation {
    return operation.op.startsWith('pagemap entry') ? { ...operation, result: operation.result.replace(/ val=\S+/, '') } : operation;
}

const [folder] = process.argv.slice(2);
if (folder === undefined) {
    console.error('usage: node test/conformance/converter/import-records.mts FOLDER');
    process.exit(2);
}
mkdirSync(RECORDS_FOLDER, { recursive: true });
for (const kernel of OBSERVED_KERNELS) {
    const records = JSON.parse(readFileSync(path.join(folder, `${kernel}.json`), 'utf8')) as Record<string, unknown>[];
    const lines = records.map((record) => {
        const kept = Object.fromEntries(FIELDS.filter((field) => record[field] !== undefined && record[field] !== null).map((field) => [field, record[field]]));
        const pages = Object.fromEntries(Object.entries(record['pages'] as Record<string, { readonly flags: string }> | null ?? {}).map(([moment, { flags }]) => [moment, { flags }]));
        return JSON.stringify({ ...kept, pages, later: (record['later'] as Operation[]).map(withoutPagemapValue) });
    });
    writeFileSync(path.join(RECORDS_FOLDER, `${kernel}.jsonl`), `${lines.join('\n')}\n`);
    console.log(`${kernel}: ${lines.length} records`);
}
