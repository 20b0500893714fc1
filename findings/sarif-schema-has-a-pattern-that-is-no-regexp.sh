#!/usr/bin/env bash
# Guess, written down before the run: the published schema of SARIF 2.1.0, which code scanners and the schema store use, compiles
# with Ajv as it stands (with ajv-draft-04, since it is of draft 4), and a valid report is valid.
# Seen: it does not compile. The pattern of `language`, ^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$, ends in a bracket that opens
# nowhere; with the flag u, which Ajv 8 sets, that is a syntax error. With unicodeRegExp: false it compiles, and then takes "en-US]".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund --no-save ajv@8.20.0 ajv-draft-04@1.0.0 @microsoft/jest-sarif@1.0.0-beta.0
cat > try.cjs <<'JS'
const { readFileSync } = require('node:fs');
const Ajv = require('ajv-draft-04').default;
const schema = JSON.parse(readFileSync('node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json', 'utf8'));
const log = (language) => ({ version: '2.1.0', runs: [{ language, tool: { driver: { name: 'a' } }, results: [] }] });
for (const unicodeRegExp of [undefined, false]) {
    try {
        const validate = new Ajv({ strict: false, validateFormats: false, ...(unicodeRegExp === undefined ? {} : { unicodeRegExp }) }).compile(schema);
        console.log(`unicodeRegExp ${unicodeRegExp ?? 'as it is by default'}: compiles; en-US ${validate(log('en-US'))}, en-US] ${validate(log('en-US]'))}`);
    } catch (error) {
        console.log(`unicodeRegExp ${unicodeRegExp ?? 'as it is by default'}: ${error.message}`);
    }
}
JS
echo "version: ajv 8.20.0, ajv-draft-04 1.0.0, SARIF 2.1.0-rtm.5, node $(node --version)"
out=$(node try.cjs)
printf 'behaviour:\n%s\n' "$out"
grep -q 'default: Invalid regular expression' <<< "$out" && grep -q 'en-US true, en-US\] true' <<< "$out" || { echo 'this has changed'; exit 1; }
