import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { LineStream } from '../../server/src/lab/emulator/line-stream.js';

test('lines come whole, and whoever asks after the end lets others go on', async () => {
    const stream = new PassThrough();
    const lines = new LineStream(stream);
    stream.write('a\r\nb');
    expect(await lines.next(1000)).toBe('a');
    stream.end('c\n');
    expect(await lines.next(1000)).toBe('bc');
    let others = false;
    setImmediate(() => {
        others = true;
    });
    while (!others) {
        expect(await lines.next(1000)).toBeNull();
    }
});
