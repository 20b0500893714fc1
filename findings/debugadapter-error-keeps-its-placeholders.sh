#!/usr/bin/env bash
# Guess, written down before the run: sendErrorResponse() of @vscode/debugadapter puts the variables of a Message into its format, as
# the Debug Adapter Protocol describes it, so the `message` of the response is a sentence that a client can show.
# Seen: only variables whose names begin with an underscore (those that may be sent as telemetry) are put in, and of these no empty
# one: `message` still says {title}, and {_note} where the note is ''. The sentence is only in body.error, for clients that format it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund --no-save @vscode/debugadapter@1.68.0
cat > try.cjs <<'JS'
const { DebugSession } = require('@vscode/debugadapter');
class Session extends DebugSession {
    sendResponse(response) { console.log(`message: ${response.message}`); console.log(`body.error.format: ${response.body.error.format}`); }
    launchRequest(response) {
        this.sendErrorResponse(response, { id: 1, format: 'no scenario {title} in {_folder}{_note}', variables: { title: 'early kill', _folder: 'examples', _note: '' } });
    }
}
new Session().dispatchRequest({ seq: 1, type: 'request', command: 'launch', arguments: {} });
JS
echo "version: @vscode/debugadapter $(node -p "require('@vscode/debugadapter/package.json').version"), node $(node --version)"
out=$(node try.cjs)
printf 'behaviour:\n%s\n' "$out"
grep -qx 'message: no scenario {title} in examples{_note}' <<< "$out" || { echo 'this has changed'; exit 1; }
