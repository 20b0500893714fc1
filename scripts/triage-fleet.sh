#!/usr/bin/env bash
# Triage of many logs with GNU parallel, one log a process, and three questions to the merged table with DuckDB.
#   npm run build && scripts/triage-fleet.sh FOLDER [WORK]
# Needs GNU parallel (Debian: parallel) on the PATH, and DuckDB from the npm registry, which goes into WORK. Not part of the tests.
set -euo pipefail
logs=${1:?usage: scripts/triage-fleet.sh FOLDER [WORK]}
work=${2:-$(mktemp -d)}
root=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$work/results"

# 1. One log in, its incidents out. A log with a finding ends with 1 or 4, one that cannot be read with 2: none of them ends the run.
find "$logs" -type f -print0 | parallel -0 --jobs "$(nproc)" \
    "node '$root/out/cli.js' triage --format ndjson {} > '$work/results/{#}.ndjson' 2> '$work/results/{#}.err' || [ \$? -ne 3 ]"

# 2. The same as one run over all would have printed.
node "$root/out/cli.js" triage --merge --format ndjson "$work"/results/*.ndjson > "$work/fleet.ndjson" || true
node "$root/out/cli.js" triage --format json "$logs" > "$work/one-run.json" 2> /dev/null || true
node "$root/out/cli.js" triage --merge --format json "$work"/results/*.ndjson > "$work/merged.json" 2> /dev/null || true
cmp "$work/one-run.json" "$work/merged.json" && echo "merged results are those of one run over all logs"

# 3. Three questions.
[ -d "$work/node_modules/@duckdb/node-api" ] || npm install --silent --no-save --prefix "$work" @duckdb/node-api > /dev/null
cat > "$work/ask.mjs" <<'QUERIES'
import { DuckDBInstance } from '@duckdb/node-api';
const [file, since] = process.argv.slice(2);
const connection = await (await DuckDBInstance.create()).connect();
await connection.run(`CREATE TABLE incidents AS SELECT * FROM read_json('${file}', format = 'newline_delimited', union_by_name = true, sample_size = -1) WHERE row = 'incident'`);
const ask = async (what, query) => {
    console.log(`\n${what}`);
    console.table((await connection.runAndReadAll(query)).getRowObjectsJson());
};
await ask('Parts by errors', `SELECT host, part, sum(errors) AS errors, count(*) AS incidents FROM (SELECT host, errors, unnest(parts) AS part FROM incidents) GROUP BY ALL ORDER BY errors DESC, part LIMIT 10`);
await ask(`Signatures that are new since ${since}`, `SELECT signature, verdict, min("first".wall) AS first_seen, count(*) AS incidents FROM incidents GROUP BY ALL HAVING min("first".wall) >= '${since}' ORDER BY first_seen`);
await ask('Machines to drain', `SELECT coalesce(host, path) AS machine, count(*) AS incidents, bool_or(inUse) AS bad_page_in_use, bool_or(len(followed) > 0) AS crashed FROM incidents WHERE verdict = 'hardware' GROUP BY ALL HAVING bad_page_in_use OR crashed OR count(*) > 1 ORDER BY crashed DESC, incidents DESC, machine`);
QUERIES
(cd "$work" && node ask.mjs "$work/fleet.ndjson" "${SINCE:-2025-01-01}")
