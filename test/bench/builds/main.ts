import { comparisons, type Compared } from './comparisons.js';

void (async () => {
    const rows: Compared[] = [];
    for await (const row of comparisons({ ...JSON.parse(process.argv[2] ?? '') as Parameters<typeof comparisons>[0], quick: process.argv.includes('--quick') })) {
        process.stderr.write(`${row.what}\n`);
        rows.push(row);
    }
    console.log(JSON.stringify(rows));
})();
